/**
 * A UBL 2.1 invoice, read into our words and checked.
 *
 * Structure, dates, parties and payee are checked here, the sums in arithmetic.ts. A rule that
 * EN 16931 has goes by its name. An ERROR is something without which nobody should promise money
 * (no number, a sum that is wrong, another payee); a WARNING is something that the standard asks
 * for and we can do without. A file that is no invoice at all is refused outright, in plain words.
 *
 * Pure: the tree comes from xml.ts.
 */
import { type Refusal, refuse } from '../kernel/decision.ts';
import { exponentOf, isCurrency, money, noCurrency } from '../kernel/money.ts';
import { isDate } from '../kernel/time.ts';
import { checkSums } from './arithmetic.ts';
import { minorUnits, parseDecimal, round, zero } from './decimal.ts';
import { type Checks, newChecks, withinChars } from './findings.ts';
import { isNumber } from './fingerprint.ts';
import {
  linesShownMax,
  nameCharsMax,
  numberCharsMax,
  type ParsedInvoice,
  type ParsedLine,
  type Reading,
  type Severity,
  ublInvoiceFormat,
} from './model.ts';
import { readAmounts, readTotals } from './ubl-amount.ts';
import { checkTwoParties, readParty, readPayee } from './ubl-party.ts';
import { child, childrenOf, type Element, find, textAt, textOf } from './xml.ts';

const invoiceNamespace = 'urn:oasis:names:specification:ubl:schema:xsd:Invoice-2';
const creditNoteNamespace = 'urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2';

/** UNTDID 1001: documents that give money back. */
const creditCodes: ReadonlySet<string> = new Set(
  '81 83 261 262 296 308 381 396 420 458 532'.split(' '),
);
/** UNTDID 1001: a factored invoice, sold before it came here. */
const factoredCode = '393';

/** Reads and checks the invoice; refuses what is not a UBL invoice. */
export function readUbl(root: Element): Reading | Refusal {
  if (root.name !== 'Invoice' || root.namespace !== invoiceNamespace) return refuseOther(root);
  const checks = newChecks();
  const parsed = readInvoice(root, checks);
  return { kind: 'read', parsed: checks.isReadable() ? parsed : null, findings: checks.all() };
}

function refuseOther({ name, namespace }: Element): Refusal {
  if (name === 'CreditNote' && namespace === creditNoteNamespace) {
    return refuse(
      'NOT_AN_INVOICE',
      'This is a credit note: it takes money back, so there is nothing to promise.',
      {
        path: 'file',
        seen: 'UBL CreditNote',
        expected: 'UBL Invoice',
        help: 'Upload the invoice. A credit note belongs to an invoice that is already here.',
      },
    );
  }
  const what =
    name === 'CrossIndustryInvoice'
      ? 'a UN/CEFACT Cross Industry Invoice'
      : name === 'Invoice' || name === 'CreditNote'
        ? `a ${name} of another format`
        : `an XML document <${name}>`;
  return refuse('FORMAT_UNKNOWN', `This is ${what}, not a UBL 2.1 invoice.`, {
    path: 'file',
    seen: namespace === '' ? name : `${name} of ${namespace}`,
    expected: `Invoice of ${invoiceNamespace}`,
    help: 'Export the invoice as UBL 2.1 (Peppol BIS Billing 3, XRechnung UBL or the like).',
  });
}

function readInvoice(root: Element, checks: Checks): ParsedInvoice | null {
  if (child(root, 'cbc:CustomizationID') === null) {
    checks.missing(
      'WARNING',
      'BR-01',
      `${root.path}/cbc:CustomizationID`,
      'The specification identifier',
    );
  }
  const currency = readCurrency(root, checks);
  const number = readNumber(root, checks);
  const typeCode = readTypeCode(root, checks);
  const { issueDate, dueDate } = readDates(root, checks);
  const seller = readParty(root, 'cac:AccountingSupplierParty', 'seller', checks);
  const buyer = readParty(root, 'cac:AccountingCustomerParty', 'buyer', checks);
  checkTwoParties(seller, buyer, checks);
  const payeeName = readPayee(root, checks);
  const amounts = readAmounts(root, currency ?? '', checks);
  checks.addAll(checkSums(amounts));
  const lines = readLines(root, currency ?? noCurrency, checks);
  const totals = currency === null ? null : readTotals(amounts, currency, checks);
  if (currency === null || number === null || typeCode === null || issueDate === null) return null;
  if (seller === null || buyer === null || totals === null) return null;
  return {
    format: ublInvoiceFormat,
    number,
    typeCode,
    issueDate,
    dueDate,
    seller,
    buyer,
    payeeName,
    currency,
    ...totals,
    orderReference: textAt(root, 'cac:OrderReference/cbc:ID'),
    lineCount: childrenOf(root, 'cac:InvoiceLine').length,
    lines,
  };
}

function readCurrency(root: Element, checks: Checks): string | null {
  const path = `${root.path}/cbc:DocumentCurrencyCode`;
  const code = textAt(root, 'cbc:DocumentCurrencyCode');
  if (code === null) {
    checks.missing('ERROR', 'BR-05', path, 'The currency of the invoice', true);
    return null;
  }
  if (isCurrency(code)) return code;
  checks.unreadable('BR-CL-04', path, {
    message: 'The currency is no ISO 4217 code.',
    seen: code,
    expected: 'three capital letters such as EUR',
  });
  return null;
}

