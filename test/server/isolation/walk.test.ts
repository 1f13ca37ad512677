/**
 * What is not yours is not there: a walk over the whole printed schema, as everyone, on a world in
 * which everything has happened. Beside every no stands a yes: the owner, asking the same.
 */
import { readFile } from 'node:fs/promises';
import { buildSchema, type GraphQLSchema, isObjectType, parse, subscribe } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allHandlers } from '../../../server/src/app.ts';
import { replayAudit } from '../../../server/src/audit/replay.ts';
import type { ActClient } from '../../../server/src/demo/client.ts';
import { searchedTypes } from '../../../server/src/platform/portfolio.ts';
import { canariesIn } from '../../support/canaries.ts';
import type { Principal } from '../../support/consortium.ts';
import { type PlayedWorld, playedWorld } from '../../support/played-world.ts';
import { cannotLeak, kinds, lists, mutationIds, openIds, queryIds } from './fields.ts';
import { checkList, shownIn } from './lists.ts';
import { findProbe, harmless, looksInto, nestedFields, type Probe, probe } from './nested.ts';
import { checkDashboard, checkSearch } from './portfolio.ts';
import {
  all,
  baseOf,
  missingLike,
  mutationQuestion,
  neutral,
  nextKey,
  ofMany,
} from './questions.ts';
import { readRights } from './rights.ts';
import { type Bug, forgetEveryone, letEveryoneSee, plant } from './seeded-bugs.ts';
import { coordinates, idArguments } from './selection.ts';
import {
  asksInVain,
  type Case,
  contextCases,
  isNothing,
  mutationCases,
  newWalk,
  ownerOf,
  queryCases,
  tryCases,
  type Walk,
} from './walk.ts';

const minutes = 60_000;
let played: PlayedWorld;
let walk: Walk;
let cases: { readonly query: readonly Case[]; readonly mutation: readonly Case[] };
let probes: readonly Probe[];
/** Fields by name, and what the walk does about each. */
const listNames = Object.keys(lists);

beforeAll(async () => {
  played = await playedWorld(['A', 'B']);
  walk = newWalk(played, await readRights(played));
  cases = { query: queryCases(walk), mutation: await mutationCases(walk) };
  const found = await all(nestedFields(walk.schema), (each) => findProbe(walk, each));
  probes = found.filter((each) => each !== null);
}, 6 * minutes);
afterAll(() => played?.stop());

function noProblems(): void {
  expect(walk.problems.splice(0)).toEqual([]);
}

describe('the walk', () => {
  it('knows every field, every id and every mutation of the committed schema', async () => {
    const file = new URL('../../../server/schema.graphql', import.meta.url);
    const printed = buildSchema(await readFile(file, 'utf8'));
    const of = (type: string) => coordinates(printed).filter((each) => each.type === type);
    const ids = (type: string) =>
      of(type).flatMap((each) =>
        idArguments(each).map((path) => `${each.field} ${path.replace(/^input\./, '')}`),
      );
    const known = new Set([
      ...Object.keys(queryIds).map((key) => key.split(' ')[0]),
      ...Object.keys(mutationIds).map((key) => key.split(' ')[0]),
      ...[...listNames, ...Object.keys(kinds), 'actChanged', 'confirmationStatement', 'signOut'],
      // It names nothing: a file becomes the sender's own.
      'uploadDocument',
    ]);
    const roots = ['Query', 'Mutation', 'Subscription'].flatMap(of);
    const unknown = roots.filter((each) => !known.has(each.field) && harmless(each) === null);
    const unprobed = nestedFields(printed)
      .map(({ type, field }) => `${type}.${field}`)
      .filter((name) => !probes.some(({ coordinate }) => coordinate === name));
    const used = new Set(coordinates(printed).map(harmless));
    const openOrNone = new Set([...Object.keys(openIds), 'draft', 'revokeKey publicKey']);

    expect(unknown.map(({ type, field }) => `${type}.${field}`)).toEqual([]);
    expect(ids('Query').filter((each) => !(each in queryIds))).toEqual([]);
    expect(
      ids('Mutation').filter((each) => !(each in mutationIds) && !openOrNone.has(each)),
    ).toEqual([]);
    // An owner is shown something in every nested field: the positive control of the probes.
    expect(unprobed).toEqual([]);
    expect(Object.keys(cannotLeak).filter((entry) => !used.has(entry))).toEqual([]);
    expect(printedKinds(printed).filter((name) => !(name in kinds))).toEqual([]);
  });
});

