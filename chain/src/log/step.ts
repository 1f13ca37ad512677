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
import { type Said, SaidError, said } from './said.ts';

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
export class StepError extends SaidError {
  override readonly name = 'StepError';
  readonly step: Step;

  constructor(step: Step, why: Said) {
    super(why);
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
      throw new StepError(step === 'epoch' ? step : fault.step, fault.said);
    }
    const why = refusalOf(fault);
    if (why !== undefined) throw new StepError(step, why);
    throw fault;
  }
}

/** Why a parser or judge refused; undefined for a bug. */
function refusalOf(fault: unknown): Said | undefined {
  if (fault instanceof JudgeError) return fault.said;
  if (fault instanceof FieldError) {
    return said('form.field', { path: fault.path, rule: fault.rule });
  }
  if (fault instanceof NoteError) return said('form.note', { rule: fault.message });
  if (fault instanceof CodecError) return said('form.octets', { rule: fault.message });
  if (fault instanceof ActError) return said('form.act', { rule: fault.message });
  if (fault instanceof EffectsError) return said('form.effects', { rule: fault.message });
  return undefined;
}