function readNumber(root: Element, checks: Checks): string | null {
  const path = `${root.path}/cbc:ID`;
  const number = textAt(root, 'cbc:ID');
  if (number === null) {
    checks.missing('ERROR', 'BR-02', path, 'The number of the invoice', true);
    return null;
  }
  if (!isNumber(number)) {
    checks.unreadable('BR-02', path, {
      message: 'The number of the invoice has neither letter nor digit.',
      seen: number,
      expected: 'a number such as INV-1001',
    });
    return null;
  }
  return withinChars(number, numberCharsMax, path, checks);
}

function readTypeCode(root: Element, checks: Checks): string | null {
  const path = `${root.path}/cbc:InvoiceTypeCode`;
  const code = textAt(root, 'cbc:InvoiceTypeCode');
  if (code === null) {
    checks.missing('ERROR', 'BR-04', path, 'The type of the invoice', true);
    return null;
  }
  if (creditCodes.has(code)) {
    checks.add('ERROR', 'NOT_AN_INVOICE', path, {
      message: 'This is a credit note: it takes money back, so there is nothing to promise.',
      seen: code,
      expected: '380 or another code of an invoice (UNTDID 1001)',
    });
  }
  if (code === factoredCode) {
    checks.add('ERROR', 'ALREADY_ASSIGNED', path, {
      message: 'This is a factored invoice: it was already assigned to somebody else.',
      seen: code,
      expected: '380 or another code of an invoice that is still the seller’s',
    });
  }
  return withinChars(code, numberCharsMax, path, checks);
}

function readDates(
  root: Element,
  checks: Checks,
): { issueDate: string | null; dueDate: string | null } {
  const issueDate = readDate(root, 'cbc:IssueDate', checks);
  if (textAt(root, 'cbc:IssueDate') === null) {
    checks.missing('ERROR', 'BR-03', `${root.path}/cbc:IssueDate`, 'The issue date', true);
  }
  const dueDate = readDate(root, 'cbc:DueDate', checks);
  const path = `${root.path}/cbc:DueDate`;
  if (dueDate === null) {
    if (textAt(root, 'cac:PaymentTerms/cbc:Note') === null && child(root, 'cbc:DueDate') === null) {
      checks.missing('WARNING', 'BR-CO-25', path, 'A due date or terms of payment');
    }
  } else if (issueDate !== null && dueDate <= issueDate) {
    checks.add('WARNING', 'DUE_NOT_AFTER_ISSUE', path, {
      message: 'The due date is not after the issue date; the buyer sets it when confirming.',
      seen: dueDate,
      expected: `after ${issueDate}`,
    });
  }
  return { issueDate, dueDate };
}

/** XML Schema lets a date carry a time zone; the calendar day is what counts. */
function readDate(root: Element, name: string, checks: Checks): string | null {
  const text = textAt(root, name);
  if (text === null) return null;
  const day = text.replace(/(Z|[+-]\d{2}:\d{2})$/, '');
  if (isDate(day)) return day;
  const path = `${root.path}/${name}`;
  checks.unreadable('DATE_INVALID', path, {
    message: 'This is no date of the calendar.',
    seen: text,
    expected: 'a date such as 2026-03-31',
  });
  return null;
}

function readLines(root: Element, currency: string, checks: Checks): readonly ParsedLine[] {
  const lines = childrenOf(root, 'cac:InvoiceLine');
  if (lines.length === 0) {
    checks.missing('ERROR', 'BR-16', `${root.path}/cac:InvoiceLine`, 'A line');
  }
  for (const line of lines) checkLine(line, checks);
  return lines.slice(0, linesShownMax).map((line) => toLine(line, currency));
}

function checkLine(line: Element, checks: Checks): void {
  const needs: readonly (readonly [Severity, string, string, string])[] = [
    ['WARNING', 'BR-21', 'cbc:ID', 'The number of the line'],
    ['WARNING', 'BR-22', 'cbc:InvoicedQuantity', 'The quantity of the line'],
    ['ERROR', 'BR-24', 'cbc:LineExtensionAmount', 'The net amount of the line'],
    ['WARNING', 'BR-25', 'cac:Item/cbc:Name', 'The name of the item'],
    ['WARNING', 'BR-26', 'cac:Price/cbc:PriceAmount', 'The price of the item'],
  ];
  for (const [severity, rule, path, what] of needs) {
    if (textAt(line, path) === null) checks.missing(severity, rule, `${line.path}/${path}`, what);
  }
}

function toLine(line: Element, currency: string): ParsedLine {
  const quantity = find(line, 'cbc:InvoicedQuantity');
  const unit = quantity?.attributes.get('unitCode') ?? '';
  const net = parseDecimal(textAt(line, 'cbc:LineExtensionAmount') ?? '') ?? zero;
  const shown = round(net, exponentOf(currency));
  const name = textAt(line, 'cac:Item/cbc:Name') ?? textAt(line, 'cac:Item/cbc:Description');
  return {
    id: textAt(line, 'cbc:ID') ?? '',
    description: (name ?? '').slice(0, nameCharsMax),
    quantity: `${quantity === null ? '' : textOf(quantity)} ${unit}`.trim(),
    net: money(minorUnits(shown, currency) ?? 0n, currency),
  };
}
