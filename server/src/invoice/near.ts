/**
 * Invoices that are not the same and yet look alike: the second half of a bill that was cut in two, or
 * the same bill under another number. The exact duplicate is the fingerprint's matter; what is found
 * here refuses nothing by itself, a person of the buyer looks at it.
 *
 *   rule             what                                                        class
 *   NUMBER_LETTER    numbers that differ in a last letter: 1001, 1001-A, 1001-B   HIGH
 *   AMOUNT_AND_ORDER the same amount for the same order                          HIGH
 *   NUMBER_PART      numbers that differ in a last part of one or two digits     MEDIUM
 *                    (1001-1, 1001-2), of one order; where none is named, of one day
 *   AMOUNT_AND_WEEK  the same amount, issued at most seven days apart            MEDIUM
 *   AMOUNT_CLOSE     at most one whole unit of money apart, of one order or day  MEDIUM
 *   AMOUNT           the same amount otherwise                                   LOW
 *
 * Orders that are both named and differ tell two deliveries apart: such pairs are LOW at most, save for a
 * last letter. An invoice is compared with those before it, never the other way round: the first one is
 * not held up by a second. It is found again under its keys, each a hash of seller, buyer and one trait.
 * Pure.
 */
import { createHash } from 'node:crypto';
import { canonicalNumber } from '../kernel/document-number.ts';
import { exponentOf } from '../kernel/money.ts';
import { daysBetween } from '../kernel/time.ts';
import type { InvoiceRow, MatchRule, RiskClass } from './model.ts';

/** What is compared; none of it changes after the submission. */
export type Traits = Pick<
  InvoiceRow,
  | 'seller'
  | 'buyer'
  | 'number'
  | 'issueDate'
  | 'payableMinor'
  | 'currency'
  | 'orderReference'
  | 'canonical'
>;

export type Alike = { readonly rule: MatchRule; readonly riskClass: RiskClass };

/** Days of issue so far apart still count as one week. */
const weekDays = 7;
/** Digits of a number's last part, at most, for it to be a part's number. */
const partDigitsMax = 2;

/** How the invoice looks like an earlier one, by the strongest rule; null where it does not. */
export function alike(later: Traits, earlier: Traits): Alike | null {
  if (later.seller !== earlier.seller || later.buyer !== earlier.buyer) return null;
  if (later.canonical === earlier.canonical) return null;
  const order = sameOrder(later, earlier);
  const isOneDay = later.issueDate === earlier.issueDate;
  const isOneCurrency = later.currency === earlier.currency;
  const apart = distance(later.payableMinor, earlier.payableMinor);
  const isSameAmount = isOneCurrency && apart === 0n;
  const isClose = isOneCurrency && apart <= oneUnit(later.currency);

  if (isLetterApart(later.number, earlier.number)) return found('NUMBER_LETTER', 'HIGH');
  if (isSameAmount && order === 'same') return found('AMOUNT_AND_ORDER', 'HIGH');
  if (order === 'other') return isSameAmount ? found('AMOUNT', 'LOW') : null;
  const isOneDelivery = order === 'same' || isOneDay;
  if (isOneDelivery && isPartApart(later.number, earlier.number)) {
    return found('NUMBER_PART', 'MEDIUM');
  }
  const days = Math.abs(daysBetween(later.issueDate, earlier.issueDate));
  if (isSameAmount) {
    return days <= weekDays ? found('AMOUNT_AND_WEEK', 'MEDIUM') : found('AMOUNT', 'LOW');
  }
  return isClose && isOneDelivery ? found('AMOUNT_CLOSE', 'MEDIUM') : null;
}

/**
 * The keys under which an invoice is found by those after it, and beside them those of the amounts next to
 * its own, under which it finds others only.
 */
export function nearKeys(traits: Traits): {
  readonly own: readonly string[];
  readonly neighbours: readonly string[];
} {
  const { currency, payableMinor, orderReference } = traits;
  const unit = payableMinor / oneUnit(currency);
  const amount = (units: bigint) => keyOf(traits, 'amount', `${currency} ${units}`);
  const own = [
    keyOf(traits, 'number', cut(traits.number).root),
    ...(orderReference === null ? [] : [keyOf(traits, 'order', canonicalNumber(orderReference))]),
    amount(unit),
  ];
  return { own, neighbours: [amount(unit - 1n), amount(unit + 1n)] };
}

function keyOf({ seller, buyer }: Traits, trait: string, value: string): string {
  return createHash('sha256').update([seller, buyer, trait, value].join('\n')).digest('hex');
}

function found(rule: MatchRule, riskClass: RiskClass): Alike {
  return { rule, riskClass };
}

function sameOrder(a: Traits, b: Traits): 'same' | 'other' | 'unsaid' {
  if (a.orderReference === null || b.orderReference === null) return 'unsaid';
  const isSame = canonicalNumber(a.orderReference) === canonicalNumber(b.orderReference);
  return isSame ? 'same' : 'other';
}

/** 1001-A beside 1001-B, or beside 1001 itself. */
function isLetterApart(a: string, b: string): boolean {
  const [first, second] = [cut(a), cut(b)];
  if (first.root !== second.root || first.part === second.part) return false;
  return [first, second].every(({ part }) => part === '' || isLetter(part));
}

/** 1001-1 beside 1001-2. */
function isPartApart(a: string, b: string): boolean {
  const [first, second] = [cut(a), cut(b)];
  return first.root === second.root && first.part !== second.part;
}

/**
 * A number without its last part, where that is one letter or up to two digits after other digits:
 * '1001-A' is 1001 and A, 'INV-1' is whole.
 */
function cut(number: string): { readonly root: string; readonly part: string } {
  const runs = canonicalNumber(number).split('-');
  const last = runs.at(-1) ?? '';
  const hasDigitsBefore = /^\d+$/.test(runs.at(-2) ?? '');
  const isPart = isLetter(last) || (/^\d+$/.test(last) && last.length <= partDigitsMax);
  return hasDigitsBefore && isPart
    ? { root: runs.slice(0, -1).join('-'), part: last }
    : { root: runs.join('-'), part: '' };
}

function isLetter(part: string): boolean {
  return /^\p{L}$/u.test(part);
}

/** One euro, one yen: a whole unit of the currency in minor units. */
function oneUnit(currency: string): bigint {
  return 10n ** BigInt(exponentOf(currency));
}

function distance(a: bigint, b: bigint): bigint {
  return a > b ? a - b : b - a;
}
