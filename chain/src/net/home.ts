/**
 * The home of a validator or follower of a network: its keys, and how a network begins.
 *
 *   init      each machine makes its keys and prints one public line; no private key ever leaves its home
 *   genesis   whoever begins the network joins the lines into genesis.json and network.json
 *   start     each machine puts both files into its home
 *
 * Four keys, four purposes: consensus, cosigning, transport, and acts about the network (`act.key`), which the
 * genesis admits: a validator's for its organisation, the log keeper's for the governor. A home knows which
 * party it is by its transport key alone.
 */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import path from 'node:path';
import type { Custody } from '../act/kind.ts';
import { defaultParameters, type Parameters } from '../core/governance-record.ts';
import {
  base64,
  domain,
  equalBytes,
  fromBase64,
  fromHex,
  hex,
  sha256,
  utf8,
} from '../crypto/digest.ts';
import { diskFiles, type FileSystem, readWhole, replaceFile } from '../shell/files.ts';
import {
  encodeGenesis,
  type FounderKey,
  type Genesis,
  GenesisFault,
  hubName,
  makeValidatorKeys,
  newKey,
  parseGenesis,
  publicHalf,
  readGenesis,
} from '../shell/genesis.ts';
import { type Identity, makeIdentity, readIdentity } from './identity.ts';
import {
  encodeNetwork,
  type Network,
  NetworkFault,
  networkPath,
  type Party,
  parseAddress,
  parseNetwork,
  readNetwork,
} from './network-file.ts';

/** What a validator shows of itself before there is a network. */
export type ValidatorLine = {
  readonly kind: 'validator';
  readonly name: string;
  readonly organisation: string;
  readonly operator: string;
  readonly stake: bigint;
  readonly address: string;
  readonly consensusKey: Uint8Array;
  readonly cosignerKey: Uint8Array;
  readonly transportKey: Uint8Array;
  /** Signs its acts about the network; null in a line from before there was one. */
  readonly actKey: Uint8Array | null;
};

/** What a follower shows; the one that runs the log brings its key and the founders. */
export type FollowerLine = {
  readonly kind: 'follower';
  readonly name: string;
  readonly transportKey: Uint8Array;
  readonly logKey: Uint8Array | null;
  readonly founders: readonly FounderKey[];
};

export type Line = ValidatorLine | FollowerLine;

/** Makes the keys of a validator where they are not there yet; the same line comes again. */
export async function initValidator(
  files: FileSystem,
  home: string,
  about: Pick<ValidatorLine, 'name' | 'organisation' | 'operator' | 'stake' | 'address'>,
): Promise<ValidatorLine> {
  parseAddress(about.address);
  files.makeFolder(home);
  const keys = await makeValidatorKeys(files, home, about.name);
  const { publicKey: transportKey } = await makeIdentity(files, home);
  const actKey = await actKeyOf(files, home);
  return { kind: 'validator', ...about, ...keys, transportKey, actKey };
}

/** Makes the keys of a follower; with founders also the log's, which proof files are signed with. */
export async function initFollower(
  home: string,
  about: { readonly name: string; readonly founders: readonly FounderKey[] },
  files: FileSystem = diskFiles,
): Promise<FollowerLine> {
  files.makeFolder(home);
  const { publicKey: transportKey } = await makeIdentity(files, home);
  const { name, founders } = about;
  const line = { kind: 'follower' as const, name, transportKey };
  if (founders.length === 0) return { ...line, founders, logKey: null };
  const governor = founders.find(({ custody }) => custody === 'operator');
  const own =
    governor === undefined
      ? []
      : [{ ...governor, publicKey: await actKeyOf(files, home), custody: 'network' as const }];
  return { ...line, founders: [...founders, ...own], logKey: await logKeyOf(files, home) };
}

/** The key of a home for acts about the network, made when it is not there. */
async function actKeyOf(files: FileSystem, home: string): Promise<Uint8Array> {
  const known = readActKey(files, home);
  return known === undefined ? newKey(files, path.join(home, 'act.key')) : publicHalf(known);
}

/** The private key for a home's acts about the network; undefined in a home from before there was one. */
export function readActKey(files: FileSystem, home: string): KeyObject | undefined {
  const der = readWhole(files, path.join(home, 'act.key'));
  if (der === undefined) return undefined;
  return createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
}

/** A validator's organisation among the keys of the chain: the same for all that stand for it. */
function groupOf(organisation: string): Uint8Array {
  return sha256(domain('organisation'), utf8(organisation)).slice(0, 16);
}

/** The log's public key, which lies beside its private half, so that the line can be printed again. */
async function logKeyOf(files: FileSystem, home: string): Promise<Uint8Array> {
  const file = path.join(home, 'log.pub');
  const known = readWhole(files, file);
  if (known?.length === 32) return known;
  const made = await newKey(files, path.join(home, 'log.key'));
  await replaceFile(files, file, made);
  return made;
}

/**
 * Joins the lines of all into the two files of a network. Exactly one line brings the log's key. How it is governed
 * is as core/governance.ts has it, but for what `parameters` says.
 */
