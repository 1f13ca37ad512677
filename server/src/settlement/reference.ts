/**
 * What a payer writes so that a payment matches exactly: `TS-` and ten letters of base32 (A to Z and
 * 2 to 7, so no zero is taken for an O). Banks fold case and break lines anywhere; both are undone
 * before it is looked for, and nothing else is. Pure.
 */
import { invariant } from '../kernel/invariant.ts';
import { settlementLimits } from './model.ts';

/**
 * The reference of a leg, or of a root certificate for all that is owed of it: the head of its id, so
 * nothing needs to be drawn.
 */
export function referenceOf(id: string): string {
  const letters = /^[a-z]{3}_([a-z2-7]{10})/.exec(id)?.[1];
  invariant(letters !== undefined, 'an id is base32');
  return `TS-${letters.toUpperCase()}`;
}

/** The references in what a payer wrote, each once, in their order. */
export function referencesIn(remittance: string): readonly string[] {
  const folded = remittance.normalize('NFKC').toUpperCase().replace(/\s+/g, '');
  const found = [...folded.matchAll(/TS-[A-Z2-7]{10}/g)].map(([reference]) => reference);
  return [...new Set(found)].slice(0, settlementLimits.legsOfLineMax + 1);
}
