/**
 * The smallest application that can be got wrong: named entries, each at most once.
 *
 * A payload is the entries' names, joined by commas. A well-formed name is an
 * `e` and a number; anything else makes the block invalid.
 */
import type { BlockVerdict } from '@tallystick/chain/src/core/application.ts';
import type { Block, Payload } from '@tallystick/chain/src/core/proposal.ts';

const entriesPerBlockMax = 3;
const toBytes = new TextEncoder();
const toText = new TextDecoder();

export function payloadOf(entries: readonly string[], seals: boolean): Payload {
  return { bytes: toBytes.encode(entries.join(',')), seals };
}

export function entriesOf(bytes: Uint8Array): readonly string[] {
  return bytes.length === 0 ? [] : toText.decode(bytes).split(',');
}

export function isWellFormed(bytes: Uint8Array): boolean {
  return entriesOf(bytes).every((entry) => /^e\d+$/.test(entry));
}

/** What of `waiting` is neither final nor among the ancestors; null when that is nothing and nothing is asked for. */
export function nextPayload(
  waiting: Iterable<string>,
  finalized: ReadonlySet<string>,
  ancestors: readonly Block[],
  mustExtend: boolean,
  seals: boolean,
): Payload | null {
  const taken = new Set(ancestors.flatMap(({ payload }) => entriesOf(payload.bytes)));
  const chosen: string[] = [];
  for (const entry of waiting) {
    if (finalized.has(entry) || taken.has(entry)) continue;
    chosen.push(entry);
    if (chosen.length === entriesPerBlockMax) break;
  }
  return chosen.length === 0 && !mustExtend ? null : payloadOf(chosen, seals);
}

export function checkBlock(
  block: Block,
  finalized: ReadonlySet<string>,
  ancestors: readonly Block[],
  seals: boolean,
): BlockVerdict {
  const { bytes } = block.payload;
  const entries = entriesOf(bytes);
  const taken = new Set(ancestors.flatMap(({ payload }) => entriesOf(payload.bytes)));
  if (!isWellFormed(bytes)) return { ok: false, reason: 'an entry is malformed' };
  if (block.payload.seals !== seals) return { ok: false, reason: 'the epoch ends elsewhere' };
  if (new Set(entries).size < entries.length) return { ok: false, reason: 'an entry stands twice' };
  if (entries.some((entry) => finalized.has(entry) || taken.has(entry))) {
    return { ok: false, reason: 'an entry is there already' };
  }
  return { ok: true };
}
