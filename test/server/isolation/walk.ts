/**
 * The walk itself: who is asked what, what must not come back, and what the owner must be shown.
 *
 * A negative asks for an object that is not the asker's, and again for one that does not exist: both
 * answers are the same, byte for byte, once the id is taken out. Every answer is searched for canaries
 * that the asker was never told.
 */
import { randomBytes } from 'node:crypto';
import type { GraphQLSchema } from 'graphql';
import { kindNamed } from '../../../chain/src/act/kinds.ts';
import { canariesIn } from '../../support/canaries.ts';
import type { Principal } from '../../support/consortium.ts';
import type { Answer, PlayedWorld } from '../../support/played-world.ts';
import { besideIds, kinds, mutationIds, type ObjectType, queryIds } from './fields.ts';
import {
  all,
  baseOf,
  missingLike,
  mutationQuestion,
  neutral,
  nextKey,
  ofMany,
  type Question,
  queryQuestion,
} from './questions.ts';
import type { Rights, SeenObject } from './rights.ts';

/** Looked at of each type; the first are the ones that a leak would hurt most. */
const samplesMax = 3;

export type Walk = {
  readonly played: PlayedWorld;
  readonly rights: Rights;
  readonly schema: GraphQLSchema;
  readonly roles: readonly Principal[];
  /** Objects of the first consortium, those with a name first. */
  readonly samples: (type: ObjectType | 'Any') => readonly SeenObject[];
  /** What went wrong, in words. */
  readonly problems: string[];
  /** `field role` pairs that were tried. */
  readonly covered: Set<string>;
};

export function newWalk(played: PlayedWorld, rights: Rights): Walk {
  const [first, second] = played.consortia;
  if (first === undefined || second === undefined) throw new Error('there are two consortia');
  const able = (names: readonly string[], from: typeof first) =>
    names.flatMap((name) =>
      (from.members[name as 'core']?.principals ?? [])
        .filter((each) => each.hasMandates)
        .slice(0, 1),
    );
  const plain = [...first.members.tier3.principals, ...second.members.supplier.principals].filter(
    ({ hasMandates }) => !hasMandates,
  );
  const roles = [
    ...able(Object.keys(first.members), first),
    ...able(['core', 'supplier', 'bankA', 'carrier', 'auditor'], second),
    ...[played.governor, played.stranger, ...plain],
  ];
  const ours = new Set(Object.values(first.members).map(({ id }) => id));
  const named = new Set(Object.values(first.objects));
  const inFirst = [...rights.objects.values()].filter(({ readers }) =>
    [...readers.keys()].some((reader) => ours.has(reader)),
  );
  const sorted = [
    ...inFirst.filter(({ id }) => named.has(id)),
    ...inFirst.filter(({ id }) => !named.has(id)),
  ];
  const byType = new Map<string, readonly SeenObject[]>();
  for (const each of sorted) byType.set(each.type, [...(byType.get(each.type) ?? []), each]);
  return {
    ...{ played, rights, roles, schema: played.world.app.schema, problems: [], covered: new Set() },
    samples(type) {
      if (type !== 'Any') return spread(byType.get(type) ?? []);
      return [...byType.entries()].flatMap(([name, some]) =>
        name === 'Key' ? [] : some.slice(0, 1),
      );
    },
  };
}

/** The first, and some from the middle and the end, of lists that are long. */
function spread<T>(items: readonly T[]): readonly T[] {
  if (items.length <= samplesMax) return items;
  const last = items.length - 1;
  return [0, Math.floor(last / 2), last].flatMap((order) => items[order] ?? []);
}

/** One negative: the same answer as for nothing; `mustBe` also says which. */
export async function asksInVain(
  walk: Walk,
  who: Principal,
  question: Question,
  target: { readonly id: string; readonly missing: string; readonly mustBeNotFound: boolean },
): Promise<string | null> {
  const { id, missing, mustBeNotFound } = target;
  const seen = await walk.played.as(who, question.document, question.variables(id));
  const none = await walk.played.as(who, question.document, question.variables(missing));
  const where = `${who.role}: ${question.document.slice(0, 120)} ${id}`;
  if (neutral(seen.text, id) !== neutral(none.text, missing) || seen.status !== none.status) {
    return `${where}\n  answered ${short(seen)}\n  for nothing ${short(none)}`;
  }
  if (seen.codes.includes('INTERNAL')) return `${where}\n  met a bug: ${short(seen)}`;
  if (mustBeNotFound && !isNothing(seen)) return `${where}\n  is not NOT_FOUND: ${short(seen)}`;
  return untold(walk, who, seen, question.variables(id));
}

/** Nothing was found: an error that says so, null, or an empty list. */
export function isNothing({ data, codes }: Answer): boolean {
  if (codes.length > 0) return codes.every((code) => code === 'NOT_FOUND');
  const answers = answersOfMany(data?.answer);
  return answers === null ? isAbsent(data?.answer) : answers.every(isNotFound);
}

