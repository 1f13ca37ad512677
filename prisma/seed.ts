/**
 * The demo world: who takes part, with which mandates, in which programmes. Everything is done by
 * acts, as it would be in earnest; seeding again what is there changes nothing, and a crash in
 * between is finished by the next start, because every act has its own idempotency key.
 */
import type { InputOf, KindName } from '../chain/src/act/kinds.ts';
import type { App } from '../server/src/app.ts';
import { governorId } from '../server/src/party/genesis.ts';
import { operatorId } from '../server/src/party/model.ts';
import type { Actor } from '../server/src/platform/acts.ts';
import type { Sessions } from '../server/src/platform/sessions.ts';

/** What a person may sign; an amount is a limit in minor units. */
export type SeedMandate = readonly [action: string, limit?: readonly [bigint, string]];
export type SeedPerson = {
  readonly name: string;
  readonly role: string;
  readonly login: string;
  readonly mandates: readonly SeedMandate[];
};
export type SeedParty = {
  readonly name: string;
  readonly country: string;
  readonly scheme: string;
  readonly number: string;
  readonly numberMadeUp?: boolean;
  readonly roles: readonly string[];
  /** The first is the administrator of the organisation. */
  readonly people: readonly [SeedPerson, ...SeedPerson[]];
  readonly account?: { readonly scheme: 'IBAN' | 'OTHER'; readonly identifier: string };
};
export type SeedProgramme = InputOf<'programme.open'>;

export type SeededParty = {
  readonly id: string;
  readonly name: string;
  readonly account: string | null;
  /** By login. */
  readonly people: ReadonlyMap<string, Actor & { readonly person: string }>;
};

/** The one password of the demo; production refuses to start with demo keys. */
export const demoPassword = 'tallystick';
const governor: Actor = { party: operatorId, person: governorId };
const validFrom = '2000-01-01';
const validTo = '2099-12-31';

export type Seeder = {
  party(seed: SeedParty): Promise<SeededParty>;
  programme(
    core: SeededParty,
    terms: SeedProgramme,
    members: readonly (readonly [SeededParty, string])[],
  ): Promise<string>;
  act<N extends KindName>(actor: Actor, kind: N, key: string, input: InputOf<N>): Promise<string>;
};

export function seeder(app: App, sessions: Sessions): Seeder {
  async function act<N extends KindName>(
    actor: Actor,
    kind: N,
    key: string,
    input: InputOf<N>,
  ): Promise<string> {
    const idempotencyKey = `seed:${key}`;
    const outcome = await app.acts.perform({ kind, input, actor, idempotencyKey, envelope: null });
    if (outcome.kind === 'done') return outcome.subject;
    throw new Error(`seed ${key}: ${outcome.code} ${outcome.message} ${outcome.seen}`);
  }

  /** A person with mandates and a custodial key; `by` signs for all of it. */
  async function appoint(by: Actor, party: { id: string; name: string }, seed: SeedPerson) {
    const { name, role, login } = seed;
    const person = await act(by, 'person.appoint', `person:${login}`, {
      employer: party.id,
      name,
      role,
    });
    for (const [action, limit] of seed.mandates) {
      await act(by, 'mandate.grant', `mandate:${login}:${action}:${limit?.[1] ?? ''}`, {
        ...{ holder: person, action, validFrom, validTo },
        limit: limit ?? null,
      });
    }
    await sessions.setLogin({ personId: person, login, password: demoPassword });
    if (!(await app.hasCustodialKey(person))) {
      const publicKey = await app.prepareCustodialKey(person);
      await act(
        by,
        'key.register',
        `key:${login}:${Buffer.from(publicKey).toString('hex').slice(0, 16)}`,
        {
          ...{ owner: party.id, ownerName: party.name, holder: person, holderName: name },
          ...{ publicKey, custody: 'custodial', label: 'held by the platform' },
        },
      );
    }
    return { party: party.id, person };
  }

  return {
    act,
    async party(seed) {
      const { name, country, scheme, number, roles } = seed;
      const id = await act(governor, 'party.register', `party:${scheme}:${number}`, {
        ...{ name, country, scheme, number, roles },
        numberMadeUp: seed.numberMadeUp ?? false,
        sponsor: null,
      });
      const [first, ...others] = seed.people;
      const admin = await appoint(
        governor,
        { id, name },
        {
          ...first,
          mandates: [['party.admin'], ...first.mandates],
        },
      );
      const people = new Map([[first.login, admin]]);
      for (const each of others) people.set(each.login, await appoint(admin, { id, name }, each));
      const account =
        seed.account === undefined
          ? null
          : await act(admin, 'account.open', `account:${seed.account.identifier}`, {
              ...{ owner: id, holderName: name, currency: null, servicer: null },
              ...seed.account,
            });
      return { id, name, account, people };
    },
    async programme(core, terms, members) {
      const [admin] = core.people.values();
      if (admin === undefined) throw new Error(`${core.name} has an administrator`);
      const programme = await act(admin, 'programme.open', `programme:${terms.name}`, terms);
      for (const [member, role] of members) {
        await act(admin, 'programme.admit', `member:${programme}:${member.id}:${role}`, {
          ...{ programme, role },
          member: member.id,
        });
      }
      return programme;
    },
  };
}

