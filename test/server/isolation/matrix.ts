/**
 * The disclosure matrix (domain A.13) for what there is today: who sees how much of what.
 *
 *   F   the whole            S   a summary            -   not found
 *
 * Where the product shows less than the matrix allows, the lesser stands here and the note says so.
 */
export type Level = 'F' | 'S' | '-';

export const readers = [
  ...(['supplier', 'buyer', 'winner', 'loser', 'uninvited', 'tier2', 'tier3'] as const),
  ...(['carrier', 'otherCarrier', 'auditor', 'outsider'] as const),
] as const;
export type ReaderName = (typeof readers)[number];

export type Row = {
  readonly what: string;
  /** In the order of `readers`. */
  readonly levels: string;
  readonly note?: string;
};

/** Objects of the second story: a promise that is cut up, financed, passed on. */
export const matrix: Readonly<Record<string, Row>> = {
  // The header line:                         supplier buyer winner loser uninvited tier2 tier3 carrier otherCarrier auditor outsider
  invoice: {
    what: 'Invoice that is financed',
    levels: 'F F F - - - - - - F -',
    note: 'other banks: no summary of the invoice; the request shows them face, day and buyer',
  },
  'invoice file': { what: 'Its file', levels: 'F F F - - - - - - F -' },
  'invoice not financed': { what: 'Invoice nobody finances', levels: 'F F - - - - - - - F -' },
  'open proposal': { what: 'What a clerk proposes', levels: '- F - - - - - - - F -' },
  'confirmation act': {
    what: 'Act of the confirmation',
    levels: 'F F - - - - - - - F -',
    note: 'bank and next holder have the promise in the certificate, not yet the act itself',
  },
  shipment: { what: 'Shipment', levels: 'F F F - - - - F - F -' },
  'delivery event': {
    what: 'Delivery event',
    levels: 'F F F - - - - F - F -',
    note: 'next holder: no existence hash yet',
  },
  'root certificate': {
    what: 'First certificate of the promise',
    levels: 'F F F - - S - - - F -',
    note: 'tier2 was once offered it and rejected it: a summary as it was offered',
  },
  'financed certificate': { what: 'Part that a bank buys', levels: 'F - F - - - - - - F -' },
  'sealed certificate': { what: 'Part in a sealed window', levels: 'F - - - - - - - - F -' },
  'passed certificate': { what: 'Part passed on, first hop', levels: 'F - - - - S - - - F -' },
  'second hop': { what: 'The same, second hop', levels: '- - - - - F S - - F -' },
  'third hop': { what: 'The same, third hop', levels: '- - - - - - F - - F -' },
  'first offer': { what: 'Offer to the second holder', levels: 'F - - - - F - - - F -' },
  'second offer': { what: 'Offer to the third holder', levels: '- - - - - F F - - F -' },
  'chosen request': { what: 'Request whose quote was chosen', levels: 'F - F S - - - - - F -' },
  'sealed request': { what: 'Request in its window', levels: 'F - S S - - - - - F -' },
  'winning quote': { what: 'Quote that was chosen', levels: 'F - F - - - - - - F -' },
  'losing quote': { what: 'Quote that was not chosen', levels: 'F - - F - - - - - F -' },
  'sealed quote of the winner': { what: 'Sealed quote', levels: '- - F - - - - - - - -' },
  'sealed quote of the loser': { what: 'Sealed quote', levels: '- - - F - - - - - - -' },
  'act of a sealed quote': { what: 'Its act', levels: '- - F - - - - - - - -' },
  'act of the choice': { what: 'Act that chose', levels: 'F - F - - - - - - F -' },
  'funding proposal': { what: 'What an analyst proposes', levels: '- - F - - - - - - F -' },
  'limit of the winner': { what: 'Limit of a bank', levels: '- - F - - - - - - F -' },
  'account of the supplier': {
    what: 'Bank account of the payee of the financing',
    levels: 'F - F - - - - - - - -',
    note: 'the buyer pays the bank that bought; auditor: masked in the matrix, not shown at all today',
  },
  'account of the winner': {
    what: 'Bank account of a payee at maturity',
    levels: 'F F F - - - - - - - -',
    note: 'the supplier owes a claim to the bank and must know where',
  },
  'account of tier 2': {
    what: 'Bank account of the other payee at maturity',
    levels: '- F - - - F - - - - -',
  },
  'account of the buyer': {
    what: 'Bank account to which too much is paid back',
    levels: '- F F - - - - - - - -',
    note: 'the bank owes a refund and must know where',
  },
  'funding leg': { what: 'Payment of the bank', levels: 'F - F - - - - - - F -' },
  'repayment to the bank': { what: 'Payment of the buyer', levels: '- F F - - - - - - F -' },
  'repayment to tier 2': { what: 'Payment of the buyer', levels: '- F - - - F - - - F -' },
  claim: { what: 'Claim of a bank on the seller', levels: 'F - F - - - - - - F -' },
  statement: { what: 'Statement of the supplier', levels: 'F - - - - - - - - - -' },
  'unmatched line': { what: 'Its line that nobody can match', levels: 'F - - - - - - - - - -' },
  draft: { what: 'Draft of the supplier', levels: 'F - - - - - - - - - -' },
};
