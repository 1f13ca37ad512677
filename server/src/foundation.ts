/**
 * What stands before the first act: the chain's genesis with the operator's and the automation's
 * keys, and the rows that follow from it. Founding again changes nothing; a crash in between is
 * finished by the next start.
 */
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { channelOf, keyIdOf } from '../../chain/src/act/act.ts';
import { hex } from '../../chain/src/crypto/digest.ts';
import {
  type ChainClient,
  type EmbeddedChainOptions,
  encodeLine,
  type FounderKey,
  hubName,
  initFollower,
  startEmbeddedChain,
  startNetworkChain,
} from '../../chain/src/index.ts';
import { secretsOf } from './app.ts';
import type { BusinessDate, Moment } from './kernel/time.ts';
import { type GenesisFacts, genesisRows, governorId } from './party/genesis.ts';
import { type ClockMode, operatorId } from './party/model.ts';
import { applyStored, storedEffect } from './platform/commit.ts';
import type { Database } from './platform/database.ts';
import { writeDurably } from './platform/files.ts';
import { keyring, rawPublicKey } from './platform/keyring.ts';
import { purposeKey, seal, unseal } from './platform/seal.ts';

/** Chosen once, when a world is founded. */
export type FoundingFacts = {
  readonly networkName: string;
  readonly operatorName: string;
  readonly country: string;
  readonly governorName: string;
  readonly businessDate: BusinessDate;
  /** IANA name: where midnight ends the business day. */
  readonly zone: string;
  readonly clock: ClockMode;
  /** How long a change of the network waits before it takes effect; a day where nothing is said. */
  readonly timeLockMs?: number;
  readonly validators: readonly {
    readonly name: string;
    readonly organisation: string;
    readonly operator: string;
  }[];
};

export type Foundation = {
  readonly chain: ChainClient;
  readonly genesis: GenesisFacts;
  /** Hex. */
  readonly automationKey: string;
};

type Founded = FoundingFacts & { readonly createdMs: string };

/** The home of the chain within the home of the server. */
export function chainHome(home: string): string {
  return path.join(home, 'chain');
}

/** Starts the chain of this home, founding it the first time. Touches no database. */
export async function openFoundation(options: {
  readonly home: string;
  readonly masterKey: Uint8Array;
  /** Used the first time only. */
  readonly facts: FoundingFacts;
  readonly nowMs: Moment;
  /** Validators in this process unless it says `network`; then the home of the chain holds the network's files. */
  readonly engine?: 'embedded' | 'network';
  /** Speak to no validator of the network: what is here already is enough. */
  readonly isAlone?: boolean;
  /** Another disk or other times for the chain than its own. */
  readonly chain?: Pick<EmbeddedChainOptions, 'files' | 'walBytesMax' | 'timing'>;
  readonly onFatal?: (error: Error) => void;
}): Promise<Foundation> {
  const { home, masterKey, onFatal } = options;
  const founded = foundedOnce(options);
  const { governor, automation, founders } = foundersOf(home, masterKey, founded.operatorName);
  const fatal = onFatal === undefined ? {} : { onFatal };
  const chain =
    options.engine === 'network'
      ? await networkChain(chainHome(home), founders, options.isAlone ?? false, fatal)
      : await startEmbeddedChain({
          ...options.chain,
          home: chainHome(home),
          networkName: founded.networkName,
          genesis: {
            validators: founded.validators,
            founders,
            createdMs: BigInt(founded.createdMs),
            ...(founded.timeLockMs === undefined
              ? {}
              : { parameters: { timeLockMs: BigInt(founded.timeLockMs) } }),
          },
          ...fatal,
        });
  const channel = channelOf(chain.chainId, hubName);
  const keyFacts = ({ publicKey }: { readonly publicKey: Uint8Array }) => ({
    id: hex(keyIdOf(channel, publicKey)),
    publicKey,
  });
  return {
    chain,
    automationKey: keyFacts(automation).id,
    genesis: {
      operatorName: founded.operatorName,
      country: founded.country,
      governorName: founded.governorName,
      governorKey: keyFacts(governor),
      automationKey: keyFacts(automation),
      businessDate: founded.businessDate,
      zone: founded.zone,
      clock: founded.clock,
      createdMs: BigInt(founded.createdMs),
    },
  };
}

