/**
 * Who may ask what in financing. What a party may not see is thrown as not found by the service
 * before it comes here; here is decided what a party that sees it may do. Pure.
 */
import type { Refusal } from '../kernel/decision.ts';
import type { RequestRow } from './model.ts';
import { texts } from './texts.ts';

/** Only the holder asks, withdraws and chooses. */
export function holderOnly({ holder }: { readonly holder: string }, party: string): Refusal | null {
  return holder === party ? null : texts.notHolder();
}

/** Only the bank whose quote was chosen proposes, returns and approves. */
export function chosenBankOnly({ bank }: RequestRow, party: string): Refusal | null {
  return bank === party ? null : texts.notTheBank();
}

/** Nobody approves what the same person has proposed. */
export function otherPersonOnly(
  proposal: { readonly proposedBy: string },
  person: string | null,
): Refusal | null {
  return person === null || proposal.proposedBy === person ? texts.fourEyes() : null;
}
