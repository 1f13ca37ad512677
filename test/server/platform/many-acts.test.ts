/**
 * One signature, many promises: on a real database and a real chain, by GraphQL. Each promise is an
 * act of its own, with a proof of its own that stands without the others.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchOf, verifyActSignature } from '../../../chain/src/act/act.ts';
import { verifyCommand } from '../../../chain/src/cli/verify.ts';
import { encodeAnchor } from '../../../chain/src/log/anchor.ts';
import { parsePack } from '../../../chain/src/log/pack.ts';
import {
  base64url,
  channelOf,
  fromBase64url,
  hex,
  keyIdOf,
  type Signer,
  verifyFile,
} from '../../../chain/src/verify.ts';
import { demoTerms, type SeededParty, seeder } from '../../../prisma/seed.ts';
import { allHandlers, secretsOf } from '../../../server/src/app.ts';
import { envelopesOf, type Contexts as Given } from '../../../server/src/demo/client.ts';
import { confirmationStatement, ublInvoiceFormat } from '../../../server/src/invoice/model.ts';
import { acts as pipeline } from '../../../server/src/platform/acts.ts';
import { groupCommit } from '../../../server/src/platform/group-commit.ts';
import { keyring } from '../../../server/src/platform/keyring.ts';
import { purposeKey } from '../../../server/src/platform/seal.ts';
import { signerFrom } from '../../support/proofs.ts';
import { type TestWorld, testMasterKey, testWorld } from '../../support/world.ts';

const today = '2026-03-05';
const due = '2026-06-30';

type Json = Readonly<Record<string, unknown>>;
type Answer = {
  readonly __typename: string;
  readonly code?: string;
  readonly act?: { readonly id: string; readonly anchor: { readonly status: string } };
  readonly invoice?: { readonly id: string; readonly state: string };
};
type Answers = {
  readonly results: readonly Answer[];
  readonly done: number;
  readonly refused: number;
};

let world: TestWorld;
let bolt: SeededParty;
let aurora: SeededParty;
let stranger: SeededParty;
let programme = '';
let clerk = '';
let approver = '';
let count = 0;

beforeAll(async () => {
  world = await testWorld(today);
  const seed = seeder(world.app, world.sessions);
  const person = (login: string, mandates: readonly string[]) => ({
    ...{ name: login, role: login, login, mandates: mandates.map((action) => [action] as const) },
  });
  const organisation = { country: 'CN', scheme: 'USCC', numberMadeUp: true };
  aurora = await seed.party({
    ...{ ...organisation, name: 'Aurora Motors', number: 'DEMO00AURORA', roles: ['CORE'] },
    people: [
      person('admin', []),
      person('clerk', ['invoice.propose']),
      person('approver', ['invoice.confirm']),
    ],
  });
  bolt = await seed.party({
    ...{ ...organisation, name: 'Bolt & Co', number: 'DEMO00BOLT', roles: ['SUPPLIER'] },
    people: [person('bolt', ['invoice.submit'])],
  });
  stranger = await seed.party({
    ...{ ...organisation, name: 'Zenith Foods', number: 'DEMO00ZENITH', roles: ['CORE'] },
    people: [person('zed', ['invoice.confirm', 'invoice.propose'])],
  });
  programme = await seed.programme(aurora, demoTerms('Aurora suppliers'), [[bolt, 'SUPPLIER']]);
  clerk = personOf(aurora, 'clerk');
  approver = personOf(aurora, 'approver');
});
afterAll(() => world.stop());

describe('fifty promises under one signature', () => {
  let signer: Signer;
  let answers: Answers;
  let packs: readonly string[];

  beforeAll(async () => {
    signer = await enrolled(7);
    const items = await proposed(50);
    answers = await sendSigned(items, signer, { wait: true });
    packs = await Promise.all(answers.results.map((each) => packOf(each)));
  });

  it('are all made, and all final', () => {
    expect(answers).toMatchObject({ done: 50, refused: 0 });
    expect(new Set(answers.results.map(({ act }) => act?.anchor.status))).toEqual(
      new Set(['FINAL']),
    );
  });

  it('carry one signature between them, and each in its own place', () => {
    const signatures = packs.map((pack) => hex(parsePack(pack).act.signature.slice(-64)));

    expect(new Set(signatures).size).toBe(1);
    expect(new Set(packs.map((pack) => hex(parsePack(pack).act.signature))).size).toBe(50);
  });

  it('are each proven offline by their own file, in this process and by the command line', async () => {
    const anchor = await world.foundation.chain.anchor();
    const folder = mkdtempSync(path.join(tmpdir(), 'tallystick-packs-'));
    const files = packs.map((pack, order) => {
      // Each in a folder of its own: nothing but the file and the anchor is at hand.
      const home = path.join(folder, String(order));
      mkdirSync(home);
      writeFileSync(path.join(home, 'pack.json'), pack);
      return path.join(home, 'pack.json');
    });
    const anchorFile = path.join(folder, 'anchor.json');
    writeFileSync(anchorFile, encodeAnchor(anchor));

    const verdicts = packs.map((pack) => verifyFile(pack, anchor));
    const codes: number[] = [];
    const silent = { write: () => {} };
    for (const file of files)
      codes.push(await verifyCommand([file, '--anchor', anchorFile], silent));
    rmSync(folder, { recursive: true });

    const proven = verdicts.map((each) => [each.ok, each.proven?.fields.invoice]);
    expect(proven).toEqual(answers.results.map(({ invoice }) => [true, invoice?.id]));
    expect(verdicts.map(({ signedBy }) => signedBy?.custody)).toEqual(packs.map(() => 'program'));
    expect(codes).toEqual(packs.map(() => 0));
  });

  it('break alone: one digit changed in one of them leaves the other forty-nine proven', async () => {
    const anchor = await world.foundation.chain.anchor();
    const forged = packs.map((pack, order) =>
      order === 20
        ? pack.replace(/"amount":"(\d)/, (_, digit) => `"amount":"${9 - Number(digit)}`)
        : pack,
    );

    const verdicts = forged.map((pack) => verifyFile(pack, anchor).ok);

    expect(forged[20]).not.toBe(packs[20]);
    expect(verdicts.flatMap((ok, order) => (ok ? [] : [order]))).toEqual([20]);
  });

  it('are not proven with the signature value of a neighbour', async () => {
    const [one, two] = packs.map((pack) => parsePack(pack).act);
    if (one === undefined || two === undefined) throw new Error('there are fifty');
    const { chainId } = world.foundation.chain;
    const [first, second] = answers.results.map(({ act }) => hashOf(act?.id ?? ''));

    expect(verifyActSignature(signer.publicKey, chainId, first ?? chainId, one.signature)).toBe(
      true,
    );
    expect(verifyActSignature(signer.publicKey, chainId, second ?? chainId, one.signature)).toBe(
      false,
    );
  });
});

describe('when one of them cannot be', () => {
  it('says so before anything is signed', async () => {
    const [good, bad] = await proposed(2);
    if (good === undefined || bad === undefined) throw new Error('there are two');
    await returned(bad);

    const contexts = await contextsOf([good, bad], await enrolled(8));

    expect(contexts.results.map(({ refusal, isDone }) => [refusal?.code, isDone])).toEqual([
      [undefined, false],
      ['PROPOSAL_NOT_OPEN', false],
    ]);
  });

  it('stops there, tries none behind it, and goes on with a new signature', async () => {
    const signer = await enrolled(9);
    const items = await proposed(10);
    const signed = await signedBy(items, signer);
    // Between signing and sending the clerk's seventh proposal is sent back.
    await returned(items[6] ?? {});

    const first = await send(signed);
    const again = await sendSigned(
      items.filter((_, order) => order !== 6),
      signer,
    );

    expect(codes(first)).toEqual([
      ...Array.from({ length: 6 }, () => 'done'),
      ...['STALE_VERSION', 'NOT_TRIED', 'NOT_TRIED', 'NOT_TRIED'],
    ]);
    expect(codes(again)).toEqual(Array.from({ length: 3 }, () => 'done'));
  });

  it('refuses the place of another act in the batch', async () => {
    const signer = await enrolled(10);
    const [one, two, three] = await signedBy(await proposed(3), signer);
    const swapped = { ...one, envelope: { ...(one?.envelope as Json), ...signatureOf(two) } };

    const answers = await send([swapped, two ?? {}, three ?? {}]);

    expect(codes(answers)).toEqual(['SIGNATURE_INVALID', 'NOT_TRIED', 'NOT_TRIED']);
    expect(codes(await send([one ?? {}, two ?? {}, three ?? {}]))).toEqual([
      'done',
      'done',
      'done',
    ]);
  });

  it('refuses a signature over a batch by another key', async () => {
    const items = await proposed(2);
    const signed = await signedBy(items, await enrolled(11));
    const hashes = [new Uint8Array(32), new Uint8Array(32).fill(1)];
    const { chainId } = world.foundation.chain;
    const batch = batchOf(chainId, hashes);
    const [value] = batch.place(await (await signerFrom(12)).sign(batch.message));
    const signature = base64url(value ?? chainId);

    const answers = await send(
      signed.map((each) => ({ ...each, envelope: { ...(each.envelope as Json), signature } })),
    );

    expect(codes(answers)).toEqual(['SIGNATURE_INVALID', 'NOT_TRIED']);
  });
});

describe('asked for again', () => {
  it('gives the same answers and makes nothing twice', async () => {
    const signed = await signedBy(await proposed(3), await enrolled(13));

    const first = await send(signed, true);
    const again = await send(signed, true);

    // By the second time the certificates may be there; the acts are the same.
    expect(again.results.map(({ act }) => act)).toEqual(first.results.map(({ act }) => act));
    expect([codes(first), codes(again)]).toEqual([
      ['done', 'done', 'done'],
      ['done', 'done', 'done'],
    ]);
  });

  it('goes on where a crash between the third and the fourth left it', async () => {
    const signer = await enrolled(14);
    const items = await proposed(6);
    const signed = await signedBy(items, signer);
    await expect(crashingAfter(3, signed)).rejects.toThrow('the power went');

    const contexts = await contextsOf(items, signer);
    const again = await send(signed);

    expect(contexts.results.map(({ isDone }) => isDone)).toEqual([
      ...[true, true, true, false, false, false],
    ]);
    expect(codes(again)).toEqual(Array.from({ length: 6 }, () => 'done'));
    expect(new Set(again.results.map(({ act }) => act?.id)).size).toBe(6);
  });

  it('with another input under the same key, it is that act that is refused', async () => {
    const items = await proposed(2);
    await send(items);
    const [first, second] = items;

    const answers = await send([{ ...first, reason: 'Another reason.' }, second ?? {}]);

    expect(codes(answers)).toEqual(['IDEMPOTENCY_CONFLICT', 'done']);
  });
});

describe('with the key that the platform keeps', () => {
  it('leaves out what cannot be, and signs the rest once', async () => {
    const items = await proposed(5);
    await returned(items[1] ?? {});

    const answers = await send(items, true);

    expect(codes(answers)).toEqual(['done', 'PROPOSAL_NOT_OPEN', 'done', 'done', 'done']);
    const packs = await Promise.all(
      answers.results.filter(({ act }) => act !== undefined).map((each) => packOf(each)),
    );
    const signatures = packs.map((pack) => parsePack(pack).act.signature);
    const anchor = await world.foundation.chain.anchor();
    expect(new Set(signatures.map((each) => hex(each.slice(-64)))).size).toBe(1);
    expect(signatures.every(({ length }) => length > 64)).toBe(true);
    expect(packs.map((pack) => verifyFile(pack, anchor).signedBy?.custody)).toEqual([
      ...['custodial', 'custodial', 'custodial', 'custodial'],
    ]);
  });

  it('signs one alone as one act is signed', async () => {
    const answers = await send(await proposed(1), true);

    const [only] = answers.results;
    if (only === undefined) throw new Error('there is one');
    expect(parsePack(await packOf(only)).act.signature).toHaveLength(64);
  });

  it('does two requests of one person at the same time, both whole', async () => {
    const items = await proposed(8);

    const both = await Promise.all([send(items.slice(0, 4)), send(items.slice(4))]);

    expect(both.flatMap((each) => codes(each))).toEqual(Array.from({ length: 8 }, () => 'done'));
  });
});

describe('a request of many acts', () => {
  it('tells a stranger of another’s invoice what it tells of none', async () => {
    const [item] = await proposed(1);
    const missing = { ...item, invoice: 'inv_aaaaaaaaaaaaaaaaaaaaaaaa' };
    const zed = personOf(stranger, 'zed');

    const seen = await send([item ?? {}], false, zed);
    const none = await send([missing], false, zed);

    expect(codes(seen)).toEqual(['NOT_FOUND']);
    expect(seen).toEqual(none);
  });

  it('is for one to a hundred, and signed by the caller or not at all', async () => {
    const [item] = await proposed(1);
    const [signed] = await signedBy([item ?? {}], await enrolled(15));
    const hundredOne = Array.from({ length: 101 }, () => item ?? {});

    const seen = [];
    for (const items of [[], hundredOne, [signed ?? {}, item ?? {}]])
      seen.push(
        (await world.raw(approver, confirmMany, { input: { items } })).errors?.[0]?.message,
      );

    expect(seen).toEqual([
      'A request is for 1 to 100 acts.',
      'A request is for 1 to 100 acts.',
      'Either all acts of a request are signed by you, or none is.',
    ]);
  });

  it('does nothing when one of its inputs has the wrong form', async () => {
    const [one, two] = await proposed(2);

    const answers = await send([
      one ?? {},
      { ...two, approved: { amount: '1.234', currency: 'CNY' } },
    ]);

    expect(codes(answers)).toEqual(['NOT_TRIED', 'BAD_INPUT']);
  });

  it('leaves nothing that the audit does not find again', async () => {
    expect((await world.audit()).differences).toEqual([]);
  });
});

const answerParts = `results { __typename ... on ConfirmInvoiceSuccess { act { id anchor { status } } invoice { id state } }
  ... on Refusal { code path seen } } done refused`;
const confirmMany = `mutation ($input: ConfirmInvoicesInput!) { answer: confirmInvoices(input: $input) { ${answerParts} } }`;
const proposeMany = `mutation ($input: ProposeConfirmationsInput!) { answer: proposeConfirmations(input: $input) {
  results { ... on ProposeConfirmationSuccess { invoice { id proposal { id } } } ... on Refusal { code message } } } }`;
const contextsDocument = `query ($input: ActContextsInput!) { answer: actContexts(input: $input) { ... on ActContexts {
  chainId channel keyId seq previousAct epoch timeMs party person businessDate
  results { isDone refs mandate fingerprint notes group refusal { code } } } } }`;

type Contexts = Omit<Given, 'results'> & {
  readonly results: readonly (Given['results'][number] & {
    readonly isDone: boolean;
    readonly refusal: { readonly code: string } | null;
  })[];
};

/** Confirmations of so many invoices that were submitted and proposed, ready to be sent. */
async function proposed(many: number): Promise<readonly Json[]> {
  const actor = { party: bolt.id, person: personOf(bolt, 'bolt') };
  const invoices: { readonly id: string; readonly approved: Json }[] = [];
  for (let order = 0; order < many; order++) {
    count += 1;
    const amount = `${1000 + count * 10}.00`;
    const outcome = await world.app.acts.perform({
      ...{ kind: 'invoice.submit', actor, idempotencyKey: `submit-${count}`, envelope: null },
      input: {
        ...{ programme, seller: bolt.id, buyer: aurora.id, document: `doc_${count}` },
        ...{ documentDigest: new Uint8Array(32), format: ublInvoiceFormat, typeCode: '380' },
        ...{ number: `B-${count}000`, issueDate: '2026-03-02', dueDate: null },
        ...{ payable: [BigInt(1000 + count * 10) * 100n, 'CNY'], orderReference: null },
      },
    });
    if (outcome.kind === 'refusal') throw new Error(outcome.code);
    invoices.push({ id: outcome.subject, approved: { amount, currency: 'CNY' } });
    if (order === many - 1) await world.app.anchoring.settled(outcome.actHash, 10_000);
  }
  const items = invoices.map(({ id, approved }) => ({
    ...{
      invoice: id,
      approved,
      dueDate: due,
      reason: null,
      idempotencyKey: `propose ${id}`.replace(' ', ':'),
    },
  }));
  const { results } = await world
    .ask<{
      answer: { results: readonly { invoice?: { proposal: { id: string } }; code?: string }[] };
    }>(clerk, proposeMany, { input: { items } })
    .then(({ answer }) => answer);
  return items.map((item, order): Json => {
    const result = results[order];
    if (result?.invoice === undefined) throw new Error(result?.code ?? 'not proposed');
    const { proposal } = result.invoice;
    return {
      ...{ ...item, proposal: proposal.id, statement: confirmationStatement },
      idempotencyKey: `confirm:${item.invoice}`,
    };
  });
}