/** The answers where many were asked for at once; each that is not found says so by itself. */
function answersOfMany(answer: unknown): readonly unknown[] | null {
  if (typeof answer !== 'object' || answer === null || !('results' in answer)) return null;
  return Array.isArray(answer.results) ? answer.results : null;
}

function isNotFound(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null) return false;
  const refusal = 'refusal' in answer ? answer.refusal : answer;
  return (
    typeof refusal === 'object' &&
    refusal !== null &&
    'code' in refusal &&
    refusal.code === 'NOT_FOUND'
  );
}

/** Null, an empty text, an empty list, or a page without rows. */
export function isAbsent(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  if (Array.isArray(value)) return value.every(isAbsent);
  if (typeof value !== 'object') return false;
  return 'edges' in value && isAbsent(value.edges);
}

/** Canaries in an answer that its reader was never told. */
export function untold(
  { rights, played }: Walk,
  who: Principal,
  answer: Answer,
  asked: object = {},
): string | null {
  const told = new Set([...rights.told(who.party), ...canariesIn(JSON.stringify(asked))]);
  const leaked = [...canariesIn(answer.text)].filter((each) => !told.has(each));
  if (leaked.length === 0) return null;
  const places = leaked.map((each) => played.canaries.all.get(each) ?? each);
  return `${who.role} was told ${places.join(', ')}\n  by ${short(answer)}`;
}

function short({ status, text }: Answer): string {
  return `${status} ${text.slice(0, 400)}`;
}

export type Case = {
  /** Such as 'Query.invoice' or 'Mutation.confirmInvoice'. */
  readonly field: string;
  readonly who: Principal;
  readonly question: Question;
  readonly object: SeenObject;
  readonly id: string;
  readonly missing: string;
  readonly mustBeNotFound: boolean;
  /** Who is shown it, or signed it. */
  readonly owner: Principal;
};

/** Every query with an id argument, for everyone, on what is not theirs. */
export function queryCases(walk: Walk): readonly Case[] {
  return Object.entries(queryIds).flatMap(([key, type]) => {
    const [name = '', path = ''] = key.split(' ');
    const question = queryQuestion(walk.schema, name, path);
    return walk.samples(type).flatMap((object) => {
      const missing = missingLike(object.id);
      const owner = ownerOf(walk, object.id);
      return (
        walk.roles
          .filter((who) => !walk.rights.sees(who, object.id))
          // Acts about an object are rights of their own.
          .filter((who) => name !== 'acts' || !readsActsAbout(walk, who, object.id))
          .map((who) => ({
            ...{ field: `Query.${name}`, who, question, object, id: object.id, missing, owner },
            mustBeNotFound: true,
          }))
      );
    });
  });
}

function readsActsAbout({ rights }: Walk, who: Principal, id: string): boolean {
  return rights.acts.some((act) => act.subject === id && rights.sees(who, act.id));
}

/**
 * Every mutation with an id in its input. Once with the whole input that its signer sent, and once
 * with an input of the asker's own in which only that id is another's.
 */
export async function mutationCases(walk: Walk): Promise<readonly Case[]> {
  const { played, rights, samples, roles } = walk;
  const publicKeys = await publicKeysOf(played);
  const cases: Case[] = [];
  for (const [key, type] of Object.entries(mutationIds)) {
    const [name = '', argument = ''] = key.split(' ');
    if (uploads.has(name)) continue;
    const field = ofMany(argument) ?? argument;
    for (const object of [...signedObjects(walk, name, field), ...samples(type)].slice(0, 2)) {
      const signedBy = (party: string) =>
        baseOf(played, rights.acts, name, (act) => act.party === party);
      const whole =
        (await baseOf(played, rights.acts, name, ({ input }) => input[field] === object.id)) ??
        (await baseOf(played, rights.acts, name, ({ party }) => object.readers.has(party))) ??
        (await baseOf(played, rights.acts, name, () => true));
      const owner =
        played.principals.find(({ person }) => person === whole?.person) ??
        ownerOf(walk, object.id);
      const id = type === 'Key' ? (publicKeys.get(object.id) ?? '') : object.id;
      const missing = type === 'Key' ? randomBytes(32).toString('base64url') : missingLike(id);
      for (const who of roles.filter((each) => !rights.sees(each, object.id))) {
        const own = await signedBy(who.party);
        const isBeside = besideIds.has(key);
        const inputs = [whole?.input, own?.input].filter((each) => each !== undefined);
        for (const base of direct.has(name) ? [{}] : inputs) {
          const question = mutationQuestion(name, argument, base);
          cases.push({
            ...{ field: `Mutation.${name}`, who, question, object, id, missing, owner },
            mustBeNotFound: !isBeside,
          });
        }
      }
    }
  }
  return cases;
}

