/**
 * Who the organisations in a file are: the supplier that uploads it, and the core enterprise of one
 * of its programmes. Nobody else is looked up, so an upload tells nothing about other members. Pure.
 */

import { plainName, registrationKey } from '../kernel/registration.ts';
import type { PartyRow } from '../party/model.ts';
import type { Finding, ParsedInvoice, ParsedParty } from './model.ts';

export type KnownParty = Pick<PartyRow, 'id' | 'name' | 'scheme' | 'number' | 'numberMadeUp'>;

/** A programme in which the supplier takes part, and its core enterprise. */
export type Buyer = { readonly programme: string; readonly party: KnownParty };

export type Match = {
  /** The uploading party, where it is the seller of the file. */
  readonly seller: string | null;
  readonly buyer: string | null;
  readonly programme: string | null;
  readonly findings: readonly Finding[];
};

/**
 * Finds seller and buyer by registered id; by exact name only where the registered id was made up.
 * With a programme chosen, its core enterprise must be the buyer; without, the first that fits is
 * taken.
 */
export function matchParties(
  parsed: Pick<ParsedInvoice, 'seller' | 'buyer'>,
  self: KnownParty,
  buyers: readonly Buyer[],
  chosen: string | null,
): Match {
  const isSelf = isSame(parsed.seller, self);
  const admitted = buyers.filter(({ programme }) => chosen === null || programme === chosen);
  const buyer = admitted.find(({ party }) => isSame(parsed.buyer, party)) ?? null;
  const findings: Finding[] = [];
  if (!isSelf) findings.push(sellerNotYou(parsed.seller, self));
  if (buyer === null) findings.push(buyerUnknown(parsed.buyer, admitted));
  return {
    seller: isSelf ? self.id : null,
    buyer: buyer?.party.id ?? null,
    programme: buyer?.programme ?? chosen,
    findings,
  };
}

function isSame(inFile: ParsedParty, party: KnownParty): boolean {
  const key = registrationKey(party);
  if (inFile.registrations.some((each) => registrationKey(each) === key)) return true;
  return party.numberMadeUp && plainName(inFile.name) === plainName(party.name);
}

function sellerNotYou(inFile: ParsedParty, self: KnownParty): Finding {
  return {
    severity: 'ERROR',
    rule: 'SELLER_NOT_YOU',
    path: '/Invoice/cac:AccountingSupplierParty',
    message: 'You are not the seller in this file; a supplier submits its own invoices only.',
    seen: textOf(inFile),
    expected: `${self.name} (${self.scheme} ${self.number})`,
  };
}

function buyerUnknown(inFile: ParsedParty, admitted: readonly Buyer[]): Finding {
  const names = admitted.map(({ party }) => `${party.name} (${party.scheme} ${party.number})`);
  return {
    severity: 'ERROR',
    rule: 'BUYER_UNKNOWN',
    path: '/Invoice/cac:AccountingCustomerParty',
    message:
      'The buyer in this file is not a core enterprise of your programmes; ask it to invite you.',
    seen: textOf(inFile),
    expected: names.length === 0 ? 'a programme in which you are a supplier' : names.join(' or '),
  };
}

function textOf({ name, registrations }: ParsedParty): string {
  const ids = registrations.map(({ scheme, number }) => `${scheme} ${number}`);
  return ids.length === 0 ? name : `${name} (${ids.join(', ')})`;
}
