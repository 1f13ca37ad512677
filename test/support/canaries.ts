/**
 * Canaries: texts of 128 random bits that stand for nothing. Where one shows, somebody told it.
 *
 * Seeded, so that a failing run can be run again.
 */
import { seeded } from './random.ts';

export type Canaries = {
  /** A new canary, named after the place where it is put. */
  readonly make: (place: string) => string;
  /** Place by canary. */
  readonly all: ReadonlyMap<string, string>;
};

export function canaries(seed: number): Canaries {
  const { bytes } = seeded(seed);
  const all = new Map<string, string>();
  return {
    all,
    make(place) {
      const canary = `zq${Buffer.from(bytes(16)).toString('hex')}`;
      all.set(canary, place);
      return canary;
    },
  };
}

/** The canaries that stand in a text, in any case of letters. */
export function canariesIn(text: string): ReadonlySet<string> {
  return new Set(text.toLowerCase().match(/zq[0-9a-f]{32}/g) ?? []);
}