/** The context to sign any act on what is not theirs: nothing of it, nor that it is there. */
export async function contextCases(walk: Walk): Promise<readonly Case[]> {
  const cases = await mutationCases(walk);
  return cases.flatMap((each) => {
    const [, mutation = ''] = each.field.split('.');
    const kind = kinds[mutation];
    const { input } = each.question.variables(each.id) as { readonly input?: Json };
    if (kind === undefined || input === undefined) return [];
    const fields = Object.keys(kindNamed(kind)?.fields ?? {});
    const own = (given: Json) =>
      JSON.stringify(Object.fromEntries(fields.map((name) => [name, given[name] ?? null])));
    if ('items' in input) return [contextOfMany(each, kind, own)];
    const contextInput = (id: string) => {
      const given = each.question.variables(id).input as Json;
      return { input: { kind, keyId: null, input: own(given) } };
    };
    const isOfAct = Object.keys(input).some(
      (name) => fields.includes(name) && input[name] === each.id,
    );
    if (!isOfAct) return [];
    const document = `query ($input: ActContextInput!) { answer: actContext(input: $input) {
      ... on ActContext { refs notes fingerprint group mandate } ... on Refusal { code path message seen expected help } } }`;
    // What stands beside the object is looked at when the act is decided, not before.
    const { mustBeNotFound } = each;
    return [
      {
        ...each,
        field: 'Query.actContext',
        question: { document, variables: contextInput },
        mustBeNotFound,
      },
    ];
  });
}
type Json = Readonly<Record<string, unknown>>;

/** The same for several acts at once; what stands beside the object is judged here as well. */
function contextOfMany(each: Case, kind: string, own: (given: Json) => string): Case {
  const document = `query ($input: ActContextsInput!) { answer: actContexts(input: $input) {
    ... on ActContexts { results { refs notes fingerprint group mandate isDone
      refusal { code path message seen expected help } } } ... on Refusal { code path message seen expected help } } }`;
  const variables = (id: string) => {
    const { items } = each.question.variables(id).input as { readonly items: readonly Json[] };
    const acts = items.map((item) => ({ input: own(item), idempotencyKey: nextKey() }));
    return { input: { kind, keyId: null, acts } };
  };
  return { ...each, field: 'Query.actContexts', question: { document, variables } };
}

/** The object that the newest act of the mutation names, in the first consortium. */
function signedObjects(
  { played, rights }: Walk,
  mutation: string,
  argument: string,
): readonly SeenObject[] {
  const parties = Object.values(played.consortia[0]?.members ?? {}).map(({ id }) => id);
  const act = rights.acts.find(
    ({ kind, party }) => kind === kinds[mutation] && parties.includes(party),
  );
  const named = act?.input[argument];
  const object = rights.objects.get(String(Array.isArray(named) ? named[0] : named));
  return object === undefined ? [] : [object];
}

const direct = new Set(['discardDraft', 'prepareCustodialKey']);
/** Asked with a file, by the test itself. */
export const uploads: ReadonlySet<string> = new Set([
  ...['uploadDocument', 'uploadInvoice', 'uploadStatement'],
]);

export async function publicKeysOf({ world }: PlayedWorld): Promise<ReadonlyMap<string, string>> {
  const { rows } = await world.database.pool.query<{ id: string; publicKey: Uint8Array }>(
    'SELECT "id", "publicKey" FROM signing_key',
  );
  return new Map(
    rows.map(({ id, publicKey }) => [id, Buffer.from(publicKey).toString('base64url')]),
  );
}

/** Tries all cases and keeps what went wrong. */
export async function tryCases(walk: Walk, cases: readonly Case[]): Promise<void> {
  const found = await all(cases, async ({ field, who, question, id, missing, mustBeNotFound }) => {
    walk.covered.add(`${field} ${who.role}`);
    return asksInVain(walk, who, question, { id, missing, mustBeNotFound });
  });
  walk.problems.push(...found.filter((each) => each !== null));
}

/** Somebody who may see all of it, best somebody with every mandate. */
export function ownerOf(walk: Walk, id: string): Principal {
  const [owner] = ownersOf(walk, id);
  if (owner === undefined) throw new Error(`somebody sees all of ${id}`);
  return owner;
}

/** One person of each organisation that may see all of it. */
export function ownersOf({ played, rights }: Walk, id: string): readonly Principal[] {
  const readers = rights.objects.get(id)?.readers ?? new Map<string, 'F' | 'S'>();
  const able = played.principals.filter(
    ({ hasMandates, party }) => hasMandates && readers.get(party) === 'F',
  );
  return [...new Map(able.map((each) => [each.party, each])).values()];
}
