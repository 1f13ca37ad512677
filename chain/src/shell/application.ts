/**
 * The application behind the core: what is proposed, whether a block may stand, what it changes.
 *
 * One per process, shared by all its validators: a block is executed once and an actor's signature is
 * verified once, whoever asks. Blocks above the final one are executed on top of their ancestors;
 * their states share all that they did not change, so a block that is never final costs little.
 */

import type { BlockVerdict } from '../core/application.ts';
import {
  type AtHand,
  type Draft,
  decodeBody,
  demandsOf,
  draftBody,
  type Executed,
  type Execution,
  entryCountOf,
  executePayload,
  type Standing,
} from '../core/block.ts';
import type { Mempool } from '../core/mempool.ts';
import type { Block, Parent, Payload } from '../core/proposal.ts';
import type { Applied, EntryFault, ReadEntry, StateContext } from '../core/state.ts';
import type { StateMap } from '../core/state-map.ts';
import type { Digest } from '../core/vote.ts';
import { equalBytes } from '../crypto/digest.ts';
import { areGenuine } from './genuine.ts';

/** How far a block's time may be ahead of this machine's clock. Local. */
export const driftMsMax = 5_000n;

/** States kept below the final one, for validators that lag. Local. */
const standingsBehindMax = 64n;

/** A final block that cannot be executed: more than a third of the stake has lied, or we are wrong. */
export class ExecutionFault extends Error {
  override readonly name = 'ExecutionFault';
}

export type Proposed = {
  readonly payload: Payload | null;
  /** What could not stand on the final state and never will. */
  readonly left: readonly { readonly entry: ReadEntry; readonly fault: EntryFault }[];
};

export type ChainApplication = {
  /** The state after the last final block. */
  readonly standing: () => Standing;
  readonly propose: (
    parent: Parent,
    ancestors: readonly Block[],
    mustExtend: boolean,
    epoch: bigint,
  ) => Proposed;
  /** At once where everything was verified before, else when the signatures are. */
  readonly check: (
    block: Block,
    ancestors: readonly Block[],
  ) => BlockVerdict | Promise<BlockVerdict>;
  /** The execution of the next final block; it becomes the state. Signatures were a quorum's matter. */
  readonly finalize: (block: Block) => Executed;
  /** Notes that the entry's signature is genuine, and what the act was found to do. */
  readonly vouch: (entry: ReadEntry, trial?: Trial) => void;
  /** Forgets that note, for an entry that waits no more. */
  readonly disown: (entry: ReadEntry) => void;
};

/** What an act did to a map in an epoch: no one else's act came between if it is drafted on the same map. */
export type Trial = {
  readonly map: StateMap;
  readonly epoch: bigint;
  readonly applied: Applied;
};

export type ApplicationOptions = {
  readonly context: StateContext;
  readonly mempool: Mempool;
  readonly now: () => bigint;
  /** Where the chain stood when the process began, and the digest of that block. */
  readonly standing: Standing;
  readonly digest: Digest;
  /** Evidence that waits for a block. */
  readonly evidence: () => Iterable<Uint8Array>;
};

