/**
 * Between JSON and the fields of an act.
 *
 *   text, id, date   a string (text becomes NFC)      bool   true or false
 *   int              a decimal string, or a whole JSON number
 *   bytes            base64url without padding        money  {"amount": "12.50", "currency": "EUR"}
 *   lists            arrays of the same               `?`    null, or left out
 *
 * An amount is written in the currency's own unit with at most its decimals; it is
 * never a float. Whoever reads the same JSON gets the same fields, and so the same
 * bytes to sign.
 *
 * Pure.
 */
import { base64url, fromBase64url } from '../crypto/digest.ts';
import type { FieldRecord } from './body.ts';
import { currencies } from './currency.ts';
import type { NamedField } from './field.ts';
import { checkedField, FieldError } from './field.ts';
import type { FieldType, FieldValue, MoneyValue } from './kind.ts';
import type { InputOf, KindName } from './kinds.ts';
import { kindNamed } from './kinds.ts';

export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json };

/**
 * The kind's own fields from JSON. Refuses unknown and missing fields and every
 * value that its type does not admit, naming the field.
 */
export function bodyFromInput<N extends KindName>(name: N, json: unknown): InputOf<N> {
  const fields = ownFields(name);
  const record = recordOf(name, json);
  for (const path of Object.keys(record)) {
    if (!fields.some((field) => field.path === path)) {
      throw new FieldError(path, `is no field of ${name}`);
    }
  }
  const entries = fields.map(({ path, type }) => {
    const value = Object.hasOwn(record, path) ? record[path] : null;
    return [path, fieldFromJson(path, type, value)] as const;
  });
  return Object.fromEntries(entries) as InputOf<N>;
}

/** The same fields as JSON, as `bodyFromInput` reads them back. */
export function inputToJson<N extends KindName>(
  name: N,
  input: InputOf<N>,
): { [path: string]: Json } {
  const record = input as FieldRecord;
  return Object.fromEntries(
    ownFields(name).map(({ path, type }) => [path, fieldToJson(type, record[path] ?? null)]),
  );
}

/** One field from JSON; a FieldError names what is wrong with it. */
export function fieldFromJson(path: string, type: FieldType, json: unknown): FieldValue {
  if (type.endsWith('?')) {
    if (json === null || json === undefined) return null;
    return fieldFromJson(path, baseOf(type), json);
  }
  if (json === null || json === undefined) throw new FieldError(path, 'is missing');
  return checkedField(path, type, valueFromJson(path, type, json));
}

/** One field as JSON: readable, and read back to the same value. */
export function fieldToJson(type: FieldType, value: FieldValue): Json {
  if (value === null) return null;
  if (typeof value === 'bigint') return `${value}`;
  if (value instanceof Uint8Array) return base64url(value);
  if (typeof value !== 'object') return value;
  if (baseOf(type) === 'money') return moneyToJson(value as MoneyValue);
  if (type === 'moneys') return (value as readonly MoneyValue[]).map(moneyToJson);
  return value as readonly string[];
}

/** The decimals of a currency (ISO 4217); two for a code that is none. */
export function decimalsOf(currency: string): number {
  return currencies.get(currency) ?? 2;
}

/** "12.50" in EUR is 1250n. Undefined for what is no amount of this currency. */
export function minorOf(amount: string, currency: string): bigint | undefined {
  const parts = /^(-?)(\d{1,18})(?:\.(\d{1,4}))?$/.exec(amount);
  const places = decimalsOf(currency);
  const fraction = parts?.[3] ?? '';
  if (parts === null || fraction.length > places) return undefined;
  const minor = BigInt(`${parts[2]}${fraction.padEnd(places, '0')}`);
  return parts[1] === '-' ? -minor : minor;
}

/** 1250n in EUR is "12.50": always all decimals of the currency. */
export function amountOf(minor: bigint, currency: string): string {
  const places = decimalsOf(currency);
  const digits = `${minor < 0n ? -minor : minor}`.padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const fraction = digits.slice(digits.length - places);
  return `${minor < 0n ? '-' : ''}${whole}${places === 0 ? '' : `.${fraction}`}`;
}

function valueFromJson(path: string, type: FieldType, json: unknown): unknown {
  switch (type) {
    case 'text':
      return normal(json);
    case 'int':
      return wholeNumber(json);
    case 'bytes':
      return typeof json === 'string' ? fromBase64url(json) : undefined;
    case 'money':
      return moneyFromJson(path, json);
    case 'texts':
      return Array.isArray(json) ? json.map(normal) : undefined;
    case 'moneys':
      return Array.isArray(json) ? json.map((item) => moneyFromJson(path, item)) : undefined;
    default:
      return json;
  }
}

function normal(json: unknown): unknown {
  return typeof json === 'string' ? json.normalize('NFC') : undefined;
}

function wholeNumber(json: unknown): bigint | undefined {
  if (typeof json === 'number' && Number.isSafeInteger(json)) return BigInt(json);
  return typeof json === 'string' && /^(?:0|-?[1-9]\d{0,18})$/.test(json)
    ? BigInt(json)
    : undefined;
}

function moneyFromJson(path: string, json: unknown): MoneyValue {
  const { amount, currency, ...rest } = recordOf(path, json);
  if (typeof amount !== 'string' || typeof currency !== 'string' || Object.keys(rest).length > 0) {
    throw new FieldError(path, 'is {"amount": "…", "currency": "…"}');
  }
  const minor = minorOf(amount, currency);
  if (minor === undefined) throw new FieldError(path, `is no amount of ${currency}`);
  return [minor, currency];
}

function moneyToJson([minor, currency]: MoneyValue): Json {
  return { amount: amountOf(minor, currency), currency };
}

function ownFields(name: string): readonly NamedField[] {
  const kind = kindNamed(name);
  if (kind === undefined) throw new FieldError(name, 'is no kind of act');
  return Object.entries(kind.fields).map(([path, type]) => ({ path, type }));
}

function baseOf(type: FieldType): FieldType {
  return (type.endsWith('?') ? type.slice(0, -1) : type) as FieldType;
}

function recordOf(path: string, json: unknown): Readonly<Record<string, unknown>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new FieldError(path, 'is an object');
  }
  return json as Readonly<Record<string, unknown>>;
}