describe('what is not yours', () => {
  it(
    'is not found by its id, and the answer is that for nothing, byte for byte',
    async () => {
      await tryCases(walk, cases.query);

      noProblems();
    },
    6 * minutes,
  );

  it(
    'is not found by its owner’s own mutation, nor put into one’s own',
    async () => {
      await tryCases(walk, cases.mutation);

      noProblems();
    },
    6 * minutes,
  );

  it(
    'gives no context to sign on it',
    async () => {
      await tryCases(walk, await contextCases(walk));

      noProblems();
    },
    6 * minutes,
  );

  it(
    'takes no file',
    async () => {
      for (const who of walk.roles) {
        for (const [name, argument, type] of uploadIds) {
          walk.covered.add(`Mutation.${name} ${who.role}`);
          const [object] = walk.samples(type).filter(({ id }) => !walk.rights.sees(who, id));
          if (object === undefined) continue;
          const missing = missingLike(object.id);
          const seen = await upload(who, name, { [argument]: object.id });
          const none = await upload(who, name, { [argument]: missing });

          expect(neutral(seen, object.id)).toBe(neutral(none, missing));
          if (name === 'uploadStatement') expect(seen).toContain('NOT_FOUND');
        }
      }
    },
    2 * minutes,
  );

  it(
    'stands in no list, and what is yours stands in it',
    async () => {
      const asked = walk.roles.flatMap((who) => listNames.map((name) => ({ who, name })));
      const found = await all(asked, async ({ who, name }) => {
        walk.covered.add(`${fieldOf(name)} ${who.role}`);
        return checkList(walk, name, who);
      });
      const shown = await all(listNames, async (name) => {
        const some = await Promise.all(walk.roles.map((who) => shownIn(walk, name, who)));
        return some.some(({ ids }) => ids.length > 0);
      });

      expect(found.filter((each) => each !== null)).toEqual([]);
      expect(listNames.filter((_, order) => !shown[order])).toEqual([]);
    },
    6 * minutes,
  );

  it(
    'counts in no sum, and is found by no words',
    async () => {
      const sums = await all(walk.roles, (who) => checkDashboard(walk, who));
      const types = searchedTypes.flatMap((type) => walk.roles.map((who) => ({ type, who })));
      const found = await all(types, ({ type, who }) => checkSearch(walk, who, type));

      expect(sums.filter((each) => each !== null)).toEqual([]);
      expect(found.flat()).toEqual([]);
    },
    6 * minutes,
  );

  it(
    'does not hang on what is yours',
    async () => {
      await looksInto(walk);
      const leaks = await inTurn(probes, async (each) => {
        const leak = await probe(walk, each);
        return leak === null ? null : `${each.coordinate}: ${leak.slice(0, 400)}`;
      });

      noProblems();
      expect(leaks.filter((each) => each !== null)).toEqual([]);
    },
    6 * minutes,
  );

  it(
    'is reached by no nested field of an object that is not yours either',
    async () => {
      const asked = probes.flatMap(({ coordinate, document, parent }) =>
        walk.roles.map((who) => ({ coordinate, document, parent, who })),
      );
      const found = await all(
        asked,
        async ({ coordinate, document, parent: { id, type }, who }) => {
          walk.covered.add(`${coordinate} ${who.role}`);
          const foreign = [id, ...walk.samples(type).map((each) => each.id)].find(
            (each) => !walk.rights.sees(who, each),
          );
          if (foreign === undefined) return null;
          const question = { document, variables: (given: string) => ({ id: given }) };
          const missing = missingLike(foreign);
          return asksInVain(walk, who, question, { id: foreign, missing, mustBeNotFound: true });
        },
      );

      expect(found.filter((each) => each !== null)).toEqual([]);
    },
    6 * minutes,
  );

  it('is not downloaded', async () => {
    const [document] = walk.samples('Document');
    if (document === undefined) throw new Error('a document is there');
    const owner = ownerOf(walk, document.id);
    const missing = missingLike(document.id);
    for (const who of [
      ...walk.roles.filter((each) => !walk.rights.sees(each, document.id)),
      null,
    ]) {
      const seen = await played.get(who, `/documents/${document.id}`);
      const none = await played.get(who, `/documents/${missing}`);

      expect(seen.status).toBe(who === null ? 401 : 404);
      expect(neutral(await seen.text(), document.id)).toBe(neutral(await none.text(), missing));
    }
    const own = await played.get(owner, `/documents/${document.id}`);
    expect(own.status).toBe(200);
    expect(canariesIn(await own.text()).size).toBeGreaterThan(0);
  });

  it(
    'does not show in a proof',
    async () => {
      const readers = walk.roles.map((who) => ({
        who,
        acts: walk.rights.acts
          .filter(({ id }) => walk.rights.sees(who, id))
          .filter((_, order) => order % 25 === 0),
      }));
      for (const { who, acts } of readers) {
        for (const { id } of acts) {
          const answer = await played.as(
            who,
            'query ($id: ID!) { answer: act(id: $id) { anchor { proof } } }',
            { id },
          );

          expect(answer.text).toContain('act');
          const told = walk.rights.told(who.party);
          expect([...canariesIn(answer.text)].filter((each) => !told.has(each))).toEqual([]);
        }
      }
    },
    2 * minutes,
  );

  it('is told to nobody who listens, and to those whom it concerns', async () => {
    const [consortium] = played.consortia;
    if (consortium === undefined) throw new Error('there is a consortium');
    const { members } = consortium;
    const heard = new Map<string, string[]>();
    const ends = await Promise.all(
      walk.roles.map((who) => {
        walk.covered.add(`Subscription.actChanged ${who.role}`);
        return listen(who, (id) => heard.set(who.role, [...(heard.get(who.role) ?? []), id]));
      }),
    );
    const told = await nextAct(members.bankA.clients[0]);
    await played.quiet();
    await new Promise((wake) => setTimeout(wake, 200));
    for (const end of ends) end();

    const listeners = [...heard].filter(([, ids]) => ids.includes(told)).map(([role]) => role);
    expect(listeners.sort()).toEqual(['A auditor', 'A bankA']);
  });

  it('was asked for in every field by everyone', () => {
    const fields = [
      ...[...cases.query, ...cases.mutation].map(({ field }) => field),
      ...listNames.map(fieldOf),
      ...uploadIds.map(([name]) => `Mutation.${name}`),
      ...probes.map(({ coordinate }) => coordinate),
      'Subscription.actChanged',
    ];
    const all = [...new Set(fields)].sort();
    const missing = all.flatMap((field) =>
      walk.roles
        .filter(({ role }) => !walk.covered.has(`${field} ${role}`))
        // Where nothing is left that is not theirs, they are owners themselves.
        .filter((who) =>
          [...cases.query, ...cases.mutation].some(
            (each) => each.field === field && each.who === who,
          ),
        )
        .map(({ role }) => `${field} ${role}`),
    );
    const combinations = all.length * walk.roles.length;
    const asStrangers = all.flatMap((field) =>
      walk.roles.filter(({ role }) => walk.covered.has(`${field} ${role}`)),
    ).length;
    console.log(
      `isolation: ${all.length} fields × ${walk.roles.length} roles, ${combinations - missing.length} of ${combinations} combinations covered (${asStrangers} on what is not theirs, ${combinations - missing.length - asStrangers} where all of it is theirs)`,
    );

    expect(missing).toEqual([]);
  });
});