/** A key of the approver's own program. */
async function enrolled(number: number): Promise<Signer> {
  const signer = await signerFrom(number);
  const outcome = await world.app.acts.perform({
    ...{ kind: 'key.register', idempotencyKey: `key-${number}`, envelope: null },
    actor: { party: aurora.id, person: approver },
    input: {
      ...{ owner: aurora.id, ownerName: aurora.name, holder: approver, holderName: 'approver' },
      ...{ publicKey: signer.publicKey, custody: 'program', label: `key ${number}` },
    },
  });
  if (outcome.kind === 'refusal') throw new Error(outcome.code);
  return signer;
}

async function contextsOf(items: readonly Json[], signer: Signer): Promise<Contexts> {
  const keyId = hex(keyIdOf(channelOf(world.foundation.chain.chainId, 'hub'), signer.publicKey));
  const acts = items.map(({ idempotencyKey, ...own }) => ({
    ...{ input: JSON.stringify(own), idempotencyKey },
  }));
  const input = { kind: 'invoice.confirm', keyId, acts };
  return (await world.ask<{ answer: Contexts }>(approver, contextsDocument, { input })).answer;
}

/** The items with their envelopes, all from one signature. */
async function signedBy(items: readonly Json[], signer: Signer): Promise<readonly Json[]> {
  const inputs = items.map(({ idempotencyKey: _, ...own }) => own);
  const contexts = await contextsOf(items, signer);
  const envelopes = await envelopesOf('invoice.confirm', inputs, contexts, signer);
  return items.map((item, order) => ({ ...item, envelope: envelopes[order] }));
}

