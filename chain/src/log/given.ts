/**
 * What a file is that somebody hands to a verifier, told by its first words and its form, so that several
 * can be given at once and in any order.
 *
 * Nothing is believed here: a file that is named a proof is judged afterwards, and handovers are walked.
 * A `.tlog-proof` of a handover under the checkpoint that ends its epoch is both a proof of that leaf and
 * a step of the way from the anchor; it is called `handover`, and the reader decides.
 *
 * Pure.
 */
import { type Anchor, parseAnchor } from './anchor.ts';
import { consistencyFormat } from './consistency.ts';
import { decodeHandoverLeaf, isHandoverLeaf } from './handover.ts';
import { handoversBetween } from './judge.ts';
import { parseNote } from './note.ts';
import { parseTlogProof, tlogProofFormat } from './proof.ts';
import { parseHandovers } from './proof-files.ts';
import { refusalFormat } from './refusal.ts';
import { type Said, said } from './said.ts';
import { stateProofFormat } from './state-proof.ts';
import { StepError, within } from './step.ts';

export type GivenFile =
  | { readonly kind: 'anchor'; readonly anchor: Anchor }
  | { readonly kind: 'handovers'; readonly steps: readonly HandoverStep[] }
  | { readonly kind: 'handover'; readonly steps: readonly HandoverStep[] }
  | { readonly kind: 'pack' | 'proof' | 'state' | 'consistency' | 'refusal' }
  | { readonly kind: 'calculation' }
  | { readonly kind: 'checkpoint' | 'policy' | 'unknown' }
  /** It means to be an anchor or handovers, and is not. */
  | { readonly kind: 'broken'; readonly form: 'anchor' | 'handovers'; readonly why: Said };

/** One handover: the epoch that it begins, and its proof file. */
export type HandoverStep = { readonly epoch: bigint; readonly text: string };

/** Says what `text` is. Never throws for what a file may hold. */
export function givenFile(text: string): GivenFile {
  if (text.startsWith('{')) return jsonFile(text);
  if (text.startsWith(`${stateProofFormat}\n`)) return { kind: 'state' };
  if (text.startsWith(`${consistencyFormat}\n`)) return { kind: 'consistency' };
  if (text.startsWith(`${refusalFormat}\n`)) return { kind: 'refusal' };
  if (text.startsWith(`${tlogProofFormat}\n`)) return proofFile(text);
  return { kind: isNote(text) ? 'checkpoint' : 'unknown' };
}

/**
 * Of all steps at hand, in any order and more than once, those that lead from the anchor to the
 * checkpoint of the proof; none for a proof that cannot be read, which is then judged as it is.
 */
export function stepsTo(
  proof: string,
  anchor: Anchor,
  given: readonly HandoverStep[],
): readonly string[] {
  const size = attempt('checkpoint', () => parseTlogProof(proof).checkpoint.size);
  if (typeof size !== 'bigint') return [];
  const inOrder = [...given].sort((a, b) => (a.epoch < b.epoch ? -1 : a.epoch > b.epoch ? 1 : 0));
  const once = [...new Set(inOrder.map(({ text }) => text))];
  return handoversBetween(anchor, once, size);
}

function jsonFile(text: string): GivenFile {
  const format = /^\{\s*"format":\s*"([a-z-]+)\/\d/.exec(text.slice(0, 200))?.[1];
  switch (format) {
    case 'tallystick-anchor': {
      const anchor = attempt('anchor', () => parseAnchor(text));
      return 'code' in anchor
        ? { kind: 'broken', form: 'anchor', why: anchor }
        : { kind: 'anchor', anchor };
    }
    case 'tallystick-calculation':
      return { kind: 'calculation' };
    case 'tallystick-policy':
      return { kind: 'policy' };
    case 'tallystick-proof-pack':
      return { kind: 'pack' };
    default:
      return { kind: 'unknown' };
  }
}

/** One proof, or handovers: several proofs one behind the other, or one that ends an epoch. */
function proofFile(text: string): GivenFile {
  if (text.split('\n\n').length <= 3) {
    const step = attempt('leaf', () => stepOf(text));
    return 'code' in step ? { kind: 'proof' } : { kind: 'handover', steps: [step] };
  }
  const steps = attempt('epoch', () => parseHandovers(text).map(stepOf));
  return 'code' in steps
    ? { kind: 'broken', form: 'handovers', why: steps }
    : { kind: 'handovers', steps };
}

function stepOf(text: string): HandoverStep {
  const { leaf, index, checkpoint } = parseTlogProof(text);
  if (leaf === null || !isHandoverLeaf(leaf) || checkpoint.size !== index + 2n) {
    throw new StepError('epoch', said('handover.other', {}));
  }
  return { epoch: decodeHandoverLeaf(leaf).epoch, text };
}

function isNote(text: string): boolean {
  const note = attempt('checkpoint', () => parseNote(text));
  return !('code' in note);
}

/** What the work gives, or why it refuses. */
function attempt<T>(step: Parameters<typeof within>[0], work: () => T): T | Said {
  try {
    return within(step, work);
  } catch (fault) {
    if (fault instanceof StepError) return fault.said;
    throw fault;
  }
}
