/**
 * Guards as people read them: what each one looked at, and whether it lets the money go.
 *
 * The same guards decide an act and fill the list that a screen shows, so the two cannot differ. Pure.
 */
import type { Refusal } from '../kernel/decision.ts';
import type { Check } from './model.ts';

/** A guard that was looked at; null lets pass. */
export type Guard = { readonly rule: Rule; readonly refusal: Refusal | null };

export type Rule = 'PROMISE' | 'CERTIFICATE' | 'DISPUTE' | 'DELIVERY' | 'QUOTE' | 'BUYER_LIMIT';

/** The first guard that does not let pass. */
export function firstNo(guards: readonly Guard[]): Refusal | null {
  return guards.find(({ refusal }) => refusal !== null)?.refusal ?? null;
}

export function checksOf(guards: readonly Guard[]): readonly Check[] {
  return guards.map(({ rule, refusal }) =>
    refusal === null
      ? { rule, ok: true, message: passes[rule], seen: '', expected: '' }
      : {
          rule,
          ok: false,
          message: refusal.message,
          seen: refusal.seen,
          expected: refusal.expected,
        },
  );
}

const passes: Readonly<Record<Rule, string>> = {
  PROMISE: 'The buyer has promised, irrevocably, to pay the face on the day of maturity.',
  CERTIFICATE: 'The certificate is free for this financing and not yet due.',
  DISPUTE: 'Nothing of the promise is disputed.',
  DELIVERY: 'The goods were received, or the programme does not ask for it.',
  QUOTE: 'The quote is firm today.',
  BUYER_LIMIT: 'The limit of the bank on the buyer covers the face.',
};