export function foundNetwork(
  networkName: string,
  createdMs: bigint,
  lines: readonly Line[],
  parameters: Partial<Parameters> | null = null,
): { readonly genesis: Uint8Array; readonly network: Uint8Array } {
  const validators = lines.flatMap((line) => (line.kind === 'validator' ? [line] : []));
  const followers = lines.flatMap((line) => (line.kind === 'follower' ? [line] : []));
  const [keeper, ...others] = followers.filter(({ logKey }) => logKey !== null);
  if (keeper === undefined || keeper.logKey === null || others.length > 0) {
    throw new NetworkFault('exactly one follower brings the key of the log and the founders');
  }
  const genesis = encodeGenesis({
    origin: `${networkName}/${hubName}`,
    createdMs,
    validators: validators.map(({ name, organisation, operator, stake, ...keys }) => ({
      ...{ name, organisation, operator, stake },
      ...{ consensusKey: keys.consensusKey, cosignerKey: keys.cosignerKey },
    })),
    founders: [
      ...keeper.founders,
      ...validators.flatMap(({ organisation, actKey }): readonly FounderKey[] => {
        const group = groupOf(organisation);
        return actKey === null
          ? []
          : [{ publicKey: actKey, organisation, group, custody: 'network' }];
      }),
    ],
    logKey: keeper.logKey,
    parameters: parameters === null ? null : { ...defaultParameters, ...parameters },
  });
  const { chainId } = parseGenesis(genesis);
  const parties: Party[] = [
    ...validators.map(({ name, address, transportKey }) => ({
      ...{ name, role: 'validator' as const, address: parseAddress(address), transportKey },
    })),
    ...followers.map(({ name, transportKey }) => ({
      ...{ name, role: 'follower' as const, address: null, transportKey },
    })),
  ];
  const network = encodeNetwork({ chainId, parties });
  parseNetwork(network);
  return { genesis, network };
}

/** Puts both files into a home. The genesis comes last, so that a cut leaves no chain at all. */
export async function adopt(
  files: FileSystem,
  home: string,
  given: { readonly genesis: Uint8Array; readonly network: Uint8Array },
): Promise<void> {
  files.makeFolder(home);
  await replaceFile(files, networkPath(home), given.network);
  await replaceFile(files, path.join(home, 'genesis.json'), given.genesis);
}

export type Place = {
  readonly genesis: Genesis;
  readonly network: Network;
  readonly self: Party;
  readonly identity: Identity;
};

/** What a home is in which network. Throws a GenesisFault or NetworkFault that says what is missing. */
export function readPlace(files: FileSystem, home: string): Place {
  const genesis = readGenesis(files, home);
  if (genesis === undefined) throw new GenesisFault(`there is no genesis.json in ${home}`);
  const network = readNetwork(files, home);
  if (!equalBytes(network.chainId, genesis.chainId)) {
    throw new NetworkFault('network.json is of another chain than genesis.json');
  }
  const identity = readIdentity(files, home);
  const self = network.parties.find(({ transportKey }) =>
    equalBytes(transportKey, identity.publicKey),
  );
  if (self === undefined) throw new NetworkFault(`network.json does not name the key of ${home}`);
  return { genesis, network, self, identity };
}

// The lines as text

export function encodeLine(line: Line): string {
  const { name } = line;
  const transportKey = base64(line.transportKey);
  if (line.kind === 'validator') {
    const { organisation, operator, stake, address } = line;
    return JSON.stringify({
      ...{ kind: 'validator', name, organisation, operator, stake: `${stake}`, address },
      consensusKey: base64(line.consensusKey),
      cosignerKey: base64(line.cosignerKey),
      transportKey,
      ...(line.actKey === null ? {} : { actKey: base64(line.actKey) }),
    });
  }
  return JSON.stringify({
    ...{ kind: 'follower', name, transportKey },
    logKey: line.logKey === null ? null : base64(line.logKey),
    founders: line.founders.map(({ publicKey, organisation, group, custody }) => ({
      ...{ publicKey: base64(publicKey), organisation, group: hex(group), custody },
    })),
  });
}

/** Throws a NetworkFault for a text that is no line. */
export function parseLine(given: string): Line {
  try {
    return lineOf(JSON.parse(given));
  } catch (error) {
    if (error instanceof NetworkFault) throw error;
    throw new NetworkFault('a line is one JSON object, as `init` printed it');
  }
}

function lineOf(json: Readonly<Record<string, unknown>>): Line {
  const text = (name: string): string => {
    const value = json[name];
    if (typeof value !== 'string') throw new NetworkFault(`a line has the text ${name}`);
    return value;
  };
  const key = (value: unknown): Uint8Array => {
    const bytes = fromBase64(typeof value === 'string' ? value : '');
    if (bytes?.length !== 32) throw new NetworkFault('a key has 32 octets in base64');
    return bytes;
  };
  const name = text('name');
  const transportKey = key(json.transportKey);
  if (json.kind === 'validator') {
    return {
      ...{ kind: 'validator', name, transportKey, address: text('address') },
      ...{ organisation: text('organisation'), operator: text('operator') },
      stake: BigInt(text('stake')),
      consensusKey: key(json.consensusKey),
      cosignerKey: key(json.cosignerKey),
      actKey: json.actKey === undefined ? null : key(json.actKey),
    };
  }
  if (json.kind !== 'follower') throw new NetworkFault('a line is of a validator or a follower');
  const founders: unknown = json.founders;
  if (!Array.isArray(founders)) throw new NetworkFault('founders are a list');
  return {
    ...{ kind: 'follower', name, transportKey },
    logKey: json.logKey === null ? null : key(json.logKey),
    founders: founders.map((founder: Readonly<Record<string, unknown>>): FounderKey => {
      const group = fromHex(String(founder.group));
      const custody = custodies.find((each) => each === founder.custody);
      if (group?.length !== 16 || custody === undefined) {
        throw new NetworkFault('a founder has a group and a custody');
      }
      const organisation = String(founder.organisation);
      return { publicKey: key(founder.publicKey), organisation, group, custody };
    }),
  };
}

const custodies: readonly Custody[] = [
  ...(['device', 'program', 'custodial', 'automation', 'operator', 'network'] as const),
];
