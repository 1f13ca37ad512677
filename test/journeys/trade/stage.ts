/**
 * The stage of the trade's journeys: the demo world in this process, everybody signed in as a program, and
 * the few moves that nearly every journey begins with.
 *
 * All goes through GraphQL, as it would from anywhere; the business day moves when a journey moves it.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { demoPassword } from '../../../prisma/seed.ts';
import { readConfig } from '../../../server/src/config.ts';
import {
  type ActAnswer,
  type ActClient,
  type Json,
  Refused,
  signedInClient,
} from '../../../server/src/demo/client.ts';
import { demoSeed } from '../../../server/src/demo-world.ts';
import { openLog } from '../../../server/src/platform/log.ts';
import { startWorld } from '../../../server/src/world.ts';
import { payableOf, ublInvoice } from '../../support/ubl.ts';

export const firstDay = '2026-03-02';

const logins = [
  ...(['governor', 'bolt', 'copper', 'dye', 'clerk', 'approver', 'treasurer', 'carrier'] as const),
  ...(['bank-a-analyst', 'bank-a-approver', 'bank-b-analyst', 'bank-b-approver'] as const),
  ...(['bank-c-analyst', 'bank-c-approver', 'auditor', 'zenith-clerk', 'outsider'] as const),
] as const;
export type Login = (typeof logins)[number];

export type Player = ActClient & {
  readonly person: string;
  readonly party: string;
  readonly name: string;
  /** Its organisation's first account. */
  readonly account: string;
};

export type Money = { readonly amount: string; readonly currency: string };
export const cny = (amount: string): Money => ({ amount, currency: 'CNY' });

/** An invoice of Bolt & Co to Aurora Motors, unless said. */
export type Bill = {
  readonly number: string;
  /** Without the thirteen per cent of tax, in minor units. */
  readonly netMinor: bigint;
  readonly issued?: string;
  readonly due: string;
  readonly order?: string;
  readonly seller?: 'bolt' | 'copper';
};

export type Submitted = { readonly id: string; readonly number: string; readonly payable: Money };

export type Stage = Readonly<Record<Login, Player>> & {
  readonly url: string;
  readonly programme: string;
  readonly submit: (bill: Bill) => Promise<Submitted>;
  /** The clerk proposes and the approver confirms, the whole or a part with its reason. */
  readonly confirm: (invoice: Submitted, due: string, part?: Part) => Promise<void>;
  /** Submitted, confirmed and accepted: the certificate's id. */
  readonly promised: (bill: Bill) => Promise<string>;
  readonly moveTo: (day: string) => Promise<void>;
  readonly stop: () => Promise<void>;
};
export type Part = { readonly approved: Money; readonly reason: string };

/** The code of the refusal with which `work` ends; 'accepted' where it does not. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'accepted';
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
}

/** What a refusal says, code and words. */
export async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'accepted';
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
}

