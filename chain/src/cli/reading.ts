/**
 * Files that a command reads: text up to a limit, an anchor, handovers. What cannot be read, or is not what
 * it should be, is an UnreadableError that names the step of a verdict which fails with it.
 */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '../act/limits.ts';
import { textOf } from '../crypto/digest.ts';
import type { Anchor } from '../log/anchor.ts';
import { parseAnchor } from '../log/anchor.ts';
import { NoteError } from '../log/checkpoint.ts';
import { handoversBetween } from '../log/judge.ts';
import { ProofError } from '../log/proof.ts';
import { parseHandovers } from '../log/proof-files.ts';
import { type Step, StepError } from '../log/step.ts';

/** A file that cannot be judged at all. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
  readonly step: Step;

  constructor(step: Step, message: string) {
    super(message);
    this.step = step;
  }
}

/** The result of reading, or the fault that says why there is none. */
export async function orFault<T>(read: () => Promise<T>): Promise<T | UnreadableError> {
  try {
    return await read();
  } catch (fault) {
    if (fault instanceof UnreadableError) return fault;
    throw fault;
  }
}

/** The anchor given, which must be there, or the pinned one, which may be missing. */
export async function readAnchor(given: string | undefined): Promise<Anchor | undefined> {
  const pinned = join(process.env.TALLYSTICK_HOME ?? '.tallystick', 'anchor.json');
  let text: string;
  try {
    text = await readText(given ?? pinned, limits.anchorCharactersMax);
  } catch (fault) {
    if (given === undefined && isMissing(fault)) return undefined;
    throw unreadableAs('anchor', fault);
  }
  return parsedAs('anchor', () => parseAnchor(text));
}

/** The handovers of the file given; none without one. */
export async function readHandovers(given: string | undefined): Promise<readonly string[]> {
  if (given === undefined) return [];
  try {
    const text = await readText(given, handoversBytesMax);
    return parsedAs('epoch', () => parseHandovers(text));
  } catch (fault) {
    throw unreadableAs('epoch', fault);
  }
}

/** Octets of a file of handovers: as many as are read, each as large as it may be, would be absurd. */
export const handoversBytesMax = 16 * 1024 * 1024;

/** Those of the handovers that lead from the anchor to a checkpoint of `size`. */
export function handoversTo(
  size: bigint,
  anchor: Anchor | undefined,
  handovers: readonly string[],
): readonly string[] {
  if (anchor === undefined) return [];
  return parsedAs('epoch', () => handoversBetween(anchor, handovers, size));
}

/** Reads at most `max` octets, so that no file is too large to refuse. */
export async function readText(path: string, max: number): Promise<string> {
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw Object.assign(new UnreadableError('leaf', `${path} cannot be read`), { cause });
  });
  try {
    const { size } = await handle.stat();
    if (size > max) throw new UnreadableError('leaf', `${path} is larger than ${max} octets`);
    const bytes = new Uint8Array(size);
    const { bytesRead } = await handle.read(bytes, 0, size, 0);
    return textOf(bytes.subarray(0, bytesRead));
  } catch (fault) {
    if (fault instanceof UnreadableError) throw fault;
    throw new UnreadableError('leaf', `${path} is no text file`);
  } finally {
    await handle.close();
  }
}

/** What a parser refuses is a file that cannot be judged at `step`. */
export function parsedAs<T>(step: Step, parse: () => T): T {
  try {
    return parse();
  } catch (fault) {
    const isRefusal =
      fault instanceof NoteError || fault instanceof ProofError || fault instanceof StepError;
    if (isRefusal) throw new UnreadableError(step, fault.message);
    throw fault;
  }
}

function unreadableAs(step: Step, fault: unknown): unknown {
  return fault instanceof UnreadableError ? new UnreadableError(step, fault.message) : fault;
}

function isMissing(fault: unknown): boolean {
  const cause = fault instanceof UnreadableError ? fault.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}
