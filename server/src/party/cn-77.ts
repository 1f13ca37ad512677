/**
 * CN-77, version 1: electronic receivable vouchers under the Chinese notice Yinfa [2025] 77.
 *
 * A voucher's term is six months in principle and never more than a year; nobody is forced to take
 * one; each hop rests on a trade of its own. A term counts from the day of the promise to the due
 * date in calendar months: six months after 31 August is the last day of February. Pure.
 */
import { monthsAndDays } from '../../../chain/src/calc/days.ts';
import type { PolicyFacts, PolicyPack, PolicyVerdict } from './policy-pack.ts';

const usualMonths = 6;
const monthsMax = 12;

export const cn77: PolicyPack = {
  id: 'CN-77',
  version: 1,
  title: 'Electronic receivable vouchers in China, Yinfa [2025] 77',
  rules: [
    {
      name: 'TERM_MAX_12M',
      code: 'POLICY_TERM_MAX_12M',
      occasions: ['invoice.confirm'],
      says: 'The term of a voucher is never longer than 12 months.',
      needsReason: false,
      judge: (facts) => termWithin(facts, monthsMax, 'REFUSE'),
    },
    {
      name: 'TERM_OVER_6M',
      code: 'POLICY_REASON_REQUIRED',
      occasions: ['invoice.confirm'],
      says: 'The term of a voucher is at most 6 months in principle; a longer one needs a reason.',
      needsReason: true,
      judge: (facts) => termWithin(facts, usualMonths, 'WARN'),
    },
    {
      name: 'NO_FORCED_VOUCHER',
      code: 'POLICY_NO_FORCED_VOUCHER',
      occasions: ['certificate.issue'],
      says: 'The supplier may decline the voucher; the invoice then stays owed.',
      needsReason: false,
      judge: ({ isOffer }) => ({
        outcome: isOffer === true ? 'PASS' : 'REFUSE',
        seen: isOffer === true ? 'an offer' : 'no offer',
        expected: 'an offer that may be declined',
      }),
    },
    {
      name: 'TRADE_DOC_EACH_HOP',
      code: 'POLICY_TRADE_DOC_EACH_HOP',
      occasions: ['certificate.transfer'],
      says: 'Each hop rests on a trade of its own, whose document is attached.',
      needsReason: false,
      judge: ({ hasTradeDocument }) => ({
        outcome: hasTradeDocument === true ? 'PASS' : 'WARN',
        seen: hasTradeDocument === true ? 'the document' : 'a reference without its document',
        expected: 'the document of the trade',
      }),
    },
  ],
};

function termWithin(
  { today, dueDate }: PolicyFacts,
  months: number,
  otherwise: 'WARN' | 'REFUSE',
): PolicyVerdict {
  const term = monthsAndDays(today, dueDate);
  const isLonger = term.months > months || (term.months === months && term.days > 0);
  return {
    outcome: isLonger ? otherwise : 'PASS',
    seen: `${term.months} months and ${term.days} days`,
    expected: `at most ${months} months`,
  };
}
