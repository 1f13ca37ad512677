/** The files that banks would send: what the demo hands in as evidence that money moved. */
import { amountOf } from '../../../chain/src/verify.ts';

export type Booking = {
  readonly date: string;
  readonly minor: bigint;
  readonly currency: string;
  readonly direction: 'credit' | 'debit';
  readonly reference: string;
  readonly counterparty: string;
  readonly bankReference: string;
};

/** A camt.054.001.08 notification with one entry a booking. */
export function camt054(account: string, bookings: readonly Booking[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08">
  <BkToCstmrDbtCdtNtfctn>
    <GrpHdr><MsgId>DEMO-1</MsgId><CreDtTm>${bookings[0]?.date}T12:00:00Z</CreDtTm></GrpHdr>
    <Ntfctn>
      <Id>DEMO-1-1</Id>
      <Acct><Id><Othr><Id>${account}</Id></Othr></Id></Acct>
${bookings.map(entry).join('\n')}
    </Ntfctn>
  </BkToCstmrDbtCdtNtfctn>
</Document>
`;
}

function entry(booking: Booking): string {
  const { date, minor, currency, direction, reference, counterparty, bankReference } = booking;
  const party = direction === 'debit' ? 'Cdtr' : 'Dbtr';
  return `      <Ntry>
        <Amt Ccy="${currency}">${amountOf(minor, currency)}</Amt>
        <CdtDbtInd>${direction === 'debit' ? 'DBIT' : 'CRDT'}</CdtDbtInd>
        <Sts><Cd>BOOK</Cd></Sts>
        <BookgDt><Dt>${date}</Dt></BookgDt>
        <AcctSvcrRef>${bankReference}</AcctSvcrRef>
        <NtryDtls><TxDtls>
          <Refs><EndToEndId>${bankReference}-E2E</EndToEndId></Refs>
          <RltdPties><${party}><Pty><Nm>${escaped(counterparty)}</Nm></Pty></${party}></RltdPties>
          <RmtInf><Ustrd>${reference}</Ustrd></RmtInf>
        </TxDtls></NtryDtls>
      </Ntry>`;
}

/** A statement as CSV with a header. */
export function statementCsv(bookings: readonly Booking[]): string {
  const header =
    'bookingDate,direction,amount,currency,remittance,counterparty,bankReference,endToEndId';
  const rows = bookings.map((booking) => {
    const { date, minor, currency, direction, reference, counterparty, bankReference } = booking;
    return [
      date,
      direction === 'credit' ? 'C' : 'D',
      amountOf(minor, currency),
      currency,
      reference,
      `"${counterparty.replaceAll('"', '""')}"`,
      bankReference,
      `${bankReference}-E2E`,
    ].join(',');
  });
  return `${[header, ...rows].join('\n')}\n`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
