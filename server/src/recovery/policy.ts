/**
 * Who may ask what after the money was paid out. What a party may not see is thrown as not found by
 * the service before it comes here. Pure.
 */
import type { RequestRow } from '../financing/model.ts';
import type { Refusal } from '../kernel/decision.ts';
import type { WriteOffRow } from './model.ts';
import { texts } from './texts.ts';

/** Only the bank that paid out claims, provides and writes off. */
export function bankOnly({ bank }: Pick<RequestRow, 'bank'>, party: string): Refusal | null {
  return bank === party ? null : texts.notTheBank();
}

/** Nobody approves what the same person has proposed. */
export function otherPersonOnly(proposal: WriteOffRow, person: string | null): Refusal | null {
  return person === null || proposal.proposedBy === person ? texts.fourEyes() : null;
}

/** What a bank provides for and gives up is its own matter, and its auditors'; the seller is told of claims only. */
export function maySeeBooks({ seller }: { readonly seller: string }, party: string): boolean {
  return party !== seller;
}