export async function openStage(): Promise<Stage> {
  const home = mkdtempSync(path.join(tmpdir(), 'tallystick-trade-'));
  const world = await startWorld({
    config: readConfig({ TALLYSTICK_HOME: home, PORT: '0' }),
    seed: demoSeed(firstDay),
    log: openLog({ level: 'silent', file: null }),
    webFolder: Promise.resolve(null),
    failed: console.error,
  });
  const { url } = world;
  const players = new Map<Login, Player>();
  let programme = '';
  for (const login of logins) {
    const client = await signedInClient(url, login, demoPassword);
    const { viewer } = await client.query<{ viewer: Viewer }>(
      '{ viewer { person { id } party { id name } accounts { id } programmes { id } } }',
    );
    if (login === 'bolt') programme = viewer.programmes[0]?.id ?? '';
    const { id: party, name } = viewer.party;
    const account = viewer.accounts[0]?.id ?? '';
    players.set(login, { ...client, person: viewer.person.id, party, name, account });
  }
  const cast = Object.fromEntries(players) as Record<Login, Player>;
  const { clerk, approver } = cast;

  const submit = async (bill: Bill): Promise<Submitted> => {
    const by = cast[bill.seller ?? 'bolt'];
    const { number, netMinor, due, issued = firstDay } = bill;
    const payable = cny(textOf(payableOf(netMinor)));
    const xml = ublInvoice({
      ...{ number, netMinor, issueDate: issued, dueDate: due, currency: 'CNY' },
      orderReference: bill.order ?? `PO-${number}`,
      seller: {
        name: by.name,
        country: 'CN',
        scheme: 'USCC',
        number: registrations[by.name] ?? '',
      },
      buyer: { name: clerk.name, country: 'CN', scheme: 'USCC', number: 'DEMO00AURORA' },
      item: 'bolts',
    });
    const { uploadInvoice: draft } = await by.upload<{ uploadInvoice: Draft }>(
      uploadDocument,
      { input: { file: null, programme, idempotencyKey: randomUUID() } },
      new File([xml], `${number}.xml`, { type: 'application/xml' }),
      'variables.input.file',
    );
    if (draft.code !== undefined) throw new Refused(draft.code, draft.message ?? '');
    const { invoice } = await by.act<{ invoice: { id: string } }>(
      'submitInvoice',
      'invoice.submit',
      {
        ...{ programme, seller: by.party, buyer: clerk.party, typeCode: '380' },
        ...{ number: draft.parsed.number },
        ...{ document: draft.document.id, documentDigest: draft.document.digest },
        ...{ format: draft.parsed.format, issueDate: issued, dueDate: due, payable },
        orderReference: bill.order ?? `PO-${number}`,
      },
      { select: 'invoice { id }', beside: { draft: draft.id } },
    );
    return { id: invoice.id, number, payable };
  };

  const confirm = async (invoice: Submitted, due: string, part?: Part): Promise<void> => {
    const terms = {
      ...{ invoice: invoice.id, dueDate: due, reason: part?.reason ?? null },
      approved: part?.approved ?? invoice.payable,
    };
    const proposed = await clerk.act<Proposed>('proposeConfirmation', 'invoice.propose', terms, {
      select: 'invoice { proposal { id } }',
    });
    const { confirmationStatement: statement } = await approver.query<{
      confirmationStatement: string;
    }>('{ confirmationStatement }');
    await approver.act('confirmInvoice', 'invoice.confirm', {
      ...{ ...terms, statement },
      proposal: proposed.invoice.proposal.id,
    });
  };

  return {
    ...cast,
    url,
    programme,
    submit,
    confirm,
    promised: async (bill) => {
      const by = cast[bill.seller ?? 'bolt'];
      const invoice = await submit(bill);
      await confirm(invoice, bill.due);
      const certificate = await until(async () => {
        const { invoice: seen } = await by.query<{
          invoice: { certificate: { id: string } | null };
        }>('query ($id: ID!) { invoice(id: $id) { certificate { id } } }', { id: invoice.id });
        return seen.certificate;
      });
      await by.act('acceptCertificate', 'certificate.accept', { certificate: certificate.id });
      return certificate.id;
    },
    moveTo: async (day) => {
      await cast.governor.act('setBusinessDate', 'clock.set', { date: day });
    },
    stop: async () => {
      await world.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Asks until there is an answer: what the automation owes comes by itself. */
export async function until<T>(ask: () => Promise<T | null>): Promise<T> {
  const end = performance.now() + waitMsMax;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (performance.now() > end) throw new Error('what the automation owes never came');
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
const waitMsMax = 20_000;
const pollMs = 40;

export function textOf(minor: bigint): string {
  return `${minor / 100n}.${String(minor % 100n).padStart(2, '0')}`;
}

/** One field of one object, as somebody sees it. */
export async function seenBy<T>(who: Player, type: string, id: string, fields: string): Promise<T> {
  const answer = await who.query<Readonly<Record<string, T>>>(
    `query ($id: ID!) { ${type}(id: $id) { ${fields} } }`,
    { id },
  );
  return answer[type] as T;
}

/** The proof pack of an act, once it is final. */
export async function packOf(who: Player, { act }: ActAnswer): Promise<string> {
  return until(async () => {
    const { act: seen } = await who.query<{ act: { anchor: { proof: string | null } } }>(
      'query ($id: ID!) { act(id: $id) { anchor { proof } } }',
      { id: act.id },
    );
    return seen.anchor.proof;
  });
}

type Viewer = {
  readonly person: { readonly id: string };
  readonly party: { readonly id: string; readonly name: string };
  readonly accounts: readonly { readonly id: string }[];
  readonly programmes: readonly { readonly id: string }[];
};
type Proposed = { readonly invoice: { readonly proposal: { readonly id: string } } };
type Draft = {
  readonly id: string;
  readonly document: { readonly id: string; readonly digest: string };
  readonly parsed: { readonly format: string; readonly number: string };
  readonly code?: string;
  readonly message?: string;
};

const registrations: Json & Record<string, string> = {
  'Bolt & Co': 'DEMO00BOLT',
  'Copper Works': 'DEMO00COPPER',
};

const uploadDocument = `mutation ($input: UploadInvoiceInput!) { uploadInvoice(input: $input) {
  ... on Draft { id document { id digest } parsed { format number } } ... on Refusal { code message } } }`;