const million = 1_000_000_00n;
const upTo = (action: string, minor: bigint): readonly SeedMandate[] => [
  [action, [minor, 'CNY']],
  [action, [minor, 'EUR']],
];

const supplierMandates: readonly SeedMandate[] = [
  ['invoice.submit'],
  ['dispute.raise'],
  ['credit.issue'],
  ['certificate.hold'],
  ['shipment.assign'],
  ['finance.request'],
  ['statement.import'],
  ['statement.reconcile'],
];

function supplier(
  name: string,
  number: string,
  login: string,
  person: string,
  iban: string,
): SeedParty {
  return {
    ...{ name, number, country: 'CN', scheme: 'USCC', numberMadeUp: true, roles: ['SUPPLIER'] },
    people: [{ name: person, role: 'owner', login, mandates: supplierMandates }],
    account: { scheme: 'IBAN', identifier: iban },
  };
}

function bank(letter: string, analyst: string, approver: string, iban: string): SeedParty {
  const login = `bank-${letter.toLowerCase()}`;
  return {
    ...{
      name: `Bank ${letter}`,
      country: 'NL',
      scheme: 'LEI',
      number: `DEMO00BANK${letter}`,
      roles: ['BANK'],
    },
    numberMadeUp: true,
    people: [
      {
        ...{ name: approver, role: 'approver', login: `${login}-approver` },
        mandates: [
          ...upTo('finance.approve', 5n * million),
          ...upTo('payment.release', 5n * million),
          ...([['limit.set'], ['payment.instruct'], ['statement.reconcile']] as const),
        ],
      },
      {
        ...{ name: analyst, role: 'analyst', login: `${login}-analyst` },
        mandates: [
          ...upTo('quote.submit', 5n * million),
          ...upTo('finance.propose', 5n * million),
          ['limit.set'],
          ['statement.import'],
          ['payment.instruct'],
          ['statement.reconcile'],
        ],
      },
    ],
    account: { scheme: 'IBAN', identifier: iban },
  };
}

export type DemoWorld = {
  readonly programme: string;
  readonly logins: readonly {
    readonly login: string;
    readonly name: string;
    readonly what: string;
  }[];
};

