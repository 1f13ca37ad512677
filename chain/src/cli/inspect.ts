/**
 * `chain inspect HOME [--json]`: goes through a chain on disk and recomputes all of it.
 *
 * Every block is read, executed and compared with the root that it states; every leaf is hashed and
 * every root computed anew; every cosignature is verified. It takes the chain's lock, so the chain must
 * not be running. Exit code 0 when nothing is wrong, else 1 with what is.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { executePayload, type Standing } from '../core/block.ts';
import { blockDigest } from '../core/codec.ts';
import { genesisState, type StateContext } from '../core/state.ts';
import { type Digest, zeroDigest } from '../core/vote.ts';
import { equalBytes, hex } from '../crypto/digest.ts';
import { verifyEd25519 } from '../crypto/ed25519.ts';
import { cosigningBytes } from '../crypto/signature.ts';
import { checkpointBody } from '../log/checkpoint.ts';
import {
  appendLeaf,
  emptyFrontier,
  frontierRoot,
  leafHash,
  type TreeFrontier,
} from '../log/merkle.ts';
import { type Epoch, isQuorumOf, makeEpochs } from '../shell/epochs.ts';
import { diskFiles } from '../shell/files.ts';
import { type Genesis, readGenesis } from '../shell/genesis.ts';
import { lockHome } from '../shell/lock.ts';
import { contextOf } from '../shell/recovery.ts';
import { openStore, type Store } from '../shell/store.ts';

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

/** Runs the command and answers the exit code. */
export async function inspectCommand(args: readonly string[], output: Output): Promise<0 | 1> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [home] = positionals;
  const genesis = home === undefined ? undefined : readGenesis(diskFiles, home);
  if (home === undefined || genesis === undefined) {
    output.write(home === undefined ? 'usage: inspect HOME [--json]\n' : `no chain in ${home}\n`);
    return 1;
  }
  const unlock = lockHome(home);
  try {
    const found = inspect(home, genesis);
    output.write(values.json ? `${toJson(found)}\n` : toWords(found));
    return found.problems.length === 0 ? 0 : 1;
  } finally {
    unlock();
  }
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
  const { executed, demands } = execution;
  const isForged = demands.some(
    ({ publicKey, message, signature }) => !verifyEd25519(publicKey, message, signature),
  );
  if (isForged) problems.push(`block ${height} holds an act with a false signature`);
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
    ({ frontier } = appendLeaf(frontier, leafHash(store.leaf(index))));
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

function toJson(found: Inspection): string {
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
