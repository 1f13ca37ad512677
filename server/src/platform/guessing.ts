/**
 * How often an organisation may be told that an invoice is known. A fingerprint is keyed, so it cannot be
 * guessed offline; asked here again and again, the answers would tell a guesser which invoices there are
 * (edge 42, J7.9). After so many in an hour nothing more is answered to its submissions.
 *
 * Counted in memory, by organisation; a restart begins anew.
 */
import { type Refusal, refuse } from '../kernel/decision.ts';

/** Answers that say: this is known. More in an hour than any honest mistake makes. */
export const duplicatesMax = 60;
export const windowMs = 3_600_000n;
/** Organisations counted at a time; the one that was told longest ago leaves first. */
const partiesMax = 10_000;

export type Guessing = {
  /** Why the organisation's submission is not looked at now, or null. */
  refusal(party: string): Refusal | null;
  /** Counts the answer, when it told that something is known. */
  told(party: string, code: string): void;
};

export function guessing(nowMs: () => bigint): Guessing {
  const told = new Map<string, readonly bigint[]>();
  const lately = (party: string) =>
    (told.get(party) ?? []).filter((moment) => moment > nowMs() - windowMs);
  return {
    refusal: (party) => (lately(party).length < duplicatesMax ? null : tooMany()),
    told(party, code) {
      if (code !== 'DUPLICATE_EXACT') return;
      const moments = [...lately(party), nowMs()];
      told.delete(party);
      told.set(party, moments);
      if (told.size > partiesMax) told.delete(told.keys().next().value ?? '');
    },
  };
}

function tooMany(): Refusal {
  return refuse('TOO_MANY_DUPLICATES', 'Too many known invoices were submitted in the last hour.', {
    seen: `${duplicatesMax} in an hour`,
    expected: `fewer than ${duplicatesMax} in an hour`,
    help: 'Wait an hour, and look at the invoices that are here already.',
  });
}
