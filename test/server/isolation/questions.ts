/** What the walk asks: one document for each field of the schema, with an id in the place of each id argument. */
import { type GraphQLSchema, getNamedType } from 'graphql';
import type { PlayedWorld } from '../../support/played-world.ts';
import { kinds, queryArguments } from './fields.ts';
import type { StoredAct } from './rights.ts';
import { selection } from './selection.ts';

/** A document and the variables that go with an id. */
export type Question = {
  readonly document: string;
  readonly variables: (id: string) => Readonly<Record<string, unknown>>;
};

/** `name` is a field of Query; `path` is where its id goes, such as 'id' or 'filter.sellerId'. */
export function queryQuestion(
  schema: GraphQLSchema,
  name: string,
  path: string,
  parts: string | null = null,
): Question {
  const field = schema.getQueryType()?.getFields()[name];
  if (field === undefined) throw new Error(`there is no query ${name}`);
  const others = queryArguments[name] ?? {};
  const [argument = '', inner] = path.split('.');
  const given = [argument, ...Object.keys(others)];
  const declared = given.map((each) => {
    const type = field.args.find((arg) => arg.name === each)?.type;
    return `$${each}: ${String(type)}`;
  });
  const passed = given.map((each) => `${each}: $${each}`);
  const chosen = parts ?? selection(schema, getNamedType(field.type).name, name === 'node' ? 0 : 2);
  const body = chosen === '' ? '' : `{ ${chosen} }`;
  return {
    document: `query (${declared.join(', ')}) { answer: ${name}(${passed.join(', ')}) ${body} }`,
    variables: (id) => ({ ...others, [argument]: inner === undefined ? id : { [inner]: id } }),
  };
}

const answerParts = (type: string) =>
  `{ __typename ... on Refusal { code path message seen expected help } ... on ${type}Success { act { id } } }`;

/**
 * A mutation with the input of an act that was accepted before, and an id in the place of one field.
 * Each asking has an idempotency key of its own.
 */
export function mutationQuestion(
  name: string,
  argument: string,
  base: Readonly<Record<string, unknown>>,
): Question {
  if (name === 'discardDraft' || name === 'prepareCustodialKey') {
    return {
      document: `mutation ($id: ID!) { answer: ${name}(${argument}: $id) }`,
      variables: (id) => ({ id }),
    };
  }
  const type = name.charAt(0).toUpperCase() + name.slice(1);
  const inner = ofMany(argument);
  if (inner !== null) {
    return {
      document: `mutation ($input: ${type}Input!) { answer: ${name}(input: $input) { results {
        __typename ... on Refusal { code path message seen expected help } } } }`,
      variables: (id) => ({
        input: { items: [{ ...base, [inner]: id, idempotencyKey: nextKey() }] },
      }),
    };
  }
  const placed = (id: string) => (Array.isArray(base[argument]) ? [id] : id);
  return {
    document: `mutation ($input: ${type}Input!) { answer: ${name}(input: $input) ${answerParts(type)} }`,
    variables: (id) => ({
      input: { ...base, [argument]: placed(id), idempotencyKey: nextKey() },
    }),
  };
}

/** The field of an item, where the mutation takes many; null where it takes one. */
export function ofMany(argument: string): string | null {
  return argument.startsWith('items.') ? argument.slice('items.'.length) : null;
}

let keys = 0;
export function nextKey(): string {
  keys += 1;
  return `walk-${keys}`;
}

/** The newest act of the mutation's kind of which `by` is true: its input, and who signed it. */
export async function baseOf(
  { world }: PlayedWorld,
  acts: readonly StoredAct[],
  mutation: string,
  by: (act: StoredAct) => boolean,
): Promise<Pick<StoredAct, 'input' | 'person'> | null> {
  const kind = kinds[mutation];
  const act = acts.find((each) => each.kind === kind && by(each));
  if (act === undefined) return null;
  const { input, person } = act;
  if (mutation !== 'submitInvoice') return { input, person };
  const { rows } = await world.database.pool.query<{ id: string }>(
    'SELECT "id" FROM draft WHERE "document" = $1',
    [input.document],
  );
  return { input: { ...input, draft: rows[0]?.id }, person };
}

/** An id of the same form that names nothing. */
export function missingLike(id: string): string {
  const mark = id.indexOf('_') + 1;
  const rest = id.slice(mark);
  const letters = /^[0-9a-f]+$/.test(rest)
    ? '0123456789abcdef'
    : 'abcdefghijklmnopqrstuvwxyz234567';
  const drawn = Array.from(rest, () => letters[Math.floor(Math.random() * letters.length)]);
  return `${id.slice(0, mark)}${drawn.join('')}`;
}

/** An answer with the id that was asked for taken out, so that two can be compared byte for byte. */
export function neutral(text: string, id: string): string {
  return text.replaceAll(id, 'ID');
}

/** Does all of it, some at a time, and keeps the order. */
export async function all<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  const worker = async () => {
    for (let order = next++; order < items.length; order = next++) {
      const item = items[order];
      if (item !== undefined) results[order] = await work(item);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

const atOnce = 8;
