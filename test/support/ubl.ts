/** UBL 2.1 invoices that pass every check, as a test wants them: who, how much, and in which words. */
import { amountOf } from '../../chain/src/verify.ts';

export type UblInvoice = {
  readonly number: string;
  readonly issueDate: string;
  readonly dueDate: string;
  readonly currency: string;
  readonly orderReference: string;
  readonly seller: UblParty;
  readonly buyer: UblParty;
  readonly item: string;
  /** Of the one line, without tax. */
  readonly netMinor: bigint;
};
export type UblParty = {
  readonly name: string;
  readonly country: string;
  readonly scheme: string;
  readonly number: string;
};

/** Net and thirteen per cent, rounded half up. */
export function payableOf(netMinor: bigint): bigint {
  return netMinor + taxOf(netMinor);
}

export function ublInvoice(invoice: UblInvoice): string {
  const { number, issueDate, dueDate, currency, orderReference, item, netMinor } = invoice;
  const money = (name: string, minor: bigint) =>
    `<cbc:${name} currencyID="${currency}">${amountOf(minor, currency)}</cbc:${name}>`;
  const tax = taxOf(netMinor);
  return `<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID>
  <cbc:ID>${number}</cbc:ID>
  <cbc:IssueDate>${issueDate}</cbc:IssueDate>
  <cbc:DueDate>${dueDate}</cbc:DueDate>
  <cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>
  <cbc:DocumentCurrencyCode>${currency}</cbc:DocumentCurrencyCode>
  <cac:OrderReference><cbc:ID>${orderReference}</cbc:ID></cac:OrderReference>
  <cac:AccountingSupplierParty>${party(invoice.seller)}</cac:AccountingSupplierParty>
  <cac:AccountingCustomerParty>${party(invoice.buyer)}</cac:AccountingCustomerParty>
  <cac:TaxTotal>
    ${money('TaxAmount', tax)}
    <cac:TaxSubtotal>
      ${money('TaxableAmount', netMinor)}
      ${money('TaxAmount', tax)}
      <cac:TaxCategory>${category}</cac:TaxCategory>
    </cac:TaxSubtotal>
  </cac:TaxTotal>
  <cac:LegalMonetaryTotal>
    ${money('LineExtensionAmount', netMinor)}
    ${money('TaxExclusiveAmount', netMinor)}
    ${money('TaxInclusiveAmount', netMinor + tax)}
    ${money('PayableAmount', netMinor + tax)}
  </cac:LegalMonetaryTotal>
  <cac:InvoiceLine>
    <cbc:ID>1</cbc:ID>
    <cbc:InvoicedQuantity unitCode="C62">1</cbc:InvoicedQuantity>
    ${money('LineExtensionAmount', netMinor)}
    <cac:Item>
      <cbc:Name>${item}</cbc:Name>
      <cac:ClassifiedTaxCategory>${category}</cac:ClassifiedTaxCategory>
    </cac:Item>
    <cac:Price>${money('PriceAmount', netMinor)}</cac:Price>
  </cac:InvoiceLine>
</Invoice>
`;
}

const category =
  '<cbc:ID>S</cbc:ID><cbc:Percent>13</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>';

function party({ name: plain, country, scheme, number }: UblParty): string {
  const name = plain.replaceAll('&', '&amp;');
  return `
    <cac:Party>
      <cac:PartyName><cbc:Name>${name}</cbc:Name></cac:PartyName>
      <cac:PostalAddress>
        <cac:Country><cbc:IdentificationCode>${country}</cbc:IdentificationCode></cac:Country>
      </cac:PostalAddress>
      <cac:PartyLegalEntity>
        <cbc:RegistrationName>${name}</cbc:RegistrationName>
        <cbc:CompanyID schemeID="${scheme}">${number}</cbc:CompanyID>
      </cac:PartyLegalEntity>
    </cac:Party>
  `;
}

function taxOf(netMinor: bigint): bigint {
  return (netMinor * 13n + 50n) / 100n;
}
