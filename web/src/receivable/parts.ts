/**
 * The parts of a split while one types them: what is missing, what is wrong, and whether they sum
 * exactly to the certificate.
 *
 * Pure.
 */
import { type Amount, parseAmount, toMinor } from '../lib/format-money.ts';

export type PartProblem = 'required' | 'notAnAmount' | 'belowMin';

export type PartsRead = {
  /** One entry a typed part; undefined where all is well with it. */
  readonly problems: readonly (PartProblem | undefined)[];
  readonly amounts: readonly Amount[];
  /** What is missing to the face, in minor units; below zero when it is too much. */
  readonly leftMinor: bigint;
  readonly isExact: boolean;
};

/** Reads what was typed. Parts that cannot be read count as nothing. */
export function readParts(typed: readonly string[], face: Amount, minPartMinor: bigint): PartsRead {
  const read = typed.map((text) => parseAmount(text, face.currency));
  const problems = read.map((amount, order): PartProblem | undefined => {
    if ((typed[order] ?? '').trim() === '') {
      return 'required';
    }
    if (amount === undefined) {
      return 'notAnAmount';
    }
    const minor = toMinor({ amount, currency: face.currency });
    return minor <= 0n || minor < minPartMinor ? 'belowMin' : undefined;
  });
  const amounts = read.map((amount) => ({ amount: amount ?? '0', currency: face.currency }));
  const sum = amounts.reduce((total, each) => total + toMinor(each), 0n);
  const leftMinor = toMinor(face) - sum;
  return {
    problems,
    amounts,
    leftMinor,
    isExact: leftMinor === 0n && problems.every((problem) => problem === undefined),
  };
}
