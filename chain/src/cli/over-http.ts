/**
 * A log that lies elsewhere, read by its tiles: what two checkpoints need to be shown consistent.
 *
 * Nothing that comes over the wire is believed. It only helps to compute hashes, and those must lead to
 * the roots that validators signed. Every answer has a size that is known beforehand, and a time limit.
 */
import { limits } from '../act/limits.ts';
import type { Anchor } from '../log/anchor.ts';
import { encodeConsistencyProof } from '../log/consistency.ts';
import { consistencyProof } from '../log/merkle.ts';
import { parseNote } from '../log/note.ts';
import { nodesFromTiles, tilePath, tilesFor } from '../log/tiles.ts';
import { handoversTo, parsedAs, readText, UnreadableError } from './reading.ts';

/** How long one answer may take, in milliseconds. */
const answerMsMax = 30_000;

export type Pair = { readonly log: string; readonly older: string; readonly newer: string };

/**
 * The consistency proof of the checkpoints in two files, computed from the tiles of the log at a URL.
 * Throws an UnreadableError where a file or a tile cannot be had.
 */
export async function consistencyOver(
  { log, older, newer }: Pair,
  anchor: Anchor | undefined,
  handovers: readonly string[],
): Promise<string> {
  const [first, second] = [await readNote(older), await readNote(newer)];
  const [size1, size2] = [first.checkpoint.size, second.checkpoint.size];
  if (size1 > size2) {
    throw new UnreadableError('consistency', `${size1} leaves are more than ${size2}`);
  }
  const work = (nodeAt: Parameters<typeof consistencyProof>[2]) =>
    consistencyProof(size1, size2, nodeAt);
  const tiles = new Map<string, Uint8Array>();
  for (const tile of tilesFor(size2, work)) {
    tiles.set(tilePath(tile), await fetchOctets(`${log}/${tilePath(tile)}`, tile.width * 32));
  }
  return encodeConsistencyProof({
    hashes: work(nodesFromTiles(size2, tiles)),
    older: first,
    newer: second,
    handovers: handoversTo(size2, anchor, handovers),
  });
}

async function readNote(file: string) {
  const text = await readText(file, limits.proofCharactersMax);
  return parsedAs('checkpoint', () => parseNote(text));
}

/** Exactly so many octets, or none. */
async function fetchOctets(url: string, length: number): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(answerMsMax) });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    bytes = await firstOctets(answer, length + 1);
  } catch (fault) {
    const why = fault instanceof Error ? fault.message : String(fault);
    throw new UnreadableError('consistency', `${url} cannot be had: ${why}`);
  }
  if (bytes.length !== length) {
    throw new UnreadableError('consistency', `${url} has not the ${length} octets of its tile`);
  }
  return bytes;
}

/** What comes first of an answer; the rest is never read. */
async function firstOctets({ body }: Response, max: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body ?? []) {
    parts.push(part);
    length += part.length;
    if (length >= max) break;
  }
  return new Uint8Array(Buffer.concat(parts).subarray(0, max));
}