export function makeApplication(options: ApplicationOptions): ChainApplication {
  const { context, mempool, now } = options;
  let { standing } = options;
  const executions = new Map<Digest, { readonly height: bigint; readonly execution: Execution }>();
  /** What I drafted myself, by its own octets: it need not be executed a second time. */
  const drafts = new WeakMap<Uint8Array, { readonly parent: Digest; readonly draft: Draft }>();
  /** The signature that was found genuine, by the act's name, until the act is final. */
  const vouched = new Map<string, { readonly signature: Uint8Array; readonly trial?: Trial }>();
  /** Where the chain stands after executed blocks; kept a little below the final one as well. */
  const standings = new Map<Digest, Standing>([[options.digest, standing]]);

  const standingAt = (digest: Digest, ancestors: readonly Block[]): Standing | null => {
    const known = standings.get(digest);
    if (known !== undefined) return known;
    const last = ancestors.at(-1);
    if (last?.digest !== digest) return null;
    const execution = execute(last, ancestors.slice(0, -1));
    return execution.kind === 'executed' ? execution.executed.standing : null;
  };

  const execute = (block: Block, ancestors: readonly Block[]): Execution => {
    const known = executions.get(block.digest);
    if (known !== undefined) return known.execution;
    const parent = standingAt(block.parent.digest, ancestors);
    if (parent === null) return { kind: 'invalid', reason: 'the parent is not known' };
    const { bytes, seals } = block.payload;
    const drafted = drafts.get(bytes);
    const execution: Execution =
      drafted?.parent === block.parent.digest
        ? { kind: 'executed', executed: drafted.draft.executed, signers: [] }
        : executePayload(context, parent, bytes, block.epoch, seals, atHand);
    executions.set(block.digest, { height: block.height, execution });
    if (execution.kind === 'executed') standings.set(block.digest, execution.executed.standing);
    return execution;
  };

  const isVouched = (entry: ReadEntry): boolean => {
    const known = vouched.get(entry.name);
    return known !== undefined && equalBytes(known.signature, entry.signature);
  };

  const atHand: AtHand = {
    act: mempool.get,
    foreseen: (entry, map, epoch) => {
      const trial = vouched.get(entry.name)?.trial;
      return trial?.map === map && trial.epoch === epoch ? trial.applied : undefined;
    },
  };

  const prune = (height: bigint): void => {
    for (const [digest, each] of executions) if (each.height <= height) executions.delete(digest);
    for (const [digest, each] of standings) {
      if (each.height + standingsBehindMax < height) standings.delete(digest);
    }
  };

  const namesIn = (blocks: readonly Block[]): ReadonlySet<string> => {
    const names = new Set<string>();
    for (const block of blocks) {
      const known = executions.get(block.digest)?.execution;
      const body =
        known?.kind === 'executed' ? known.executed.body : decodeBody(block.payload.bytes);
      for (const { name } of body?.entries ?? []) names.add(name);
    }
    return names;
  };

  return {
    standing: () => standing,
    propose: (parent, ancestors, mustExtend, epoch) => {
      const base = standingAt(parent.digest, ancestors);
      if (base === null) return { payload: null, left: [] };
      const waiting = mempool.waiting(namesIn(ancestors));
      const at = { timeMs: now(), epoch };
      const draft = draftBody(context, base, waiting, at, options.evidence(), atHand.foreseen);
      const left = ancestors.length === 0 ? draft.left : [];
      const { body, handover } = draft.executed;
      const isEmpty = entryCountOf(body) === 0 && handover === null;
      if (isEmpty && !mustExtend) return { payload: null, left };
      drafts.set(draft.payload, { parent: parent.digest, draft });
      return { payload: { bytes: draft.payload, seals: handover !== null }, left };
    },
    check: (block, ancestors) => {
      const execution = execute(block, ancestors);
      if (execution.kind === 'invalid') return no(execution.reason);
      const { body } = execution.executed;
      const parent = standingAt(block.parent.digest, ancestors);
      const limit = later(now() + driftMsMax, parent?.timeMs ?? 0n);
      if (body.timeMs > limit) return no('its time is too far ahead');
      const open = demandsOf(context, body, execution.signers, isVouched);
      if (open === undefined) return no('SIGNATURE_INVALID');
      if (open.length === 0) return { ok: true };
      return areGenuine(open).then((verdicts) => {
        if (verdicts.includes(false)) return no('SIGNATURE_INVALID');
        for (const { entry } of open) vouched.set(entry.name, { signature: entry.signature });
        return { ok: true };
      });
    },
    finalize: (block) => {
      const execution = execute(block, []);
      if (execution.kind === 'invalid') {
        throw new ExecutionFault(`the final block ${block.height} is invalid: ${execution.reason}`);
      }
      ({ standing } = execution.executed);
      standings.set(block.digest, standing);
      for (const { name } of execution.executed.body.entries) vouched.delete(name);
      prune(block.height);
      return execution.executed;
    },
    vouch: (entry, trial) => {
      const { name, signature } = entry;
      vouched.set(name, trial === undefined ? { signature } : { signature, trial });
    },
    disown: (entry) => {
      vouched.delete(entry.name);
    },
  };
}

function no(reason: string): BlockVerdict {
  return { ok: false, reason };
}

function later(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