describe('what is yours', () => {
  it(
    'is found by its id',
    async () => {
      const asked = [
        ...new Map(cases.query.map((each) => [`${each.field} ${each.id}`, each])).values(),
      ];
      const lost = await all(asked, async ({ field, question, id, object }) => {
        const owner = ownerOf(walk, object.id);
        const answer = await played.as(owner, question.document, question.variables(id));
        if (answer.codes.length === 0 && !isNothing(answer)) return null;
        // A filter by an organisation shows what there is, and of some there is nothing; so do empty books.
        const mayBeEmpty = field.endsWith('s') || object.type === 'Book';
        return mayBeEmpty && answer.codes.length === 0
          ? null
          : `${owner.role} ${field} ${id}: ${answer.text.slice(0, 300)}`;
      });

      expect(lost.filter((each) => each !== null)).toEqual([]);
    },
    2 * minutes,
  );
});

describe('a field that forgets whom it answers', () => {
  it(
    'is noticed, whichever it is',
    async () => {
      const caught: Record<Bug, string[]> = { unfiltered: [], 'as the owner': [] };
      const missed: string[] = [];
      await letEveryoneSee(played);
      try {
        for (const { coordinate, owner, notices } of await trials()) {
          let bug: Bug | null = null;
          for (const each of ['unfiltered', 'as the owner'] as const) {
            const mend = plant(played, walk.schema, coordinate, each, owner);
            try {
              if (bug === null && (await notices())) bug = each;
            } finally {
              mend();
            }
          }
          if (bug === null) missed.push(coordinate);
          else caught[bug].push(coordinate);
        }
      } finally {
        await forgetEveryone(played);
      }
      const sum = caught.unfiltered.length + caught['as the owner'].length;
      console.log(
        `seeded bugs: ${sum} of ${sum + missed.length} fields caught (${caught.unfiltered.length} without the filter, ${caught['as the owner'].length} more answering as the owner)`,
      );

      expect(missed).toEqual([]);
    },
    6 * minutes,
  );

  it(
    'is not noticed where there is none: the trials are quiet on the server as it is',
    async () => {
      const loud: string[] = [];
      for (const { coordinate, notices } of await trials()) {
        if (coordinate.startsWith('Mutation.')) continue;
        if (await notices()) loud.push(coordinate);
      }

      expect(loud).toEqual([]);
    },
    6 * minutes,
  );
});