/** Leaves out what was done or refused before, and signs and sends the rest. */
async function sendSigned(items: readonly Json[], signer: Signer, { wait = false } = {}) {
  const { results } = await contextsOf(items, signer);
  const open = items.filter((_, order) => results[order]?.isDone === false);
  return send(await signedBy(open, signer), wait);
}

async function send(items: readonly Json[], wait = false, person = approver): Promise<Answers> {
  const input = { items: items.map((item) => ({ ...item, wait })) };
  return (await world.ask<{ answer: Answers }>(person, confirmMany, { input })).answer;
}

/** The same pipeline on the same database, whose power goes after so many commits. */
async function crashingAfter(commits: number, items: readonly Json[]): Promise<unknown> {
  const { database, foundation } = world;
  const write = groupCommit(database.commits);
  let written = 0;
  const { performAll } = pipeline({
    ...{ lookUps: database.lookUps, handlers: allHandlers(), secrets: secretsOf(testMasterKey) },
    ...{ chainId: foundation.chain.chainId, automationKey: foundation.automationKey },
    channel: channelOf(foundation.chain.chainId, 'hub'),
    keyring: keyring(database.pool, purposeKey(testMasterKey, 'custody')),
    epoch: () => foundation.chain.status().epoch,
    nowMs: () => BigInt(Date.now()),
    committed: world.app.anchoring.offer,
    write: (statement) => {
      written += 1;
      return written > commits ? Promise.reject(new Error('the power went')) : write(statement);
    },
  });
  return performAll(
    items.map((item) => ({
      ...{ kind: 'invoice.confirm', actor: { party: aurora.id, person: approver } },
      idempotencyKey: String(item.idempotencyKey),
      input: inputOf(item),
      envelope: envelopeOf(item.envelope as Readonly<Record<string, string>>),
    })),
  );
}

