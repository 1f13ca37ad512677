/**
 * Guards as people read them: what each one looked at, and whether it lets the money go.
 *
 * The same guards decide an act and fill the list that a screen shows, so the two cannot differ. Pure.
 */
import type { Refusal } from '../kernel/decision.ts';
import type { Check, LimitDimension } from './model.ts';

/** A guard that was looked at: what it saw and what it needs. No refusal lets pass. */
export type Guard = {
  readonly rule: Rule;
  readonly refusal: Refusal | null;
  readonly seen: string;
  readonly expected: string;
};

export type Rule =
  | 'PROMISE'
  | 'CERTIFICATE'
  | 'REQUEST'
  | 'TECHNIQUE'
  | 'DISPUTE'
  | 'CREDIT_NOTE'
  | 'DELIVERY'
  | 'PARTIES'
  | 'ACCOUNT'
  | 'QUOTE'
  | `${LimitDimension}_LIMIT`;

/** A guard with what it says when it lets pass; a refusal says itself what it saw and needs. */
export function guard(
  rule: Rule,
  refusal: Refusal | null,
  passed: { readonly seen: string; readonly expected: string } = { seen: '', expected: '' },
): Guard {
  const { seen, expected } = refusal ?? passed;
  return { rule, refusal, seen, expected };
}

/** The first guard that does not let pass. */
export function firstNo(guards: readonly Guard[]): Refusal | null {
  return guards.find(({ refusal }) => refusal !== null)?.refusal ?? null;
}

export function checksOf(guards: readonly Guard[]): readonly Check[] {
  return guards.map(({ rule, refusal, seen, expected }) => ({
    rule,
    ok: refusal === null,
    message: refusal?.message ?? passes[rule],
    seen,
    expected,
  }));
}

/** What a rule found in order, in words. */
export function passedWords(rule: string): string {
  return isRule(rule) ? passes[rule] : rule;
}

function isRule(name: string): name is Rule {
  return Object.hasOwn(passes, name);
}

const passes: Readonly<Record<Rule, string>> = {
  PROMISE: 'The buyer has promised, irrevocably, to pay the face on the day of maturity.',
  CERTIFICATE: 'The certificate is free for this financing and not yet due.',
  REQUEST: 'No other request for the certificate is under way.',
  TECHNIQUE: 'Banks finance in this programme.',
  DISPUTE: 'Nothing of the promise is disputed.',
  CREDIT_NOTE: 'No credit note is still to be taken from it.',
  DELIVERY: 'The goods were received, or the programme does not ask for it.',
  PARTIES: 'Nobody who takes part is suspended.',
  ACCOUNT: 'The account that is paid belongs to the holder, in this currency.',
  QUOTE: 'The quote is firm today.',
  TOTAL_LIMIT: 'What the bank may have out in all covers the face.',
  BUYER_LIMIT: 'The limit of the bank on the buyer covers the face.',
  SUPPLIER_LIMIT: 'The limit of the bank on the supplier covers the face.',
  PAIR_LIMIT: 'The limit of the bank on this buyer and supplier covers the face.',
  PROGRAMME_LIMIT: 'The limit of the bank in the programme covers the face.',
};
