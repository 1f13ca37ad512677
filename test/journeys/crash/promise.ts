/**
 * An invoice on its way to a certificate that its supplier has accepted, step by step over HTTP.
 *
 *   upload · submit · propose · confirm ▶ certificate · accept          ▶ is the automation's
 */
import type { ActClient, Json } from '../../../server/src/demo/client.ts';
import { ublInvoiceFormat } from '../../../server/src/invoice/model.ts';
import { amountOf, type Cast, type Person, until } from './people.ts';

/** Something that happens among the cast; each of its acts is done once, whoever asks how often. */
export type Tale = {
  readonly cast: Cast;
  readonly name: string;
  do<T extends Json>(
    who: Person,
    mutation: string,
    kind: Parameters<ActClient['act']>[1],
    input: Json,
    more?: { readonly select?: string; readonly beside?: Json; readonly wait?: boolean },
  ): Promise<T>;
};

/** Days as dates, the face in minor units. */
export type Wanted = { readonly today: string; readonly dueDate: string; readonly face: bigint };

export const currency = 'CNY';

/** The buyer's promise to a supplier. Returns the invoice. */
export async function promised(tale: Tale, seller: Person, wanted: Wanted): Promise<string> {
  const { cast } = tale;
  const { dueDate, face } = wanted;
  const invoice = await submitted(tale, seller, wanted);
  const terms = { invoice, approved: { amount: amountOf(face), currency }, dueDate, reason: null };
  const { invoice: withProposal } = await tale.do<{ invoice: { proposal: { id: string } } }>(
    cast.clerk,
    'proposeConfirmation',
    'invoice.propose',
    terms,
    { select: 'invoice { proposal { id } }' },
  );
  const { confirmationStatement } = await cast.approver.query<{ confirmationStatement: string }>(
    '{ confirmationStatement }',
  );
  await tale.do(cast.approver, 'confirmInvoice', 'invoice.confirm', {
    ...{ ...terms, proposal: withProposal.proposal.id, statement: confirmationStatement },
  });
  return invoice;
}

/** The certificate of a promise, once its supplier has accepted it. */
export async function accepted(tale: Tale, seller: Person, invoice: string): Promise<string> {
  const { id } = await until(async () => {
    const { invoice: seen } = await seller.query<{
      invoice: { certificate: { id: string } | null };
    }>('query ($id: ID!) { invoice(id: $id) { certificate { id } } }', { id: invoice });
    return seen.certificate;
  });
  await tale.do(seller, 'acceptCertificate', 'certificate.accept', { certificate: id });
  return id;
}

async function submitted(
  tale: Tale,
  seller: Person,
  { today, dueDate, face }: Wanted,
): Promise<string> {
  const { cast, name } = tale;
  const buyer = cast.clerk;
  const number = `INV-${name}`;
  const text = ubl({ number, today, dueDate, face, seller: seller.name, buyer: buyer.name });
  const { uploadInvoice: draft } = await seller.upload<{
    uploadInvoice: { id: string; document: { id: string; digest: string } };
  }>(
    `mutation ($input: UploadInvoiceInput!) { uploadInvoice(input: $input) {
      ... on Draft { id document { id digest } } ... on Refusal { code message } } }`,
    { input: { file: null, programme: cast.programme, idempotencyKey: `${name}:upload` } },
    new File([text], `${number}.xml`, { type: 'application/xml' }),
    'variables.input.file',
  );
  if (draft.document === undefined) throw new Error(`the upload: ${JSON.stringify(draft)}`);
  const answer = await tale.do<{ invoice: { id: string } }>(
    seller,
    'submitInvoice',
    'invoice.submit',
    {
      ...{ programme: cast.programme, seller: seller.party, buyer: buyer.party },
      ...{ document: draft.document.id, documentDigest: draft.document.digest },
      ...{
        format: ublInvoiceFormat,
        number,
        typeCode: '380',
        issueDate: today,
        dueDate,
        orderReference: orderOf(number),
      },
      payable: { amount: amountOf(face), currency },
    },
    { select: 'invoice { id }', beside: { draft: draft.id } },
  );
  const { id } = answer.invoice;
  await until(async () => {
    const { invoice } = await seller.query<{ invoice: { state: string } }>(
      'query ($id: ID!) { invoice(id: $id) { state } }',
      { id },
    );
    return invoice.state === 'SUBMITTED' ? null : invoice;
  });
  return id;
}

/** Every invoice is of an order of its own: they all ask for the same amount and are not the same. */
function orderOf(number: string): string {
  return `PO-${number}`;
}

/** A whole small UBL 2.1 invoice of one line, without tax. */
function ubl(facts: {
  readonly number: string;
  readonly today: string;
  readonly dueDate: string;
  readonly face: bigint;
  readonly seller: string;
  readonly buyer: string;
}): string {
  const total = amountOf(facts.face);
  const party = (role: string, name: string) =>
    `<cac:Accounting${role}Party><cac:Party><cac:PostalAddress><cac:Country><cbc:IdentificationCode>CN</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
    <cac:PartyLegalEntity><cbc:RegistrationName>${name.replaceAll('&', '&amp;')}</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:Accounting${role}Party>`;
  const sum = (name: string) => `<cbc:${name} currencyID="${currency}">${total}</cbc:${name}>`;
  const category = (name: string) =>
    `<cac:${name}><cbc:ID>Z</cbc:ID><cbc:Percent>0</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:${name}>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID>
  <cbc:ID>${facts.number}</cbc:ID><cbc:IssueDate>${facts.today}</cbc:IssueDate><cbc:DueDate>${facts.dueDate}</cbc:DueDate>
  <cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:DocumentCurrencyCode>${currency}</cbc:DocumentCurrencyCode>
  <cac:OrderReference><cbc:ID>${orderOf(facts.number)}</cbc:ID></cac:OrderReference>
  ${party('Supplier', facts.seller)}
  ${party('Customer', facts.buyer)}
  <cac:TaxTotal><cbc:TaxAmount currencyID="${currency}">0.00</cbc:TaxAmount><cac:TaxSubtotal>${sum('TaxableAmount')}
    <cbc:TaxAmount currencyID="${currency}">0.00</cbc:TaxAmount>${category('TaxCategory')}</cac:TaxSubtotal></cac:TaxTotal>
  <cac:LegalMonetaryTotal>${sum('LineExtensionAmount')}${sum('TaxExclusiveAmount')}${sum('TaxInclusiveAmount')}${sum('PayableAmount')}</cac:LegalMonetaryTotal>
  <cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:InvoicedQuantity unitCode="C62">1</cbc:InvoicedQuantity>${sum('LineExtensionAmount')}
    <cac:Item><cbc:Name>Bolts</cbc:Name>${category('ClassifiedTaxCategory')}</cac:Item>
    <cac:Price>${sum('PriceAmount')}</cac:Price></cac:InvoiceLine>
</Invoice>
`;
}