/** Seeds the world that `npm start` shows. */
export async function seedDemoWorld(app: App, sessions: Sessions): Promise<DemoWorld> {
  const { party, programme, act } = seeder(app, sessions);
  await sessions.setLogin({ personId: governorId, login: 'governor', password: demoPassword });
  const core = (
    name: string,
    number: string,
    prefix: string,
    names: readonly [string, string, string],
  ): SeedParty => ({
    ...{ name, number, country: 'CN', scheme: 'USCC', numberMadeUp: true, roles: ['CORE'] },
    people: [
      {
        ...{ name: names[2], role: 'treasurer', login: `${prefix}treasurer` },
        mandates: [
          ...upTo('payment.release', 5n * million),
          ...([
            ['payment.instruct'],
            ['statement.import'],
            ['statement.reconcile'],
            ['shipment.assign'],
          ] as const),
        ],
      },
      {
        ...{ name: names[0], role: 'clerk', login: `${prefix}clerk` },
        mandates: [
          ...upTo('invoice.propose', million),
          ...([
            ['dispute.raise'],
            ['shipment.assign'],
            ['payment.instruct'],
            ['statement.reconcile'],
          ] as const),
        ],
      },
      {
        ...{ name: names[1], role: 'approver', login: `${prefix}approver` },
        mandates: upTo('invoice.confirm', million / 2n),
      },
    ],
    account: { scheme: 'OTHER', identifier: `${number}-1` },
  });
  const aurora = await party(
    core('Aurora Motors', 'DEMO00AURORA', '', ['Clara Chen', 'Adam Ahn', 'Tess Tang']),
  );
  const bolt = await party(
    supplier('Bolt & Co', 'DEMO00BOLT', 'bolt', 'Ben Bolt', 'NL91ABNA0417164300'),
  );
  const copper = await party(
    supplier('Copper Works', 'DEMO00COPPER', 'copper', 'Cora Koh', 'DE89370400440532013000'),
  );
  const dye = await party(
    supplier('Dye House', 'DEMO00DYE', 'dye', 'Dana Du', 'FR1420041010050500013M02606'),
  );
  const banks = [
    await party(bank('A', 'Ana Alvarez', 'Abe Adler', 'GB29NWBK60161331926819')),
    await party(bank('B', 'Bo Berg', 'Bea Brandt', 'SE4550000000058398257466')),
    await party(bank('C', 'Cy Cole', 'Cas Cruz', 'CH9300762011623852957')),
  ] as const;
  const carrier = await party({
    ...{
      name: 'Swift Haul',
      country: 'CN',
      scheme: 'USCC',
      number: 'DEMO00SWIFT',
      numberMadeUp: true,
    },
    roles: ['CARRIER'],
    people: [
      { name: 'Sam Swift', role: 'dispatcher', login: 'carrier', mandates: [['delivery.record']] },
    ],
  });
  const auditor = await party({
    ...{
      name: 'Plumb Audit',
      country: 'NL',
      scheme: 'KVK',
      number: 'DEMO00PLUMB',
      numberMadeUp: true,
    },
    roles: ['AUDITOR'],
    people: [{ name: 'Aud Lind', role: 'auditor', login: 'auditor', mandates: [] }],
  });
  await act(governor, 'calendar.publish', 'calendar:CN:2026', chineseHolidays2026);
  const zoned = {
    ...{ calendars: ['CN', 'TARGET'], timeZone: 'Asia/Shanghai', policyPacks: ['CN-77/1'] },
  };
  const main = await programme(aurora, { ...demoTerms('Aurora suppliers'), ...zoned }, [
    ...[bolt, copper, dye].map((each) => [each, 'SUPPLIER'] as const),
    ...banks.map((each) => [each, 'BANK'] as const),
    [carrier, 'CARRIER'],
    [auditor, 'AUDITOR'],
  ]);
  const zenith = await party(
    core('Zenith Foods', 'DEMO00ZENITH', 'zenith-', ['Zoe Zhu', 'Zed Zimm', 'Zia Zahn']),
  );
  const outsider = await party(
    supplier('Outland Farms', 'DEMO00OUTLAND', 'outsider', 'Otto Out', 'AT611904300234573201'),
  );
  await programme(zenith, demoTerms('Zenith growers'), [[outsider, 'SUPPLIER']]);
  for (const each of banks) {
    const [approver, analyst] = [...each.people.values()];
    if (approver === undefined || analyst === undefined) continue;
    for (const currency of ['CNY', 'EUR']) {
      const amounts = { sanctioned: [2n * million, currency], adhoc: [0n, currency] } as const;
      const proposal = await act(analyst, 'limit.propose', `limit:${each.id}:${currency}`, {
        ...{ dimension: 'BUYER', buyer: aurora.id, supplier: null, programme: null },
        ...{ ...amounts, adhocTo: null, validTo },
      });
      await act(approver, 'limit.approve', `limit-approved:${each.id}:${currency}`, {
        ...{ proposal, ...amounts },
      });
    }
  }
  return { programme: main, logins: demoLogins };
}

