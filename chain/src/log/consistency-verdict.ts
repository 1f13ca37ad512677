/**
 * Judges that a newer log has an older one as its beginning, and that both were vouched for by a quorum
 * of the set that answered for them.
 *
 * Pure.
 */
import { base64 } from '../crypto/digest.ts';
import type { Anchor } from './anchor.ts';
import { type ConsistencyProof, parseConsistencyProof } from './consistency.ts';
import { reignOf, supportOf } from './judge.ts';
import { verifyConsistency } from './merkle.ts';
import type { SignedCheckpoint } from './note.ts';
import { said } from './said.ts';
import { StepError, stepsWithout, within } from './step.ts';
import {
  checkpointFacts,
  type Trusted,
  trustOf,
  UnanchoredError,
  type Verdict,
  verdictOf,
} from './verdict.ts';

const consistencySteps = stepsWithout(
  ...(['leaf', 'disclosure', 'act signature', 'key', 'state', 'inclusion'] as const),
);

/** Judges the file of a consistency proof. Without an anchor the outcome is `unanchored`, a failure. */
export function verifyConsistencyProof(text: string, anchor?: Anchor): Verdict {
  return verdictOf(consistencySteps, (note) => {
    const proof = parseConsistencyProof(text);
    const { older, newer } = proof;
    const { size, root } = checkpointFacts(newer);
    const two = { ...checkpointFacts(older), newer: size, newerRoot: root };
    note('checkpoint', said('checkpoint.two', two));
    checkConsistent(proof);
    note('consistency', said('consistency.is', { size: older.checkpoint.size }));
    if (anchor === undefined) throw new UnanchoredError();
    const trusted = trustOf(note, newer, proof.handovers, anchor);
    checkOlder(older, trusted);
    return {
      proven: {
        kind: 'consistency',
        actHash: null,
        refusal: null,
        index: null,
        height: null,
        timeMs: null,
        fields: {
          olderSize: `${older.checkpoint.size}`,
          olderRoot: base64(older.checkpoint.root),
          newerSize: `${newer.checkpoint.size}`,
          newerRoot: base64(newer.checkpoint.root),
        },
      },
      signedBy: null,
      trust: trusted.trust,
      warnings: trusted.warnings,
    };
  });
}

function checkConsistent({ older, newer, hashes }: ConsistencyProof): void {
  const [first, second] = [older.checkpoint, newer.checkpoint];
  if (first.origin !== second.origin) {
    throw new StepError('consistency', said('consistency.otherLog', {}));
  }
  const holds = verifyConsistency({
    size1: first.size,
    root1: first.root,
    size2: second.size,
    root2: second.root,
    hashes,
  });
  if (!holds) {
    throw new StepError(
      'consistency',
      said('consistency.rewritten', { size: first.size, newer: second.size }),
    );
  }
}

/** The older checkpoint is judged by the set that answered for its size, with the same strictness. */
function checkOlder(older: SignedCheckpoint, { reigns }: Trusted): void {
  const { size } = older.checkpoint;
  const reign = reignOf(reigns, size);
  if (reign === undefined) {
    throw new StepError(
      'epoch',
      said('epoch.beforeAnchor', { size, firstSize: reigns[0].firstSize }),
    );
  }
  const support = within('signatures', () =>
    supportOf(older.checkpoint, older.logLine, older.cosignatures, reign),
  );
  if (!support.isQuorum) {
    throw new StepError('quorum', said('quorum.older', { size, epoch: reign.epoch }));
  }
}
