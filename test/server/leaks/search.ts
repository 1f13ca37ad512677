/** Finds many patterns in many octets in one pass: a table of their first four octets, then the rest. */
import type { Pattern } from './encodings.ts';

export type Found = { readonly where: string; readonly pattern: Pattern };
export type Search = (where: string, octets: Uint8Array) => readonly Found[];

const filterBits = 22;

export function searchFor(patterns: readonly Pattern[]): Search {
  const byHead = new Map<number, Pattern[]>();
  const filter = new Uint8Array(2 ** filterBits);
  for (const pattern of patterns) {
    const head = headAt(pattern.octets, 0);
    byHead.set(head, [...(byHead.get(head) ?? []), pattern]);
    filter[slotOf(head)] = 1;
  }
  return (where, octets) => {
    const found = new Map<Pattern, Found>();
    for (let at = 0; at + 4 <= octets.length; at += 1) {
      const head = headAt(octets, at);
      if (filter[slotOf(head)] !== 1) continue;
      for (const pattern of byHead.get(head) ?? []) {
        if (!found.has(pattern) && stands(pattern.octets, octets, at)) {
          found.set(pattern, { where: `${where} at ${at}`, pattern });
        }
      }
    }
    return [...found.values()];
  };
}

function headAt(octets: Uint8Array, at: number): number {
  const [a, b, c, d] = [octets[at], octets[at + 1], octets[at + 2], octets[at + 3]];
  return (((a ?? 0) << 24) | ((b ?? 0) << 16) | ((c ?? 0) << 8) | (d ?? 0)) >>> 0;
}

function slotOf(head: number): number {
  return Math.imul(head, 0x9e3779b1) >>> (32 - filterBits);
}

function stands(pattern: Uint8Array, octets: Uint8Array, at: number): boolean {
  if (at + pattern.length > octets.length) return false;
  for (let order = 4; order < pattern.length; order += 1) {
    if (octets[at + order] !== pattern[order]) return false;
  }
  return true;
}
