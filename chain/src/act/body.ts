/**
 * The private part of an act: salted leaves, one per field, under one root.
 *
 *   salt_i = HMAC-SHA256(seed, "tallystick/salt/1\0" ‖ path_i)[0..16)
 *   leaf_i = SHA256("tallystick/leaf/1\0" ‖ dCBOR([salt_i, path_i, value_i]))
 *
 * Leaf i is field i of the kind, always; the rest up to 16, 32 or 64 is padding.
 * The root alone stands in the header. Without a leaf's salt nobody can test a
 * guess of its value, and a leaf can be shown without showing another.
 *
 * Pure: the seed, 32 random octets per act, is an input.
 */
import {
  concat,
  domain,
  equalBytes,
  hmacSha256,
  hmacSha256With,
  sha256,
  utf8,
} from '../crypto/digest.ts';
import type { Encodable, Value } from './codec.ts';
import { decode, encode } from './codec.ts';
import { checkedField, depthOf, FieldError, fieldFromValue, fieldsOf } from './field.ts';
import type { ActKind, FieldValue } from './kind.ts';
import { limits } from './limits.ts';
import type { TreeLevels } from './tree.ts';
import { treeLevels, treeRoot } from './tree.ts';

export type FieldRecord = Readonly<Record<string, FieldValue>>;

export type Body = {
  readonly kind: ActKind;
  readonly root: Uint8Array;
  readonly depth: number;
  readonly seed: Uint8Array;
  readonly fields: FieldRecord;
  readonly salts: readonly Uint8Array[];
  readonly levels: TreeLevels;
  /** The stored, private form: dCBOR([seed, {path: value}]). */
  readonly bytes: Uint8Array;
};

/**
 * Builds the body of one act. Refuses a missing field, a field that the kind does
 * not have, and a value that its type does not admit; the same inputs give the
 * same bytes on every machine.
 */
export function buildBody(kind: ActKind, fields: FieldRecord, seed: Uint8Array): Body {
  if (seed.length !== 32) throw new RangeError('a seed has 32 octets');
  const checked = checkedFields(kind, fields);
  const list = fieldsOf(kind);
  const salted = hmacSha256With(seed);
  const salts = list.map(({ path }) => salted(saltMessage(path)).slice(0, saltOctets));
  const leaves = list.map(({ path }, index) =>
    leafOf(salts[index] ?? seed, path, checked[path] ?? null),
  );
  const depth = depthOf(kind);
  const levels = treeLevels(leaves, depth);
  const bytes = encode([seed, new Map(Object.entries(checked))]);
  return { kind, root: treeRoot(levels), depth, seed, fields: checked, salts, levels, bytes };
}

/**
 * The body that `bytes` store, rebuilt with its leaves. Refuses anything that
 * buildBody would not have written; whether it belongs to an act is decided by
 * its root.
 */
export function decodeBody(kind: ActKind, bytes: Uint8Array): Body {
  if (bytes.length > limits.bodyBytesMax) throw new FieldError('body', 'is within its limit');
  const value = decode(bytes);
  const [seed, map] = Array.isArray(value) && value.length === 2 ? (value as Value[]) : [];
  if (!(seed instanceof Uint8Array) || seed.length !== 32 || !(map instanceof Map)) {
    throw new FieldError('body', 'is [seed, {path: value}]');
  }
  const entries = [...(map as ReadonlyMap<string, Value>)];
  const body = buildBody(kind, Object.fromEntries(entries) as FieldRecord, seed);
  if (!equalBytes(body.bytes, bytes)) throw new FieldError('body', 'is written canonically');
  return body;
}

export function saltOf(seed: Uint8Array, path: string): Uint8Array {
  return hmacSha256(seed, saltMessage(path)).slice(0, saltOctets);
}

const saltOctets = 16;

/** Paths are names in the registry of kinds, so the cache is bounded. */
const saltMessages = new Map<string, Uint8Array>();

function saltMessage(path: string): Uint8Array {
  const known = saltMessages.get(path);
  if (known !== undefined) return known;
  const message = concat(domain('salt'), utf8(path));
  saltMessages.set(path, message);
  return message;
}

export function leafOf(salt: Uint8Array, path: string, value: FieldValue): Uint8Array {
  return sha256(domain('leaf'), encode([salt, path, value satisfies Encodable]));
}

function checkedFields(kind: ActKind, fields: FieldRecord): FieldRecord {
  const list = fieldsOf(kind);
  const known = new Set(list.map(({ path }) => path));
  for (const path of Object.keys(fields)) {
    if (!known.has(path)) throw new FieldError(path, `is no field of ${kind.name}`);
  }
  return Object.fromEntries(
    list.map(({ path, type }) => {
      const value = Object.hasOwn(fields, path) ? fields[path] : undefined;
      if (value === undefined) throw new FieldError(path, `is missing in ${kind.name}`);
      return [path, fieldFromValue(path, type, checkedField(path, type, value))];
    }),
  );
}
