/**
 * Proof files one behind the other, an empty line between two: the handovers that stand in other
 * files, or in one of their own.
 *
 * Pure.
 */
import { limits } from '../act/limits.ts';
import { said } from './said.ts';
import { StepError } from './step.ts';

/** The files in a text that was parted at its empty lines; each has three parts. Throws StepError. */
export function proofFiles(parts: readonly string[]): readonly string[] {
  if (parts.length % 3 !== 0) throw new StepError('checkpoint', said('file.parts', {}));
  if (parts.length / 3 > limits.handoversMax + 1) {
    throw new StepError('epoch', said('file.handovers', { max: limits.handoversMax }));
  }
  const files: string[] = [];
  for (let at = 0; at < parts.length; at += 3) {
    const text = parts.slice(at, at + 3).join('\n\n');
    // The last file ends with its own line feed; the others lost theirs to the empty line.
    files.push(at + 3 === parts.length ? text : `${text}\n`);
  }
  return files;
}

/** The handovers as a file of their own; empty where there are none. */
export function encodeHandovers(handovers: readonly string[]): string {
  return handovers.join('\n');
}

export function parseHandovers(text: string): readonly string[] {
  return text === '' ? [] : proofFiles(text.split('\n\n'));
}
