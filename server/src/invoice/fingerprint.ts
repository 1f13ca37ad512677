/**
 * What makes an invoice the same invoice, however it is typed.
 *
 * Seller, buyer, number and issue date; never the number alone (two suppliers may use the same) and
 * never the amount (a changed amount is the same invoice). Parties count by their registered ids.
 * In a number, case, spaces, punctuation, leading zeros and full-width or foreign digits make no
 * difference: 'INV-1001', 'inv 01001' and 'ＩＮＶ１００１' are one number, '1-11' and '11-1' are two.
 *
 * The text begins with its version: another rule is another version, and old tokens stay what they
 * were. The token that the chain sees is a keyed HMAC over it. Pure.
 */

import { canonicalNumber } from '../kernel/document-number.ts';
import { registrationKey } from '../kernel/registration.ts';
import type { BusinessDate } from '../kernel/time.ts';
import type { Registration } from './model.ts';

export type Identity = {
  readonly seller: Registration;
  readonly buyer: Registration;
  readonly number: string;
  readonly issueDate: BusinessDate;
};

const version = 'tallystick/invoice/1';

export function canonicalText({ seller, buyer, number, issueDate }: Identity): string {
  const lines = [
    registrationKey(seller),
    registrationKey(buyer),
    canonicalNumber(number),
    issueDate,
  ];
  return [version, ...lines].join('\n');
}

/** True where a number has at least one letter or digit to be known by. */
export function isNumber(number: string): boolean {
  return canonicalNumber(number) !== '';
}
