/**
 * The steps of a verdict, and the failure that names one.
 *
 * Pure.
 */
import { ActError } from '../act/act.ts';
import { CodecError } from '../act/codec.ts';
import { EffectsError } from '../act/effects.ts';
import { FieldError } from '../act/field.ts';
import { NoteError } from './checkpoint.ts';
import { JudgeError } from './judge.ts';
import { ProofError } from './proof.ts';

/** In the order in which a verdict tells them. */
export const steps = [
  'leaf',
  'disclosure',
  'act signature',
  'key',
  'state',
  'inclusion',
  'consistency',
  'checkpoint',
  'signatures',
  'quorum',
  'epoch',
  'anchor',
] as const;
export type Step = (typeof steps)[number];

/** The steps of a form of file that has no use for `others`. */
export function stepsWithout(...others: readonly Step[]): readonly Step[] {
  return steps.filter((step) => !others.includes(step));
}

/** A step that does not hold, and why. */
export class StepError extends Error {
  override readonly name = 'StepError';
  readonly step: Step;

  constructor(step: Step, message: string) {
    super(message);
    this.step = step;
  }
}

/**
 * Runs a part of the work of `step`: what a parser or judge refuses inside becomes
 * a failure of that step, or of the more exact one that it names itself. Anything
 * else that is thrown is a bug and passes through.
 */
export function within<T>(step: Step, work: () => T): T {
  try {
    return work();
  } catch (fault) {
    if (fault instanceof ProofError) {
      throw new StepError(step === 'epoch' ? step : fault.step, fault.message);
    }
    if (isRefusal(fault)) throw new StepError(step, fault.message);
    throw fault;
  }
}

function isRefusal(fault: unknown): fault is Error {
  return (
    fault instanceof ActError ||
    fault instanceof CodecError ||
    fault instanceof EffectsError ||
    fault instanceof FieldError ||
    fault instanceof NoteError ||
    fault instanceof JudgeError
  );
}