/**
 * The public line of this server, which the genesis of a network is made of. Makes the keys of the home the
 * first time; afterwards the same line comes again.
 */
export async function networkLine(options: {
  readonly home: string;
  readonly masterKey: Uint8Array;
  readonly facts: FoundingFacts;
  readonly nowMs: Moment;
}): Promise<string> {
  const { home, masterKey } = options;
  const { founders } = foundersOf(home, masterKey, foundedOnce(options).operatorName);
  return encodeLine(await initFollower(chainHome(home), { name: 'server', founders }));
}

function foundedOnce(options: {
  readonly home: string;
  readonly facts: FoundingFacts;
  readonly nowMs: Moment;
}): Founded {
  const facts = keptOnce(path.join(options.home, 'founded.json'), () =>
    Buffer.from(JSON.stringify({ ...options.facts, createdMs: options.nowMs.toString() })),
  );
  return JSON.parse(facts.toString()) as Founded;
}

/** The keys that stand from the first block on: the governor's and the automation's. */
function foundersOf(home: string, masterKey: Uint8Array, organisation: string) {
  const governor = founderKey(home, masterKey, 'governor');
  const automation = founderKey(home, masterKey, 'automation');
  const group = secretsOf(masterKey).group(operatorId);
  const founders: readonly FounderKey[] = [
    { publicKey: governor.publicKey, organisation, group, custody: 'operator' },
    { publicKey: automation.publicKey, organisation, group, custody: 'automation' },
  ];
  return { governor, automation, founders };
}

/** Follows the network in this home. Refuses one whose genesis does not admit this server's keys. */
async function networkChain(
  home: string,
  founders: readonly FounderKey[],
  isAlone: boolean,
  fatal: { readonly onFatal?: (error: Error) => void },
): Promise<ChainClient> {
  const chain = await startNetworkChain({ home, isAlone, ...fatal });
  const admitted = (await chain.anchor()).founders.map(({ publicKey }) => hex(publicKey));
  if (founders.every(({ publicKey }) => admitted.includes(hex(publicKey)))) return chain;
  await chain.stop();
  throw new Error(
    `The network in ${home} was founded without the keys of this server. Found it with the line that npm start -- --network-line prints.`,
  );
}

/** Writes the rows of the genesis and keeps the founders' keys, unless they are there. */
export async function foundRows(options: {
  readonly database: Database;
  readonly home: string;
  readonly masterKey: Uint8Array;
  readonly genesis: GenesisFacts;
}): Promise<void> {
  const { database, home, masterKey, genesis } = options;
  const { pool } = database;
  const keys = keyring(pool, purposeKey(masterKey, 'custody'));
  for (const [name, person, { id }] of [
    ['governor', governorId, genesis.governorKey],
    ['automation', null, genesis.automationKey],
  ] as const) {
    await keys.keep(id, person, founderKey(home, masterKey, name).pkcs8, genesis.createdMs);
  }
  const known = await pool.query('SELECT 1 FROM party WHERE "id" = $1', [operatorId]);
  if (known.rows.length > 0) return;
  const { changes, grants } = genesisRows(genesis);
  const client = await pool.connect();
  try {
    const none = new Uint8Array(32);
    await applyStored(client, none, {
      ...storedEffect({ changes, grants, next: [] }, none),
      heads: [],
    });
  } finally {
    client.release();
  }
}

/** The key pair of that name, made once and kept sealed in the home. */
function founderKey(home: string, masterKey: Uint8Array, name: string) {
  const key = purposeKey(masterKey, 'founders');
  const sealed = keptOnce(path.join(home, 'keys', `${name}.sealed`), () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    return seal(key, name, privateKey.export({ type: 'pkcs8', format: 'der' }));
  });
  const pkcs8 = unseal(key, name, sealed);
  const privateKey = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
  return { pkcs8, publicKey: rawPublicKey(privateKey) };
}

/** The file's content, made and durably written when it is not there. */
function keptOnce(file: string, make: () => Uint8Array): Buffer {
  if (!existsSync(file)) writeDurably(file, make());
  return readFileSync(file);
}
