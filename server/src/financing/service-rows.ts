/**
 * What the handlers of this slice load, compare and hand out in the same way.
 */
import type { Act, Parts, Reader } from '../kernel/act.ts';
import type { Grant } from '../kernel/change.ts';
import type { Refusal } from '../kernel/decision.ts';
import { notFound } from '../kernel/fault.ts';
import { invariant } from '../kernel/invariant.ts';
import { maySee } from '../receivable/service.ts';
import type { QuoteRow, RequestRow } from './model.ts';
import { texts } from './texts.ts';

/** A summary is enough to be asked; what it does not show the rules do not tell. */
export async function requestSeen(
  reader: Reader,
  act: Act & { readonly body: { readonly request: string } },
): Promise<RequestRow> {
  const id = act.body.request;
  if (!(await maySee(reader, act.party, id))) throw notFound();
  return requestOf(reader, id);
}

/** Who takes on something new when a bank pays for a request. */
export async function partsOf(reader: Reader, id: string, bank: string | null): Promise<Parts> {
  const asked = await reader.get<RequestRow>('finance_request', id);
  if (asked === null) return {};
  return { holder: asked.holder, buyer: asked.issuer, ...(bank === null ? {} : { bank }) };
}

export async function requestOf(reader: Reader, id: string): Promise<RequestRow> {
  const asked = await reader.get<RequestRow>('finance_request', id);
  if (asked === null) throw notFound();
  return asked;
}

export async function quoteOf(reader: Reader, id: string, asked: RequestRow): Promise<QuoteRow> {
  const quote = await reader.get<QuoteRow>('quote', id);
  if (quote === null || quote.request !== asked.id) throw notFound();
  return quote;
}

export function agreedNet({ netMinor }: RequestRow): bigint {
  invariant(netMinor !== null, 'a chosen quote has its net');
  return netMinor;
}

export function netBarrier(
  [minor, seen]: readonly [bigint, string],
  expectedMinor: bigint,
  currency: string,
): Refusal | null {
  if (seen !== currency) return texts.currencyMismatch('net', seen, currency);
  if (minor === expectedMinor) return null;
  return texts.netMismatch({ minor, currency }, { minor: expectedMinor, currency });
}

export type Made = { readonly id: string; readonly createdMs: bigint };

export function granted(
  reader: string,
  type: string,
  { id, createdMs }: Made,
  level: Grant['level'] = 'F',
): Grant {
  return { reader, object: id, type, level, sinceMs: createdMs };
}
