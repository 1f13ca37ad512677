/**
 * One validator of this process: its core, its keys, its timers.
 *
 * One input in, effects out, in order. What must be durable goes into the turn's batch, what is to be
 * sent waits until that batch is on disk, and what can be answered at once (a signature, a verdict, a
 * payload) is the next input of the same turn. The turn itself belongs to engine.ts.
 */

import type { BlockVerdict } from '../core/application.ts';
import { createConsensus, progressOf, step } from '../core/consensus.ts';
import type { Effect } from '../core/effect.ts';
import type { Consensus, ConsensusOptions } from '../core/epoch.ts';
import type { Evidence } from '../core/equivocation.ts';
import type { Input } from '../core/input.ts';
import type { Message } from '../core/message.ts';
import type { Block } from '../core/proposal.ts';
import type { PeerId, ValidatorSet } from '../core/validators.ts';
import type { SignedVote } from '../core/vote.ts';
import type { Proposed } from './application.ts';
import type { JournalEntry } from './journal.ts';
import type { ValidatorSigner } from './signer.ts';
import { type Fired, makeTimers } from './timers.ts';

/** What a node asks of the engine around it. */
export type NodeHost = {
  /** Puts an entry into the turn's batch. */
  readonly persist: (entry: JournalEntry) => void;
  /** Delivers after the batch is durable; `to` null for every other validator. */
  readonly send: (to: PeerId | null, message: Message) => void;
  /** An input from outside of a turn: a timer, a late verdict. */
  readonly enqueue: (input: Input) => void;
  readonly hasBody: (digest: string) => boolean;
  /** A vote that this node's own key signed. */
  readonly onSigned: (vote: SignedVote) => void;
  readonly propose: (effect: Effect & { kind: 'askPayload' }) => Proposed['payload'];
  readonly check: (
    block: Block,
    ancestors: readonly Block[],
  ) => BlockVerdict | Promise<BlockVerdict>;
  /** Answers who votes in the next epoch when the commit has sealed one. */
  readonly commit: (commit: Effect & { kind: 'commit' }) => ValidatorSet | null;
  readonly blockOf: (digest: string) => Block | null;
  readonly finalizedFrom: (height: bigint) => Message | null;
  readonly report: (evidence: Evidence) => void;
};

export type ValidatorNode = {
  /** Handles an input and all that follows from it at once. */
  readonly handle: (input: Input) => void;
  readonly view: () => bigint;
  readonly height: () => bigint;
  readonly epoch: () => bigint;
  /** Its timers end; whatever comes later is dropped. */
  readonly halt: () => void;
};

export type NodeOptions = {
  readonly index: number;
  readonly consensus: ConsensusOptions;
  /** Null for a process that only listens. */
  readonly signer: ValidatorSigner | null;
  readonly host: NodeHost;
};

/** Inputs that one input may lead to within a turn: far above what the protocol does. */
const followUpsMax = 100_000;

export function makeNode({ index, consensus, signer, host }: NodeOptions): ValidatorNode {
  const state: Consensus = createConsensus(consensus);
  const timers = makeTimers((fired: Fired) => host.enqueue({ kind: 'timer', ...fired }));
  let isHalted = false;

  const handle = (first: Input): void => {
    const inputs: Input[] = [first];
    for (let done = 0; done < inputs.length && !isHalted; done += 1) {
      if (done > followUpsMax) throw new Error('one input led to endlessly many');
      const input = inputs[done];
      if (input === undefined) break;
      for (const effect of step(state, input)) carryOut(effect, (next) => inputs.push(next));
    }
  };

  const carryOut = (effect: Effect, answer: (input: Input) => void): void => {
    switch (effect.kind) {
      case 'persist':
        persist(effect);
        return;
      case 'sign': {
        if (signer === null) throw new Error('a listener was asked to sign');
        const vote = signer.vote(effect.vote);
        host.onSigned(vote);
        answer({ kind: 'signed', vote });
        return;
      }
      case 'broadcast':
        host.send(null, effect.message);
        return;
      case 'send':
        host.send(effect.to, effect.message);
        return;
      case 'setTimer': {
        const { timer, epoch, view, afterMs } = effect;
        timers.set({ timer, epoch, view }, afterMs);
        return;
      }
      case 'clearTimer':
        timers.clear(effect.timer);
        return;
      case 'askPayload': {
        const { epoch, view, parent } = effect;
        const payload = host.propose(effect);
        answer({ kind: 'payload', epoch, view, parent: parent.digest, payload });
        return;
      }
      case 'validate':
        validate(effect.block, effect.ancestors, answer);
        return;
      case 'commit': {
        const next = host.commit(effect);
        signer?.raiseFloor(effect.finalization);
        if (next !== null) answer({ kind: 'epoch', validators: next });
        return;
      }
      case 'report':
        host.report(effect.evidence);
        return;
      case 'serveBlock': {
        const block = host.blockOf(effect.digest);
        if (block !== null) host.send(effect.to, { kind: 'block', block });
        return;
      }
      case 'serveFinalized': {
        const message = host.finalizedFrom(effect.height);
        if (message !== null) host.send(effect.to, message);
      }
    }
  };

  const persist = ({ record }: Effect & { kind: 'persist' }): void => {
    if (record.kind !== 'block') {
      host.persist({ kind: 'record', validator: index, record });
      return;
    }
    const { block } = record;
    if (!host.hasBody(block.digest)) host.persist({ kind: 'body', block });
    host.persist({ kind: 'holding', validator: index, digest: block.digest });
  };

  const validate = (
    block: Block,
    ancestors: readonly Block[],
    answer: (input: Input) => void,
  ): void => {
    const { digest } = block;
    const verdict = host.check(block, ancestors);
    if (!(verdict instanceof Promise)) {
      answer({ kind: 'validated', digest, verdict });
      return;
    }
    void verdict.then((later) => {
      if (!isHalted) host.enqueue({ kind: 'validated', digest, verdict: later });
    });
  };

  return {
    handle,
    view: () => progressOf(state).view,
    height: () => progressOf(state).height,
    epoch: () => progressOf(state).epoch,
    halt: () => {
      isHalted = true;
      timers.clearAll();
    },
  };
}
