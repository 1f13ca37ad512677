/**
 * `chain inspect HOME [VIEW] [--json]`: goes through a chain on disk and recomputes all of it, or shows a part.
 *
 * Without a view every block is read, executed and compared with the root that it states; every leaf is
 * hashed and every root computed anew; every cosignature is verified. It takes the chain's lock, so the chain
 * must not be running. Exit code 0 when nothing is wrong, else 1 with what is.
 *
 * A view (inspect-views.ts) reads beside a running chain and changes nothing. No key is ever printed.
 */
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { demandsOf, executePayload, type Standing } from '../core/block.ts';
import { blockDigest } from '../core/codec.ts';
import { genesisState, type StateContext } from '../core/state.ts';
import { type Digest, zeroDigest } from '../core/vote.ts';
import { equalBytes, hex } from '../crypto/digest.ts';
import { verifyEd25519 } from '../crypto/ed25519.ts';
import { cosigningBytes } from '../crypto/signature.ts';
import { checkpointBody } from '../log/checkpoint.ts';
import {
  appendLeaves,
  emptyFrontier,
  frontierRoot,
  leafHash,
  type TreeFrontier,
} from '../log/merkle.ts';
import { type Epoch, isQuorumOf, makeEpochs } from '../shell/epochs.ts';
import { diskFiles } from '../shell/files.ts';
import { type Genesis, GenesisFault, readGenesis } from '../shell/genesis.ts';
import { HomeInUse, lockHome } from '../shell/lock.ts';
import { contextOf } from '../shell/recovery.ts';
import { openStore, type Store } from '../shell/store.ts';
import { listViews, type View, viewHome } from './inspect-views.ts';

type Output = { readonly write: (text: string) => void };

export type Inspection = {
  readonly origin: string;
  readonly chainId: string;
  readonly height: bigint;
  readonly size: bigint;
  readonly root: string;
  readonly entries: number;
  readonly refused: number;
  /** Blocks whose own checkpoint has cosignatures of more than two thirds of the stake. */
  readonly cosigned: number;
  readonly problems: readonly string[];
};

const usage = [
  'usage: inspect HOME [VIEW] [--last N] [--json]',
  '       inspect --home HOME [VIEW] [--last N] [--json]',
  '  no VIEW      recomputes the whole chain, which must not be running',
  '  blocks       the last N blocks; certificates: what made them final',
  '  validators   who votes, with what stake, since which epoch, and what is decided about it',
  '  wal          what the write-ahead log holds',
  '  block N      one block: its entries, its leaves, who made it final, who cosigned it',
  '',
].join('\n');

/** Blocks and records shown where nothing is said. */
const lastDefault = 20;

/** Runs the command and answers the exit code. */
export async function inspectCommand(args: readonly string[], output: Output): Promise<0 | 1> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        home: { type: 'string' },
        last: { type: 'string', default: `${lastDefault}` },
        json: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    });
    const [given, ...rest] =
      values.home === undefined ? positionals : [values.home, ...positionals];
    const view = parseView(rest, values.last);
    if (given === undefined || view === undefined) {
      output.write(usage);
      return 1;
    }
    const home = chainIn(given);
    if (view !== null) {
      const shown = await viewHome(home, view);
      output.write(values.json ? `${toJson(shown.data)}\n` : shown.words);
      return 0;
    }
    return recompute(home, values.json, output);
  } catch (error) {
    output.write(`${sayWhy(error)}\n`);
    return 1;
  }
}

function recompute(home: string, isJson: boolean, output: Output): 0 | 1 {
  const genesis = readGenesis(diskFiles, home);
  if (genesis === undefined) throw new GenesisFault(`no chain in ${home}`);
  const unlock = lockHome(home);
  try {
    const found = inspect(home, genesis);
    output.write(isJson ? `${toJson(found)}\n` : toWords(found));
    return found.problems.length === 0 ? 0 : 1;
  } finally {
    unlock();
  }
}

/** Null to recompute; undefined for what is no view. */
function parseView(words: readonly string[], last: string): View | null | undefined {
  const [kind, number, ...more] = words;
  const isCount = /^[1-9][0-9]{0,8}$/;
  if (more.length > 0 || !isCount.test(last)) return undefined;
  if (kind === undefined) return null;
  if (kind === 'block') {
    return number !== undefined && isCount.test(number)
      ? { kind, height: BigInt(number) }
      : undefined;
  }
  const listed = listViews.find((each) => each === kind);
  return listed === undefined || number !== undefined
    ? undefined
    : { kind: listed, last: Number(last) };
}

/** The chain's own folder: the one given, or the one inside a server's home. Refuses any other in words. */
function chainIn(given: string): string {
  if (!fs.existsSync(given)) throw new GenesisFault(`there is no folder ${given}`);
  const homes = [given, path.join(given, 'chain')];
  const home = homes.find((each) => fs.existsSync(path.join(each, 'genesis.json')));
  if (home === undefined) {
    throw new GenesisFault(
      `no chain in ${given}: it has no genesis.json, and no folder chain with one`,
    );
  }
  return home;
}

