/**
 * Nested fields: somebody who may see an object and nothing else is shown nothing of what hangs on
 * it, while its owner is.
 */
import { type GraphQLSchema, getNamedType, isLeafType } from 'graphql';
import type { Principal } from '../../support/consortium.ts';
import type { PlayedWorld } from '../../support/played-world.ts';
import { cannotLeak, drawnValues, type ObjectType, paths, valueTypes } from './fields.ts';
import { all } from './questions.ts';
import type { SeenObject } from './rights.ts';
import { type Coordinate, coordinates, isComposite, selection } from './selection.ts';
import { isAbsent, ownersOf, untold, type Walk } from './walk.ts';

/** The reason why a field cannot leak, with the entry that says so. */
export function harmless({ type, field, of }: Coordinate): string | null {
  const named = getNamedType(of.type).name;
  if (type in valueTypes || named in valueTypes) return 'a value';
  const entry = Object.keys(cannotLeak).find((key) => matches(key, `${type}.${field}`));
  return entry ?? null;
}

function matches(pattern: string, name: string): boolean {
  return new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '\\w*')}$`).test(name);
}

/** Every field of every type that shows another object, or a value drawn from one. */
export function nestedFields(schema: GraphQLSchema): readonly Coordinate[] {
  return coordinates(schema).filter((each) => {
    if (['Query', 'Mutation', 'Subscription'].includes(each.type)) return false;
    if (drawnValues.includes(`${each.type}.${each.field}`)) return true;
    return isComposite(each) && harmless(each) === null;
  });
}

export type Probe = {
  readonly coordinate: string;
  readonly parent: SeenObject;
  readonly owner: Principal;
  readonly document: string;
};

/** A parent whose owner is shown something in that field, or null. */
export async function findProbe(walk: Walk, coordinate: Coordinate): Promise<Probe | null> {
  const { type, field, of } = coordinate;
  const [base, ...way] = paths[`${type}.${field}`] ?? [type as ObjectType];
  const named = getNamedType(of.type);
  const inner = isLeafType(named) ? '' : `{ ${selection(walk.schema, named.name, 0)} }`;
  const asked = way.reduceRight((rest, step) => `${step} { ${rest} }`, `it: ${field} ${inner}`);
  const document = `query ($id: ID!) { answer: node(id: $id) { ... on ${base} { ${asked} } } }`;
  const parents = [...walk.rights.objects.values()].filter(
    (each) => each.type === base && !walk.rights.sees(walk.played.stranger, each.id),
  );
  const shown = await all(parents.slice(-parentsMax).reverse(), async (parent) => {
    for (const owner of ownersOf(walk, parent.id)) {
      const answer = await walk.played.as(owner, document, { id: parent.id });
      const isShown = answer.codes.length === 0 && !isAbsent(valueIn(answer.data?.answer, way));
      if (isShown) return { coordinate: `${type}.${field}`, parent, owner, document };
    }
    return null;
  });
  return shown.find((each) => each !== null) ?? null;
}

/** Parents that are looked at until one shows something. */
const parentsMax = 120;

function valueIn(answer: unknown, way: readonly string[]): unknown {
  return [...way, 'it'].reduce<unknown>((value, step) => {
    const parts = Array.isArray(value) ? (value as readonly unknown[]) : [value];
    const found = parts.map((part) => (part as Readonly<Record<string, unknown>> | null)?.[step]);
    return found.find((each) => !isAbsent(each)) ?? null;
  }, answer);
}

/** What the stranger is shown of a parent that alone is given to it; null when nothing. */
export async function probe(walk: Walk, { coordinate, parent, document }: Probe) {
  const { played } = walk;
  const { stranger } = played;
  const way = (paths[coordinate] ?? []).slice(1);
  const taken = await giveSight(played, stranger.party, parent);
  try {
    const answer = await played.as(stranger, document, { id: parent.id });
    if (answer.codes.some((code) => code !== 'NOT_FOUND')) return answer.text;
    const value = valueIn(answer.data?.answer, way);
    if (!isAbsent(value)) return answer.text;
    // Sight was given: an answer without the parent is one in which the child took it down.
    const isThere = answer.data?.answer !== null || answer.codes.length > 0;
    if (!isThere) return `the parent was not shown: ${answer.text}`;
    return null;
  } finally {
    await taken();
  }
}

/** A row in access, and nothing else; the returned function takes it back. */
export async function giveSight(
  { world }: PlayedWorld,
  reader: string,
  { id, type }: Pick<SeenObject, 'id' | 'type'>,
  level: 'F' | 'S' = 'F',
): Promise<() => Promise<void>> {
  const { pool } = world.database;
  const right = `${reader}:${id}`;
  const { rowCount } = await pool.query(
    `INSERT INTO access ("id", "reader", "object", "type", "level", "sinceMs") VALUES ($1, $2, $3, $4, $5, 1)
     ON CONFLICT DO NOTHING`,
    [right, reader, id, type, level],
  );
  return async () => {
    if (rowCount === 1) await pool.query('DELETE FROM access WHERE "id" = $1', [right]);
  };
}

/** Everything that each role may see, looked into three deep: nothing stands there that it was never told. */
export async function looksInto(walk: Walk): Promise<void> {
  const asked = walk.roles.flatMap((who) =>
    [...walk.rights.objects.values()]
      .filter(({ id, type }) => type !== 'Key' && type !== 'Document' && walk.rights.sees(who, id))
      .filter((_, order) => order % lookEvery === 0)
      .map((object) => ({ who, object })),
  );
  const found = await all(asked, async ({ who, object: { id, type } }) => {
    const parts = selection(walk.schema, type, 2);
    const document = `query ($id: ID!) { answer: node(id: $id) { ... on ${type} { ${parts} } } }`;
    const answer = await walk.played.as(who, document, { id });
    if (answer.codes.some((code) => code !== 'NOT_FOUND')) {
      return `${who.role} ${type} ${id}: ${answer.text.slice(0, 400)}`;
    }
    return untold(walk, who, answer);
  });
  walk.problems.push(...found.filter((each) => each !== null));
}

/** One of so many objects is looked into. */
const lookEvery = 2;
