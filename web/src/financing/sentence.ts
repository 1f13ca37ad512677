/** Where a request stands, as a sentence. */
import { formatDay, formatMoment } from '../lib/format-date.ts';
import { formatMoney } from '../lib/format-money.ts';
import type { RequestPartsFragment } from '../lib/graphql/graphql.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import { useViewer } from '../lib/viewer.ts';
import { financingTexts } from './texts.ts';

/** The names and figures of a request, ready to stand in a sentence. */
export function useRequestWords(request: RequestPartsFragment) {
  const language = useLanguage();
  const { chosen, proposal } = request;
  const net = proposal?.net ?? chosen?.net;
  return {
    face: formatMoney(request.face),
    holder: request.holder.name,
    buyer: request.issuer.name,
    maturity: formatDay(request.maturity, language),
    closes: formatMoment(request.closesAt, language),
    invited: request.invited ?? 0,
    count: request.quoteCount ?? 0,
    bank: chosen?.bank.name ?? '',
    net: net === undefined ? '' : formatMoney(net),
    by: proposal?.proposedBy ?? '',
    fundBy: request.fundBy == null ? '' : formatDay(request.fundBy, language),
    account: request.payTo?.identifier ?? '',
  };
}

export function useRequestSentence(request: RequestPartsFragment): string {
  const say = useTexts(financingTexts);
  const viewer = useViewer();
  const words = useRequestWords(request);
  switch (request.state) {
    case 'OPEN':
      return say(request.holder.id === viewer.party.id ? 'sayOpen' : 'sayOpenBank', words);
    case 'CLOSED':
      return say('sayClosed', words);
    case 'CLOSED_NO_BID':
      return say('sayNoBid');
    case 'SELECTED':
    case 'RESERVED':
      return say('sayReserved', words);
    case 'APPROVAL':
      return say('sayApproval', words);
    case 'INSTRUCTED':
      return say('sayInstructed', words);
    case 'FUNDING_FAILED':
      return say('sayFailed', words);
    case 'FUNDED':
      return say('sayFunded', words);
    case 'REPAYING':
      return say('sayRepaying', words);
    case 'REPAID':
      return say('sayRepaid', words);
    case 'OVERDUE':
      return say('sayOverdue', words);
    case 'DEFAULTED':
      return say('sayDefaulted', words);
    case 'RECOURSE_CALLED':
      return say('sayCalled', words);
    case 'RECOURSE_PAID':
      return say('sayCallPaid', words);
    case 'LOSS':
      return say('sayLoss', words);
    default:
      return say('sayOther');
  }
}