/** As the State Council of China decided them for 2026. */
const chineseHolidays2026: InputOf<'calendar.publish'> = {
  calendar: 'CN',
  year: 2026n,
  closed: [
    ...['2026-01-01', '2026-01-02', '2026-01-03', '2026-02-15', '2026-02-16', '2026-02-17'],
    ...['2026-02-18', '2026-02-19', '2026-02-20', '2026-02-21', '2026-02-22', '2026-02-23'],
    ...['2026-04-04', '2026-04-05', '2026-04-06', '2026-05-01', '2026-05-02', '2026-05-03'],
    ...['2026-05-04', '2026-05-05', '2026-06-19', '2026-06-20', '2026-06-21', '2026-09-25'],
    ...['2026-09-26', '2026-09-27', '2026-10-01', '2026-10-02', '2026-10-03', '2026-10-04'],
    ...['2026-10-05', '2026-10-06', '2026-10-07'],
  ],
  open: [...['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10']],
  source: 'State Council of China, notice on the public holidays of 2026',
};

export function demoTerms(name: string): SeedProgramme {
  return {
    name,
    technique: 'RECEIVABLES_DISCOUNTING',
    currency: null,
    minSplitMinor: 1_000_00n,
    minTenorDays: 15n,
    maxTenorDays: 365n,
    confirmDays: 5n,
    graceDays: 5n,
    dayCount: 'ACT_365F',
    businessDayRule: 'FOLLOWING',
    recourse: 'NONE',
    requireDelivery: false,
    maxDepth: null,
    calendars: ['WEEKDAYS'],
    timeZone: 'UTC',
    marketOpens: '00:00',
    marketCloses: '24:00',
    exDays: 0n,
    policyPacks: [],
    issueLimitMinor: null,
  };
}

const demoLogins: DemoWorld['logins'] = [
  { login: 'bolt', name: 'Ben Bolt, Bolt & Co', what: 'tier-1 supplier' },
  { login: 'copper', name: 'Cora Koh, Copper Works', what: 'tier-2 supplier' },
  { login: 'dye', name: 'Dana Du, Dye House', what: 'tier-3 supplier' },
  { login: 'clerk', name: 'Clara Chen, Aurora Motors', what: "core enterprise's clerk" },
  { login: 'approver', name: 'Adam Ahn, Aurora Motors', what: "core enterprise's approver" },
  { login: 'treasurer', name: 'Tess Tang, Aurora Motors', what: "core enterprise's treasurer" },
  { login: 'bank-a-analyst', name: 'Ana Alvarez, Bank A', what: 'analyst' },
  { login: 'bank-a-approver', name: 'Abe Adler, Bank A', what: 'approver' },
  { login: 'bank-b-analyst', name: 'Bo Berg, Bank B', what: 'analyst' },
  { login: 'bank-b-approver', name: 'Bea Brandt, Bank B', what: 'approver' },
  { login: 'bank-c-analyst', name: 'Cy Cole, Bank C', what: 'analyst' },
  { login: 'bank-c-approver', name: 'Cas Cruz, Bank C', what: 'approver' },
  { login: 'carrier', name: 'Sam Swift, Swift Haul', what: 'carrier' },
  { login: 'auditor', name: 'Aud Lind, Plumb Audit', what: 'auditor' },
  { login: 'governor', name: 'Gia Governor, the operator', what: 'network governor' },
  { login: 'outsider', name: 'Otto Out, Outland Farms', what: 'outsider in another programme' },
];
