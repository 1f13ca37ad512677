/**
 * The organisations in a UBL invoice: seller, buyer, and whoever else is to be paid.
 *
 * A registered id counts with its scheme: the company's own number, its VAT number, its endpoint or
 * other identification, in this order. A payee who is not the seller means that the claim was
 * already assigned.
 */

import { plainName, plainNumber, registrationKey } from '../kernel/registration.ts';
import type { Checks } from './findings.ts';
import { withinChars } from './findings.ts';
import { nameCharsMax, numberCharsMax, type ParsedParty, type Registration } from './model.ts';
import { child, childrenOf, type Element, find, textAt, textOf } from './xml.ts';

export function readParty(
  root: Element,
  name: string,
  role: 'seller' | 'buyer',
  checks: Checks,
): ParsedParty | null {
  const path = `${root.path}/${name}/cac:Party`;
  const rules = role === 'seller' ? ['BR-06', 'BR-08', 'BR-09'] : ['BR-07', 'BR-10', 'BR-11'];
  const [nameRule = '', addressRule = '', countryRule = ''] = rules;
  const party = find(root, `${name}/cac:Party`);
  const registered = party && textAt(party, 'cac:PartyLegalEntity/cbc:RegistrationName');
  const called = registered ?? (party && textAt(party, 'cac:PartyName/cbc:Name'));
  if (called === null) checks.missing('ERROR', nameRule, path, `The name of the ${role}`, true);
  else if (registered === null) {
    const at = `${path}/cac:PartyLegalEntity/cbc:RegistrationName`;
    checks.missing('WARNING', nameRule, at, `The registered name of the ${role}`);
  }
  const address = party && find(party, 'cac:PostalAddress');
  if (address === null) {
    const at = `${path}/cac:PostalAddress`;
    checks.missing('WARNING', addressRule, at, `The address of the ${role}`);
  }
  const country = address && textAt(address, 'cac:Country/cbc:IdentificationCode');
  if (address !== null && country === null) {
    const at = `${address.path}/cac:Country`;
    checks.missing('WARNING', countryRule, at, `The country of the ${role}`);
  }
  if (party === null || called === null) return null;
  const registrations = registrationsOf(party, country);
  if (registrations.length === 0) {
    checks.add('WARNING', 'REGISTRATION_MISSING', path, {
      message: `The file has no registered number of the ${role}; it is known by its name only.`,
      seen: 'nothing',
      expected: 'a company, VAT or GLN number with its scheme',
    });
  }
  const shown = withinChars(called, nameCharsMax, path, checks);
  return shown === null ? null : { name: shown, registrations, country };
}

/** Registered ids, the ones that name an organisation best first, each number once. */
function registrationsOf(party: Element, country: string | null): readonly Registration[] {
  const found: Registration[] = [];
  const add = (scheme: string | null, number: string | null): void => {
    if (scheme === null || number === null || plainNumber(number) === '') return;
    const registration = { scheme, number: number.slice(0, numberCharsMax) };
    const key = registrationKey(registration);
    if (!found.some((each) => registrationKey(each) === key)) found.push(registration);
  };
  const legal = find(party, 'cac:PartyLegalEntity/cbc:CompanyID');
  if (legal !== null) add(schemeOf(legal), textOf(legal));
  for (const tax of childrenOf(party, 'cac:PartyTaxScheme')) {
    const isVat = (textAt(tax, 'cac:TaxScheme/cbc:ID') ?? '').toUpperCase() === 'VAT';
    if (isVat) add('VAT', textAt(tax, 'cbc:CompanyID'));
  }
  if (legal !== null && schemeOf(legal) === null) {
    const isKnown = found.some(({ number }) => plainNumber(number) === plainNumber(textOf(legal)));
    if (!isKnown) add(country === null ? null : `REG-${country}`, textOf(legal));
  }
  const endpoint = child(party, 'cbc:EndpointID');
  if (endpoint !== null && schemeOf(endpoint) !== 'EM') add(schemeOf(endpoint), textOf(endpoint));
  for (const identification of childrenOf(party, 'cac:PartyIdentification')) {
    const id = child(identification, 'cbc:ID');
    if (id !== null && schemeOf(id) !== 'SEPA') add(schemeOf(id), textOf(id));
  }
  return found;
}

export function checkTwoParties(
  seller: ParsedParty | null,
  buyer: ParsedParty | null,
  checks: Checks,
): void {
  if (seller === null || buyer === null) return;
  const sold = new Set(seller.registrations.map(registrationKey));
  const shared = buyer.registrations.find((each) => sold.has(registrationKey(each)));
  if (shared === undefined) return;
  checks.add('ERROR', 'SELLER_IS_BUYER', '/Invoice/cac:AccountingCustomerParty', {
    message: 'Seller and buyer are the same organisation.',
    seen: `${shared.scheme} ${shared.number}`,
    expected: 'two organisations',
  });
}

/** Who is to be paid, where the file names somebody other than the seller. */
export function readPayee(root: Element, checks: Checks): string | null {
  const payee = child(root, 'cac:PayeeParty');
  const seller = find(root, 'cac:AccountingSupplierParty/cac:Party');
  if (payee === null || (seller !== null && isSameParty(payee, seller))) return null;
  const name =
    namesOf(payee)[0] ?? registrationsOf(payee, null)[0]?.number ?? 'somebody who is not named';
  checks.add('ERROR', 'ALREADY_ASSIGNED', payee.path, {
    message: `The invoice is to be paid to ${name}: it was already assigned.`,
    seen: name,
    expected: 'no payee other than the seller',
  });
  return name.slice(0, nameCharsMax);
}

/** By registered id where both have one of the same scheme, else by name. */
function isSameParty(payee: Element, seller: Element): boolean {
  const ours = registrationsOf(seller, 'XX');
  const theirs = registrationsOf(payee, 'XX');
  const keys = new Set(ours.map(registrationKey));
  if (theirs.some((each) => keys.has(registrationKey(each)))) return true;
  const schemes = new Set(ours.map(({ scheme }) => scheme));
  if (theirs.some(({ scheme }) => schemes.has(scheme))) return false;
  const names = new Set(namesOf(seller).map(plainName));
  return namesOf(payee).some((name) => names.has(plainName(name)));
}

function namesOf(party: Element): readonly string[] {
  const names = [
    textAt(party, 'cac:PartyLegalEntity/cbc:RegistrationName'),
    textAt(party, 'cac:PartyName/cbc:Name'),
  ];
  return names.filter((name) => name !== null);
}

function schemeOf(element: Element): string | null {
  const scheme = (element.attributes.get('schemeID') ?? '').trim().toUpperCase();
  return scheme === '' ? null : scheme.slice(0, numberCharsMax);
}