function inputOf({ invoice, proposal, approved, dueDate, statement }: Json) {
  const { amount } = approved as { readonly amount: string };
  return {
    ...{ invoice: String(invoice), proposal: String(proposal), dueDate: String(dueDate) },
    ...{ approved: [BigInt(amount.replace('.', '')), 'CNY'] as const, reason: null },
    statement: String(statement),
  };
}

function envelopeOf(given: Readonly<Record<string, string>> & { readonly refs?: unknown }) {
  const bytes = (name: string) => fromBase64url(given[name] ?? '') ?? new Uint8Array();
  const previousAct = bytes('previousAct');
  return {
    ...{ keyId: given.keyId ?? '', mandate: given.mandate ?? null },
    ...{ seq: BigInt(given.seq ?? 0), epoch: BigInt(given.epoch ?? 0) },
    ...{ timeMs: BigInt(given.timeMs ?? 0), businessDate: given.businessDate ?? '' },
    ...{ seed: bytes('seed'), signature: bytes('signature') },
    previousAct: previousAct.length === 0 ? null : previousAct,
    refs: (given.refs as readonly string[]).map((ref) => fromBase64url(ref) ?? new Uint8Array()),
  };
}

/** The approver sends a proposal back, with the key that the platform keeps. */
async function returned({ invoice, proposal }: Json): Promise<void> {
  const outcome = await world.app.acts.perform({
    ...{ kind: 'invoice.return', idempotencyKey: `return:${proposal}`, envelope: null },
    actor: { party: aurora.id, person: approver },
    input: { invoice: String(invoice), proposal: String(proposal), reason: 'Look again.' },
  });
  if (outcome.kind === 'refusal') throw new Error(outcome.code);
}

async function packOf({ act }: Answer): Promise<string> {
  const { act: seen } = (await world.ask<{ act: { proof: string } }>(
    approver,
    `query ($id: ID!) { act(id: $id) { proof: anchor { proof } } }`,
    { id: act?.id },
  )) as never;
  return (seen as { proof: { proof: string } }).proof.proof;
}

function codes({ results }: Answers): readonly string[] {
  return results.map(({ code }) => code ?? 'done');
}

function signatureOf(item: Json | undefined) {
  const envelope = item?.envelope as { readonly signature: string } | undefined;
  return { signature: envelope?.signature };
}

function hashOf(actId: string): Uint8Array {
  return new Uint8Array(Buffer.from(actId.replace('act_', ''), 'hex'));
}

function personOf(party: SeededParty, login: string): string {
  const person = party.people.get(login)?.person;
  if (person === undefined) throw new Error(`${login} is there`);
  return person;
}
