/**
 * The values of fields: what each type admits, and their form in CBOR.
 *
 * text, id and date are text; bytes are bytes; int and bool are themselves; money
 * is [minor units, currency]; a list is an array of the same. A field that its
 * type does not admit is refused both when a body is built and when one is shown.
 *
 * Pure.
 */
import type { Value } from './codec.ts';
import type { ActKind, FieldType, FieldValue, MoneyValue } from './kind.ts';
import { commonFields } from './kind.ts';
import { limits } from './limits.ts';

/** A value that its field does not admit; `path` names the field. */
export class FieldError extends Error {
  override readonly name = 'FieldError';
  readonly path: string;
  readonly rule: string;

  constructor(path: string, rule: string) {
    super(`${path}: ${rule}`);
    this.path = path;
    this.rule = rule;
  }
}

export type NamedField = { readonly path: string; readonly type: FieldType };

const fieldLists = new WeakMap<ActKind, readonly NamedField[]>();

/** The fields of a kind in the order of their leaves: the common ones, then its own. */
export function fieldsOf(kind: ActKind): readonly NamedField[] {
  const known = fieldLists.get(kind);
  if (known !== undefined) return known;
  const list = [...Object.entries(commonFields), ...Object.entries(kind.fields)].map(
    ([path, type]) => ({ path, type }),
  );
  fieldLists.set(kind, list);
  return list;
}

/** The depth of a kind's body: 16, 32 or 64 leaves. */
export function depthOf(kind: ActKind): number {
  const count = fieldsOf(kind).length;
  if (count > 64) throw new RangeError(`${kind.name} has ${count} fields; a body has at most 64`);
  return count <= 16 ? 4 : count <= 32 ? 5 : 6;
}

/** The name under which headers and registries know a kind, e.g. `invoice.confirm/1`. */
export function kindLabel(kind: ActKind): string {
  return `${kind.name}/${kind.version}`;
}

const int64Max = 2n ** 63n - 1n;
const idRule = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/;
const currencyRule = /^[A-Z]{3}$/;
const dateRule = /^(\d{4})-(\d{2})-(\d{2})$/;

/** The value, when `type` admits it; a FieldError naming the rule when not. */
export function checkedField(path: string, type: FieldType, value: unknown): FieldValue {
  const refuse = (rule: string) => new FieldError(path, rule);
  if (type.endsWith('?')) {
    if (value === null) return null;
    return checkedField(path, type.slice(0, -1) as FieldType, value);
  }
  switch (type) {
    case 'text':
      if (isText(value)) return value;
      throw refuse(`is NFC text of at most ${limits.textCharactersMax} characters`);
    case 'id':
      if (isId(value)) return value;
      throw refuse('is the id of an object');
    case 'date':
      if (isDate(value)) return value;
      throw refuse('is a day of the calendar, YYYY-MM-DD');
    case 'int':
      if (isInt64(value)) return value;
      throw refuse('is a whole number of 64 bits');
    case 'bool':
      if (typeof value === 'boolean') return value;
      throw refuse('is true or false');
    case 'bytes':
      if (value instanceof Uint8Array && value.length <= limits.textCharactersMax) return value;
      throw refuse(`is at most ${limits.textCharactersMax} octets`);
    case 'money':
      if (isMoney(value)) return value;
      throw refuse('is money: minor units and a currency code');
    case 'texts':
      if (isList(value, isText)) return value;
      throw refuse(`is a list of at most ${limits.listMax} texts`);
    case 'ids':
      if (isList(value, isId)) return value;
      throw refuse(`is a list of at most ${limits.listMax} ids`);
    case 'moneys':
      if (isList(value, isMoney)) return value;
      throw refuse(`is a list of at most ${limits.listMax} amounts`);
    default:
      throw refuse(`has the unknown type ${type}`);
  }
}

/** A decoded value as a field of `type`. CBOR has no types of its own here, so the check is the same. */
export function fieldFromValue(path: string, type: FieldType, value: Value): FieldValue {
  return checkedField(path, type, value);
}

function isText(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length <= limits.textCharactersMax &&
    value.isWellFormed() &&
    value.normalize('NFC') === value
  );
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && idRule.test(value);
}

function isDate(value: unknown): value is string {
  const parts = typeof value === 'string' ? dateRule.exec(value) : null;
  if (parts === null) return false;
  const [year, month, day] = parts.slice(1).map(Number);
  if (year === undefined || month === undefined || day === undefined) return false;
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function isInt64(value: unknown): value is bigint {
  return typeof value === 'bigint' && value <= int64Max && value >= -int64Max - 1n;
}

function isMoney(value: unknown): value is MoneyValue {
  return (
    Array.isArray(value) &&
    value.length === 2 &&
    isInt64(value[0]) &&
    typeof value[1] === 'string' &&
    currencyRule.test(value[1])
  );
}

function isList<T>(value: unknown, isItem: (item: unknown) => item is T): value is readonly T[] {
  return Array.isArray(value) && value.length <= limits.listMax && value.every(isItem);
}
