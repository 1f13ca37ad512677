/**
 * The disclosure matrix, held against real answers: each object of the story asked for by each kind
 * of party, and the few sentences that a supplier would want to be sure of.
 */
import type { GraphQLSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Principal } from '../../support/consortium.ts';
import { type PlayedWorld, playedWorld } from '../../support/played-world.ts';
import { type Level, matrix, type ReaderName, readers } from './matrix.ts';
import { missingLike } from './questions.ts';
import { type Rights, readRights } from './rights.ts';
import { selection } from './selection.ts';

let played: PlayedWorld;
let rights: Rights;
let schema: GraphQLSchema;
let who: Readonly<Record<ReaderName, Principal>>;
let ids: Readonly<Record<string, string>>;

beforeAll(async () => {
  played = await playedWorld(['A'], 2);
  rights = await readRights(played);
  schema = played.world.app.schema;
  who = readersOf(played);
  ids = await idsOf(played);
}, 400_000);
afterAll(() => played?.stop());

describe('the disclosure matrix', () => {
  it.each(Object.entries(matrix))('holds for: %s', async (name, { levels }) => {
    const id = ids[name];
    if (id === undefined) throw new Error(`there is no ${name}`);
    const seen = await Promise.all(readers.map((reader) => levelOf(who[reader], id)));

    expect(asRow(seen)).toEqual(asRow(levels.split(' ') as Level[]));
  });
});

describe('a bank that was not chosen', () => {
  it('sees its own quote with its own rank, and nothing of the others', async () => {
    const asked = await look(who.loser, ids['chosen request'] ?? '', 2);

    expect(asked.quotes).toMatchObject([
      { id: ids['losing quote'], rank: 2, state: 'LOST', bank: { id: who.loser.party } },
      { rank: null, state: 'WITHDRAWN', bank: { id: who.loser.party } },
    ]);
    expect(asked).toMatchObject({
      ...{ chosen: null, net: null, proposal: null, certificate: null, invoice: null },
      ...{ invited: null, quoteCount: null, state: 'CLOSED', legs: [], payTo: null },
    });
  });
});

describe('before the window closes', () => {
  it('nobody but its bank sees a quote, neither the holder nor the auditor', async () => {
    for (const reader of ['supplier', 'auditor'] as const) {
      const asked = await look(who[reader], ids['sealed request'] ?? '', 2);

      expect(asked).toMatchObject({ state: 'OPEN', quotes: [], quoteCount: 2, chosen: null });
    }
    const bank = await look(who.winner, ids['sealed request'] ?? '', 2);
    expect(bank.quotes).toMatchObject([{ id: ids['sealed quote of the winner'], rank: null }]);
    expect(bank).toMatchObject({ quoteCount: null, invited: null });
  });
});

describe('a supplier of the second tier', () => {
  it('sees its own hop and what was promised, and neither the invoice nor who finances the rest', async () => {
    const own = await look(who.tier2, ids['second hop'] ?? '', 2);
    const promised = await look(who.tier2, ids['second hop'] ?? '', 1);

    expect(own).toMatchObject({ invoice: null, request: null, children: [] });
    expect(promised).toMatchObject({
      promised: { currency: 'CNY' },
      issuer: { id: who.buyer.party },
    });
    expect(JSON.stringify(own)).not.toContain(ids['third hop'] ?? 'none');
  });

  it('and its own supplier do not see where the part went next', async () => {
    const passed = await look(who.supplier, ids['passed certificate'] ?? '', 2);

    expect(passed).toMatchObject({ state: 'TRANSFERRED', children: [] });
    expect(JSON.stringify(passed)).not.toContain(who.tier3.party);
  });
});

describe('the carrier', () => {
  it('sees goods and never money', async () => {
    const mine = [...rights.objects.values()].filter(({ readers: given }) =>
      given.has(who.carrier.party),
    );
    const traded = mine.filter(({ type }) => !['Key', 'Document', 'Mandate'].includes(type));
    expect(traded.map(({ type }) => type)).toContain('DeliveryEvent');
    for (const { id, type } of traded) {
      const text = JSON.stringify(await look(who.carrier, id, 2));

      expect(text, `${type} ${id}`).not.toContain('"amount"');
      expect(text, `${type} ${id}`).not.toMatch(/CNY/);
    }
  });
});

describe('a summary of an invoice', () => {
  it('shows who, when and how much, and none of the words or the file', async () => {
    const { pool } = played.world.database;
    const { stranger } = played;
    const id = ids.invoice ?? '';
    const parties = [who.supplier.party, who.buyer.party];
    const objects = [[id, 'Invoice', 'S'], ...parties.map((party) => [party, 'Party', 'F'])];
    const programme = played.consortia[0]?.programme ?? '';
    for (const [object, type, level] of [...objects, [programme, 'Programme', 'F']]) {
      await pool.query('INSERT INTO access VALUES ($1, $2, $3, $4, $5, 1)', [
        ...[`${stranger.party}:${object}`, stranger.party, object, type, level],
      ]);
    }
    const summary = await look(stranger, id, 1);
    const whole = await look(who.supplier, id, 1);
    await pool.query('DELETE FROM access WHERE "reader" = $1 AND "sinceMs" = 1', [stranger.party]);

    const hidden = ['approvedReason', 'orderReference', 'question', 'answer', 'document', 'parsed'];
    for (const field of hidden) {
      expect(summary[field], field).toBeNull();
      expect(whole[field], field).not.toBeNull();
    }
    expect(summary).toMatchObject({ number: whole.number, payable: whole.payable });
  });
});

