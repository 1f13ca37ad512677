/**
 * A small trade for tests of goods and money: a buyer, a supplier, a bank, two carriers and an
 * auditor in a programme that wants delivery before money, and one confirmed invoice. Real database,
 * real chain; everything was done by acts.
 */
import type { InputOf, KindName } from '../../chain/src/act/kinds.ts';
import {
  demoTerms,
  type SeededParty,
  type SeedMandate,
  type SeedPerson,
  seeder,
} from '../../prisma/seed.ts';
import { confirmationStatement } from '../../server/src/invoice/model.ts';
import { operatorId } from '../../server/src/party/model.ts';
import type { Actor } from '../../server/src/platform/acts.ts';
import { type TestWorld, testWorld } from './world.ts';

export type Person = Actor & { readonly person: string };

export type Trade = {
  readonly world: TestWorld;
  /** By login; the governor too. */
  readonly who: (login: string) => Person;
  readonly party: (name: string) => SeededParty;
  readonly account: (name: string) => string;
  readonly programme: string;
  /** 100,000.00 CNY, confirmed, due on 2026-05-31. */
  readonly invoice: string;
  /** Does an act and waits until it is final; throws when it is refused. Gives its subject. */
  act<N extends KindName>(actor: Actor, kind: N, input: InputOf<N>): Promise<string>;
  /** One value of one row, as text. */
  value(sql: string, id: string): Promise<string>;
  /** Waits for what the automation and the chain do on their own. */
  until(what: string, holds: () => Promise<boolean>): Promise<void>;
};

const plenty = [10n ** 9n, 'CNY'] as const;

export async function openTrade({
  requireDelivery = true,
  hasSecondBank = false,
} = {}): Promise<Trade> {
  const world = await testWorld('2026-03-02');
  const { party, programme } = seeder(world.app, world.sessions);
  const parties = new Map<string, SeededParty>();

  async function join(
    name: string,
    role: string,
    people: readonly [SeedPerson, ...SeedPerson[]],
    identifier: string | null,
  ): Promise<SeededParty> {
    const joined = await party({
      ...{ name, country: 'CN', scheme: 'USCC', number: name, numberMadeUp: true, roles: [role] },
      people,
      ...(identifier === null ? {} : { account: { scheme: 'IBAN', identifier } as const }),
    });
    parties.set(name, joined);
    return joined;
  }
  const person = (login: string, ...mandates: readonly SeedMandate[]): SeedPerson => ({
    ...{ name: login, role: login, login, mandates },
  });

  const aurora = await join(
    'Aurora',
    'CORE',
    [
      person('approver', ['invoice.confirm', plenty]),
      person('clerk', ['invoice.propose', plenty], ['statement.import']),
    ],
    'DE89370400440532013000',
  );
  const bolt = await join(
    'Bolt',
    'SUPPLIER',
    [
      person(
        'bolt',
        ...(['invoice.submit', 'certificate.hold', 'shipment.assign'] as const).map(
          (action): SeedMandate => [action],
        ),
        ['finance.request'],
        ['statement.import'],
      ),
    ],
    'NL91ABNA0417164300',
  );
  const bank = await join(
    'Bank A',
    'BANK',
    [
      person('boss', ['finance.approve', plenty], ['limit.set']),
      person(
        'analyst',
        ['limit.set'],
        ['quote.submit', plenty],
        ['finance.propose', plenty],
        ['statement.import'],
      ),
    ],
    'GB29NWBK60161331926819',
  );
  const second = hasSecondBank
    ? await join(
        'Bank B',
        'BANK',
        [
          person('boss B', ['finance.approve', plenty], ['limit.set']),
          person(
            'analyst B',
            ['limit.set'],
            ['quote.submit', plenty],
            ['finance.propose', plenty],
            ['statement.import'],
          ),
        ],
        'FR1420041010050500013M02606',
      )
    : null;
  const swift = await join('Swift', 'CARRIER', [person('driver', ['delivery.record'])], null);
  const rivals = await join(
    'Rivals',
    'CARRIER',
    [person('rival', ['delivery.record'], ['statement.import'])],
    null,
  );
  const plumb = await join('Plumb', 'AUDITOR', [person('auditor')], null);
  const id = await programme(aurora, { ...demoTerms('Test'), requireDelivery }, [
    ...(second === null ? [] : ([[second, 'BANK']] as const)),
    ...([
      [bolt, 'SUPPLIER'],
      [bank, 'BANK'],
      [swift, 'CARRIER'],
      [rivals, 'CARRIER'],
      [plumb, 'AUDITOR'],
    ] as const),
  ]);

  const trade: Omit<Trade, 'invoice'> = {
    ...{ world, programme: id },
    who(login) {
      if (login === 'governor') return { party: operatorId, person: world.governor };
      const found = [...parties.values()].map(({ people }) => people.get(login)).find(Boolean);
      if (found === undefined) throw new Error(`nobody signs in as ${login}`);
      return found;
    },
    party(name) {
      const found = parties.get(name);
      if (found === undefined) throw new Error(`no party ${name}`);
      return found;
    },
    account: (name) => trade.party(name).account ?? '',
    async act(actor, kind, input) {
      keys += 1;
      const outcome = await world.app.acts.perform({
        ...{ kind, input, actor, envelope: null },
        idempotencyKey: `trade:${keys}`,
      });
      if (outcome.kind === 'refusal')
        throw new Error(`${kind}: ${outcome.code} ${outcome.message} ${outcome.seen}`);
      await world.app.anchoring.settled(outcome.actHash, waitMs);
      return outcome.subject;
    },
    async value(sql, given) {
      const result = await world.database.pool.query<Record<string, unknown>>(sql, [given]);
      return String(Object.values(result.rows[0] ?? {})[0] ?? '');
    },
    async until(what, holds) {
      const end = Date.now() + waitMs;
      while (!(await holds())) {
        if (Date.now() > end) throw new Error(`not in time: ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
  };
  return { ...trade, invoice: await confirmedInvoice(trade, id) };
}

let keys = 0;
const waitMs = 20_000;

async function confirmedInvoice(
  { act, who, party, value }: Omit<Trade, 'invoice'>,
  programme: string,
): Promise<string> {
  const amounts = { sanctioned: plenty, adhoc: [0n, 'CNY'] } as const;
  const limit = await act(who('analyst'), 'limit.propose', {
    ...{ dimension: 'BUYER', buyer: party('Aurora').id, supplier: null, programme: null },
    ...{ ...amounts, adhocTo: null, validTo: '2027-01-01' },
  });
  await act(who('boss'), 'limit.approve', { proposal: limit, ...amounts });
  const invoice = await act(who('bolt'), 'invoice.submit', {
    ...{ programme, seller: party('Bolt').id, buyer: party('Aurora').id, document: 'doc_1' },
    ...{ documentDigest: new Uint8Array(32), format: 'UBL 2.1 Invoice', number: 'INV-1001' },
    ...{ typeCode: '380', issueDate: '2026-03-02', dueDate: '2026-05-31', orderReference: 'PO-1' },
    payable: [100_000_00n, 'CNY'],
  });
  const approved = [100_000_00n, 'CNY'] as const;
  const terms = { invoice, approved, dueDate: '2026-05-31', reason: null };
  await act(who('clerk'), 'invoice.propose', terms);
  const proposal = await value('SELECT "id" FROM proposal WHERE "invoice" = $1', invoice);
  const statement = confirmationStatement;
  await act(who('approver'), 'invoice.confirm', { ...terms, proposal, statement });
  return invoice;
}