describe('after all of it', () => {
  it(
    'the owner’s own mutations are answered, with a refusal where their time is over',
    async () => {
      for (const key of Object.keys(mutationIds)) {
        const [name = '', argument = ''] = key.split(' ');
        const base = await baseOf(played, walk.rights.acts, name, ({ person }) => person !== null);
        const who = played.principals.find(({ person }) => person === base?.person);
        const given = base?.input[ofMany(argument) ?? argument];
        if (base === null || who === undefined || given == null) continue;
        const { document, variables } = mutationQuestion(name, argument, base.input);
        const id = Array.isArray(given) ? String(given[0]) : String(given);
        const answer = await played.as(who, document, variables(id));

        expect(answer.codes, `${who.role} ${name}: ${answer.text.slice(0, 300)}`).toEqual([]);
      }
    },
    2 * minutes,
  );

  it(
    'the acts still give the rows',
    async () => {
      await played.quiet();
      const { database, foundation } = played.world;
      const report = await replayAudit({
        ...{ pool: database.pool, chain: foundation.chain, genesis: foundation.genesis },
        handlers: allHandlers(),
      });

      expect(report.differences).toEqual([]);
      expect(report.breaches).toEqual([]);
    },
    2 * minutes,
  );
});

/** The field that a list is. */
function fieldOf(list: string): string {
  return list === 'viewer.programmes' ? 'Viewer.programmes' : `Query.${list}`;
}

type Trial = {
  readonly coordinate: string;
  readonly owner: Principal;
  /** True when a check of the walk would have failed. */
  readonly notices: () => Promise<boolean>;
};

/** One check of the walk for each field, which must fail when the field has a bug. */
async function trials(): Promise<readonly Trial[]> {
  const { stranger } = played;
  const [first, second] = played.consortia;
  if (first === undefined || second === undefined) throw new Error('there are two consortia');
  const outsider = second.members.core.principals[0] ?? stranger;
  const byField = new Map<string, Case>();
  for (const each of [...cases.query, ...cases.mutation, ...(await contextCases(walk))]) {
    const isBest = each.who === stranger || each.who === outsider;
    const isList = listNames.some((name) => fieldOf(name) === each.field);
    if (each.mustBeNotFound && isBest && !isList && !byField.has(each.field)) {
      byField.set(each.field, each);
    }
  }
  // What one trial does as the owner is done; the one that throws away comes last.
  const ordered = [...byField].sort(([a], [b]) => Number(isDiscard(a)) - Number(isDiscard(b)));
  const asked = ordered.map(
    ([coordinate, { who, question, owner, ...target }]): Trial => ({
      ...{ coordinate, owner },
      notices: async () => (await asksInVain(walk, who, question, target)) !== null,
    }),
  );
  const listed = listNames.map((name): Trial => {
    const owner = first.members[name === 'limits' ? 'bankA' : 'supplier'].principals[0] ?? stranger;
    return {
      ...{ coordinate: fieldOf(name), owner },
      notices: async () => (await checkList(walk, name, stranger)) !== null,
    };
  });
  const nested = probes.map((each): Trial => {
    const { coordinate, owner } = each;
    return { coordinate, owner, notices: async () => (await probe(walk, each)) !== null };
  });
  const uploaded = uploadIds.map(([name, argument, type]): Trial => {
    const id = type === 'Programme' ? first.programme : first.members.supplier.account;
    const missing = missingLike(id);
    const by = second.members.supplier.principals[0] ?? outsider;
    const owner = first.members.supplier.principals[0] ?? stranger;
    return {
      ...{ coordinate: `Mutation.${name}`, owner },
      notices: async () => {
        const seen = await upload(by, name, { [argument]: id });
        const none = await upload(by, name, { [argument]: missing });
        return neutral(seen, id) !== neutral(none, missing);
      },
    };
  });
  const listened: Trial = {
    coordinate: 'Subscription.actChanged',
    owner: first.members.bankA.principals[0] ?? stranger,
    notices: async () => {
      const heard: string[] = [];
      const end = await listen(stranger, (id) => heard.push(id));
      const told = await nextAct(first.members.bankA.clients[0]);
      await played.quiet();
      await new Promise((wake) => setTimeout(wake, 200));
      end();
      return heard.includes(told);
    },
  };
  return [...listed, ...nested, ...uploaded, listened, ...asked];
}

