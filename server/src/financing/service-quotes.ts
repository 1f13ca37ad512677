/**
 * Quotes while they are sealed: given and taken back.
 *
 * Acts on quotes do not refer to the request's other acts, for these would betray how many there are.
 */
import type { Act } from '../kernel/act.ts';
import { handler } from '../kernel/act.ts';
import { insert, update } from '../kernel/change.ts';
import type { Refusal } from '../kernel/decision.ts';
import { accept } from '../kernel/decision.ts';
import { notFound } from '../kernel/fault.ts';
import { invariant } from '../kernel/invariant.ts';
import { requireProgramme } from '../party/service.ts';
import type { Recourse } from '../receivable/model.ts';
import { recourses } from '../receivable/model.ts';
import { mandateBarrier } from '../receivable/service.ts';
import { firstNo } from './checks.ts';
import type { QuoteRow, RequestRow } from './model.ts';
import { roomGuards } from './service-room.ts';
import { granted, partsOf, requestOf, requestSeen } from './service-rows.ts';
import { texts } from './texts.ts';
import {
  barrier,
  beforeClose,
  hoursBarrier,
  lateTerms,
  termsBarrier,
  typedTerms,
} from './transitions.ts';

/**
 * A bank's firm and sealed price. Refused after the close, beside another live quote of the bank,
 * with terms that no quote may have, and without room in the bank's limit on the buyer.
 */
export const submitQuote = handler({
  kind: 'quote.submit',
  objects: () => [],
  sees: ({ request }) => [request],
  mandate: () => ({ action: 'quote.submit', amount: null }),
  exposes: (reader, { party, body }) => partsOf(reader, body.request, party),
  async decide(reader, act) {
    const { body } = act;
    const asked = await requestSeen(reader, act);
    const { currency, faceMinor } = asked;
    if (!asked.invited.includes(act.party)) return texts.notABank();
    const quotes = await reader.where<QuoteRow>('quote', 'request', asked.id);
    const own = quotes.find(({ bank, state }) => bank === act.party && state === 'COMMITTED');
    const no =
      closedBarrier(asked, act) ??
      barrier(asked, 'quote') ??
      hoursBarrier(await requireProgramme(reader, asked.programme), act.at) ??
      (own === undefined ? null : texts.quoteExists()) ??
      termsBarrier(body, asked, act.businessDate) ??
      (await mandateBarrier(reader, act, 'quote.submit', { minor: faceMinor, currency })) ??
      firstNo(await roomGuards(reader, act.party, asked, act.businessDate));
    if (no !== null) return no;

    const quote: QuoteRow = {
      id: act.id('quo', 0),
      version: 1,
      state: 'COMMITTED',
      request: asked.id,
      bank: act.party,
      currency,
      ...typedTerms(body),
      recourse: recourseNamed(body.recourse),
      ...lateTerms(body),
      validToDate: body.validTo,
      rank: null,
      act: act.hash,
      createdMs: act.at,
    };
    const counted = { quoteCount: asked.quoteCount + 1 };
    return accept(quote.id, [insert('quote', quote), update('finance_request', asked, counted)], {
      grants: [granted(act.party, 'Quote', quote)],
    });
  },
});

/** A bank takes its quote back while it is sealed; afterwards a quote is firm. */
export const withdrawQuote = handler({
  kind: 'quote.withdraw',
  objects: ({ quote }) => [quote],
  mandate: () => ({ action: 'quote.submit', amount: null }),
  async decide(reader, act) {
    const quote = await reader.get<QuoteRow>('quote', act.body.quote);
    if (quote === null || quote.bank !== act.party) throw notFound();
    const asked = await requestOf(reader, quote.request);
    if (quote.state !== 'COMMITTED') return texts.quoteNotLive(quote.state);
    const no = closedBarrier(asked, act) ?? barrier(asked, 'quote');
    if (no !== null) return no;
    return accept(quote.id, [
      update('quote', quote, { state: 'WITHDRAWN' }),
      update('finance_request', asked, { quoteCount: asked.quoteCount - 1 }),
    ]);
  },
});

/** After the window's moment a quote is refused as late, even if nobody has closed it yet. */
function closedBarrier(asked: RequestRow, act: Act): Refusal | null {
  return asked.state === 'OPEN' ? beforeClose(asked, act.at) : texts.windowClosed(asked.closesAtMs);
}

function recourseNamed(text: string): Recourse {
  const named = recourses.find((recourse) => recourse === text);
  invariant(named !== undefined, 'a recourse has one of four names');
  return named;
}