/** What somebody is shown of an object, so deep. */
async function look(by: Principal, id: string, depth: number) {
  const type = rights.objects.get(id)?.type ?? '';
  const parts = selection(schema, type, depth);
  const document = `query ($id: ID!) { answer: node(id: $id) { ... on ${type} { ${parts} } } }`;
  const answer = await played.as(by, document, { id });
  expect(answer.codes.filter((code) => code !== 'NOT_FOUND')).toEqual([]);
  const shown = answer.data?.answer as Readonly<Record<string, unknown>> | null;
  if (shown === null || shown === undefined)
    throw new Error(`${by.role} sees ${type} ${id}: ${answer.text}`);
  return shown;
}

/** Whole, summary or nothing, by the answer itself; which of the two it is says the row in access. */
async function levelOf(by: Principal, id: string): Promise<Level> {
  const document = 'query ($id: ID!) { answer: node(id: $id) { id } }';
  const [seen, none] = await Promise.all(
    [id, missingLike(id)].map((each) => played.as(by, document, { id: each })),
  );
  expect(none?.data).toEqual({ answer: null });
  if (seen?.data?.answer === null) return '-';
  expect(seen?.data).toEqual({ answer: { id } });
  return rights.objects.get(id)?.readers.get(by.party) ?? 'F';
}

function asRow(levels: readonly Level[]) {
  return Object.fromEntries(readers.map((reader, order) => [reader, levels[order]]));
}

function readersOf({
  consortia: [first],
  stranger,
}: PlayedWorld): Readonly<Record<ReaderName, Principal>> {
  if (first === undefined) throw new Error('there is a consortium');
  const one = (name: keyof typeof first.members): Principal => {
    const [principal] = first.members[name].principals;
    if (principal === undefined) throw new Error(`${name} has people`);
    return principal;
  };
  return {
    ...{ supplier: one('supplier'), buyer: one('core'), winner: one('bankA'), loser: one('bankB') },
    ...{ uninvited: one('bankC'), tier2: one('tier2'), tier3: one('tier3') },
    ...{ carrier: one('carrier'), otherCarrier: one('carrier2'), auditor: one('auditor') },
    outsider: stranger,
  };
}

/** The objects of the matrix, found in the tables. */
async function idsOf({
  world,
  consortia: [first],
}: PlayedWorld): Promise<Readonly<Record<string, string>>> {
  if (first === undefined) throw new Error('there is a consortium');
  const { objects, members, programme } = first;
  const one = async (text: string, ...values: readonly string[]): Promise<string> => {
    const { rows } = await world.database.pool.query<{ id: string }>(text, [...values]);
    const [row] = rows;
    if (row === undefined) throw new Error(`nothing is found by ${text}`);
    return row.id;
  };
  const act = (kind: string, subject: string) =>
    one(
      `SELECT 'act_' || encode("hash", 'hex') AS id FROM act WHERE "kind" = $1 AND "subject" = $2 ORDER BY "position" DESC`,
      kind,
      subject,
    );
  const leg = (kind: string, payee: string) =>
    one(
      'SELECT "id" FROM leg WHERE "kind" = $1 AND "payee" = $2 AND "programme" = $3',
      kind,
      payee,
      programme,
    );
  const need = (name: string): string => {
    const id = objects[name];
    if (id === undefined) throw new Error(`there is no object ${name}`);
    return id;
  };
  return {
    invoice: need('invoice'),
    'invoice file': await one(
      'SELECT "document" AS id FROM invoice WHERE "id" = $1',
      need('invoice'),
    ),
    'invoice not financed': need('proposed'),
    'open proposal': need('openProposal'),
    'confirmation act': await act('invoice.confirm', need('invoice')),
    shipment: need('shipment'),
    'delivery event': await one(
      'SELECT "id" FROM delivery_event WHERE "shipment" = $1',
      need('shipment'),
    ),
    'root certificate': need('root'),
    'financed certificate': need('reserved'),
    'sealed certificate': need('sealed'),
    'passed certificate': need('passed'),
    'second hop': need('passedOnce'),
    'third hop': need('passedTwice'),
    'first offer': await one('SELECT "id" FROM transfer WHERE "certificate" = $1', need('passed')),
    'second offer': need('secondOffer'),
    'chosen request': need('reservedRequest'),
    'sealed request': need('sealedRequest'),
    'winning quote': need('winningQuote'),
    'losing quote': need('losingQuote'),
    'sealed quote of the winner': need('sealedQuoteA'),
    'sealed quote of the loser': need('sealedQuoteB'),
    'act of a sealed quote': await act('quote.submit', need('sealedQuoteA')),
    'act of the choice': await act('quote.choose', need('reservedRequest')),
    'funding proposal': need('fundingProposal'),
    'limit of the winner': await one(
      'SELECT "id" FROM credit_limit WHERE "bank" = $1',
      members.bankA.id,
    ),
    'account of the supplier': members.supplier.account,
    'account of the winner': members.bankA.account,
    'account of tier 2': members.tier2.account,
    'account of the buyer': members.core.account,
    'funding leg': await leg('FUNDING', members.supplier.id),
    'repayment to the bank': await leg('REPAYMENT', members.bankA.id),
    'repayment to tier 2': await leg('REPAYMENT', members.tier2.id),
    claim: need('claim'),
    statement: await one('SELECT "id" FROM statement WHERE "owner" = $1', members.supplier.id),
    'unmatched line': await one(
      `SELECT "id" FROM statement_line WHERE "owner" = $1 AND "state" = 'PARKED'`,
      members.supplier.id,
    ),
    draft: need('draft'),
  };
}