function sayWhy(error: unknown): string {
  if (error instanceof HomeInUse) {
    return `${error.message} To recompute it, stop it first; blocks, certificates, validators, wal and block N can be looked at while it runs.`;
  }
  return error instanceof Error ? error.message : String(error);
}

/** Recomputes the chain in `home` up to where its store is durable. */
export function inspect(home: string, genesis: Genesis): Inspection {
  const { chainId, channel, origin, validators } = genesis;
  const store = openStore({
    files: diskFiles,
    folder: path.join(home, 'store'),
    validatorCount: validators.length,
    digestOf: blockDigest(chainId),
  });
  const founders = genesis.founders.map((founder) => ({ ...founder, channel }));
  let walk: Walk = {
    standing: { height: 0n, size: 0n, timeMs: 0n, map: genesisState(founders) },
    parent: zeroDigest,
    frontier: emptyFrontier,
  };
  const problems: string[] = [];
  const totals = { entries: 0, refused: 0, cosigned: 0 };
  const context = contextOf(genesis);
  const head = store.head();
  const epochs = makeEpochs(genesis, store);
  try {
    for (let height = 1n; height <= head.height; height += 1n) {
      walk = inspectBlock(store, context, walk, height, totals, problems);
      if (inspectCosignatures(store, origin, epochs.at(height), height, problems)) {
        totals.cosigned += 1;
      }
    }
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
  store.close();
  return {
    ...{ origin, chainId: hex(chainId), height: head.height, size: head.size },
    root: hex(head.root),
    ...totals,
    problems,
  };
}

type Walk = {
  readonly standing: Standing;
  readonly parent: Digest;
  readonly frontier: TreeFrontier;
};
type Totals = { entries: number; refused: number };

function inspectBlock(
  store: Store,
  context: StateContext,
  walk: Walk,
  height: bigint,
  totals: Totals,
  problems: string[],
): Walk {
  const { block, firstIndex, refusals } = store.block(height);
  const { payload, epoch, digest } = block;
  if (block.parent.digest !== walk.parent) problems.push(`block ${height} has another parent`);
  const execution = executePayload(context, walk.standing, payload.bytes, epoch, payload.seals);
  if (execution.kind === 'invalid')
    throw new Error(`block ${height} is invalid: ${execution.reason}`);
  const { executed, signers } = execution;
  const demands = demandsOf(context, executed.body, signers);
  const isGenuine = demands?.every(({ publicKey, message, signature }) =>
    verifyEd25519(publicKey, message, signature),
  );
  if (isGenuine !== true) problems.push(`block ${height} holds an act with a false signature`);
  executed.refusals.forEach((code, order) => {
    if ((refusals.get(order) ?? null) !== code) {
      problems.push(
        `the outcome of leaf ${firstIndex + BigInt(order)} is not the one that follows`,
      );
    }
  });
  let { frontier } = walk;
  const { size } = store.headAt(height);
  for (let index = firstIndex; index < size; index += 1n) {
    ({ frontier } = appendLeaves(frontier, [leafHash(store.leaf(index))]));
  }
  if (!equalBytes(frontierRoot(frontier), store.headAt(height).root)) {
    problems.push(`the leaves up to height ${height} do not give its root`);
  }
  totals.entries += executed.refusals.length;
  totals.refused += executed.refusals.filter((code) => code !== null).length;
  return { standing: executed.standing, parent: digest, frontier };
}

/** Verifies the cosignatures of a height; true when they are enough. */
function inspectCosignatures(
  store: Store,
  origin: string,
  epoch: Epoch,
  height: bigint,
  problems: string[],
): boolean {
  const body = checkpointBody({ origin, ...store.headAt(height) });
  const signers: number[] = [];
  for (const { validator, timeSeconds, signature } of store.cosignatures(height)) {
    const cosigner = epoch.validators[validator];
    const message = cosigningBytes(timeSeconds, body);
    if (cosigner !== undefined && verifyEd25519(cosigner.cosignerKey, message, signature)) {
      signers.push(validator);
    } else problems.push(`a cosignature of height ${height} is false`);
  }
  return isQuorumOf(epoch, signers);
}

function toJson(found: unknown): string {
  return JSON.stringify(found, (_, value) => (typeof value === 'bigint' ? `${value}` : value));
}

function toWords(found: Inspection): string {
  const { origin, chainId, height, size, root, entries, refused, cosigned, problems } = found;
  return [
    `${origin}, chain ${chainId}`,
    `height ${height}, ${size} leaves, root ${root}`,
    `${entries} acts, ${refused} of them refused; ${cosigned} blocks cosigned by a quorum`,
    ...problems.map((problem) => `problem: ${problem}`),
    `inspect: ${height} blocks, ${problems.length} problems`,
    '',
  ].join('\n');
}