const isDiscard = (coordinate: string) => coordinate === 'Mutation.discardDraft';

const uploadIds = [
  ['uploadInvoice', 'programme', 'Programme'],
  ['uploadStatement', 'account', 'Account'],
] as const;

/** An upload of a file that can be read, answered as it came. */
async function upload(
  who: Principal,
  name: string,
  input: Readonly<Record<string, string>>,
): Promise<string> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const parts =
    name === 'uploadInvoice' ? '... on Draft { id }' : '... on StatementPreview { account }';
  const key = name === 'uploadInvoice' ? { idempotencyKey: nextKey() } : {};
  const query = `mutation ($input: ${type}Input!) { answer: ${name}(input: $input) {
    __typename ${parts} ... on Refusal { code path message seen expected help } } }`;
  const form = new FormData();
  form.set(
    'operations',
    JSON.stringify({ query, variables: { input: { ...input, ...key, file: null } } }),
  );
  form.set('map', JSON.stringify({ 0: ['variables.input.file'] }));
  form.set('0', new File(['bookingDate,direction\n'], 'file.csv'));
  const headers = { 'apollo-require-preflight': '1' };
  const response = await played.get(who, '/graphql', { method: 'POST', body: form, headers });
  return response.text();
}

/** Tells of each act that is published to somebody; the returned function ends it. */
async function listen(who: Principal, tell: (id: string) => void): Promise<() => void> {
  const session = { key: who.login, personId: who.person, expiresMs: 2n ** 62n };
  const contextValue = await played.world.app.contextOf({
    ...{ session, address: '127.0.0.1', requestId: 'req_walk' },
    ...{ giveCookie: () => {}, takeCookie: () => {} },
  });
  const document = parse('subscription { actChanged { id kind } }');
  const stream = await subscribe({ schema: walk.schema, document, contextValue });
  if (!(Symbol.asyncIterator in stream)) throw new Error(JSON.stringify(stream.errors));
  void (async () => {
    for await (const { data } of stream) {
      const act = data?.actChanged as { readonly id: string } | null | undefined;
      if (act != null) tell(act.id);
    }
  })();
  // It ends with the next change; nobody waits for that.
  return () => void stream.return?.(undefined);
}

/** A bank wants another limit: an act that concerns the bank and the auditor. */
async function nextAct(bank: ActClient | undefined) {
  const [consortium] = played.consortia;
  if (bank === undefined || consortium === undefined) throw new Error('there is a bank');
  const { act } = await bank.act('proposeLimit', 'limit.propose', {
    ...{ dimension: 'BUYER', buyer: consortium.members.core.id, supplier: null, programme: null },
    ...{ sanctioned: { amount: '900000001.00', currency: 'CNY' }, validTo: '2099-12-31' },
    ...{ adhoc: { amount: '0.00', currency: 'CNY' }, adhocTo: null },
  });
  return act.id;
}

/** Mutations that are acts, by their answer. */
function printedKinds(schema: GraphQLSchema): readonly string[] {
  const fields = schema.getMutationType()?.getFields() ?? {};
  return Object.keys(fields).filter((name) =>
    isObjectType(schema.getType(`${name.charAt(0).toUpperCase()}${name.slice(1)}Success`)),
  );
}

async function inTurn<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}
