/**
 * Showing some fields of an act and hiding the others.
 *
 * A disclosure is one leaf with its salt and the hashes beside its way to the
 * root. Its index says which field it is, so it cannot be passed off as another.
 *
 * Pure.
 */
import { equalBytes } from '../crypto/digest.ts';
import type { Body } from './body.ts';
import { leafOf } from './body.ts';
import { checkedField, depthOf, FieldError, fieldsOf } from './field.ts';
import type { ActKind, FieldValue } from './kind.ts';
import { rootFrom, treeSiblings } from './tree.ts';

export type Disclosure = {
  readonly index: number;
  readonly path: string;
  readonly salt: Uint8Array;
  readonly value: FieldValue;
  readonly siblings: readonly Uint8Array[];
};

/** The named fields, in the order of their leaves, each once. Refuses a name that the kind does not have. */
export function disclose(body: Body, paths: readonly string[]): readonly Disclosure[] {
  const list = fieldsOf(body.kind);
  const unknown = paths.find((path) => !list.some((field) => field.path === path));
  if (unknown !== undefined) throw new FieldError(unknown, `is no field of ${body.kind.name}`);
  return list.flatMap(({ path }, index) => {
    const salt = body.salts[index];
    const value = body.fields[path];
    if (!paths.includes(path) || salt === undefined || value === undefined) return [];
    return [{ index, path, salt, value, siblings: treeSiblings(body.levels, index) }];
  });
}

/** What is wrong with a shown field: where it stands, its salt, its path, its value, or what they lead to. */
export type FieldFault = 'place' | 'salt' | 'depth' | 'value' | 'root';

/** Whether `shown` is a field of an act of this kind with this root: 'ok', or what is wrong. */
export function checkDisclosure(
  kind: ActKind,
  root: Uint8Array,
  shown: Disclosure,
): 'ok' | FieldFault {
  const field = fieldsOf(kind)[shown.index];
  if (field === undefined || field.path !== shown.path) {
    return 'place';
  }
  if (shown.salt.length !== 16) return 'salt';
  if (shown.siblings.length !== depthOf(kind)) return 'depth';
  try {
    checkedField(field.path, field.type, shown.value);
  } catch (fault) {
    if (fault instanceof FieldError) return 'value';
    throw fault;
  }
  const leaf = leafOf(shown.salt, shown.path, shown.value);
  return equalBytes(rootFrom(leaf, shown.index, shown.siblings), root) ? 'ok' : 'root';
}
