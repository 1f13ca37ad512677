/**
 * Many clients race for the same certificates on a real server, over HTTP.
 *
 *   start ▶ a promise for each of three suppliers ▶ races of all their clients at once ▶ nothing owed ▶ audit
 *
 * Half of the clients sign with keys of their own, the platform signs for the others. In each race
 * exactly one wins; each second, from outside of the server, every promise is looked at: its parts sum
 * to it, nothing is locked twice, no limit is exceeded, nothing is paid twice. At the end the
 * audit is clean.
 */
import { randomInt } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { actClient, signedInClient } from '../../../server/src/demo/client.ts';
import { addDays } from '../../../server/src/kernel/time.ts';
import { removePostgres, stopLeftOver } from '../../../server/src/platform/postgres.ts';
import { consumedStates } from '../../../server/src/receivable/model.ts';
import { type Random, seeded } from '../../support/random.ts';
import { drained, withRows } from '../crash/evidence.ts';
import { gate, witness } from '../crash/patient.ts';
import {
  businessDay,
  type Cast,
  castOf,
  type Login,
  type Person,
  password,
} from '../crash/people.ts';
import { accepted, currency, promised, type Tale } from '../crash/promise.ts';
import { audit, type Place, quietPort, type Server, startServer } from '../crash/server.ts';
import { newTally, type Racer, racer, type Tally } from './heat.ts';
import { type Bank, type Held, type Holder, lapsOf } from './track.ts';

export type RaceOptions = {
  readonly seed: number;
  readonly clients: number;
  readonly seconds: number;
  readonly say?: (line: string) => void;
};

export type RaceReport = {
  readonly seed: number;
  readonly clients: number;
  readonly seconds: number;
  readonly heats: number;
  /** How often each kind of act was asked for in a race, won, and how the others lost. */
  readonly asked: Readonly<Record<string, number>>;
  readonly won: Readonly<Record<string, number>>;
  readonly lost: Readonly<Record<string, number>>;
  /** Looks at every promise while the races were on. */
  readonly looks: number;
  /** The last line of the audit. */
  readonly audit: string;
  /** Empty when every promise was kept. */
  readonly broken: readonly string[];
  /** What is left of the world when one was not. */
  readonly home: string;
};

const suppliers = ['bolt', 'copper', 'dye'] as const;
const banks = ['bank-a', 'bank-b'] as const;
/** Of each bank so many analysts and so many approvers. */
const bankPeople = 2;
const bankClients = banks.length * bankPeople * 2;
export const clientsMin = bankClients + suppliers.length * 2;
/** Of each promise, in minor units; enough for many parts. */
const face = 400_000_00n;
const termDays = 60;
const lookMs = 1_000;
const drainMsMax = 60_000;

/** Runs races for `seconds`; throws only where the world could not be started. */
export async function runRaces(options: RaceOptions): Promise<RaceReport> {
  const { clients, seconds, seed, say = () => {} } = options;
  if (clients < clientsMin) throw new RangeError(`clients: ${clients}, at least ${clientsMin}`);
  const place = await newPlace();
  const server = startServer(place);
  if (!(await server.ready)) throw new Error(`the start failed: ${server.said()}`);
  const tally = newTally();
  let looks = 0;
  const track = await trackOf(server.url, { clients, random: seeded(seed), tally });
  say(`${clients} clients race for ${seconds} s`);
  const endMs = performance.now() + seconds * 1_000;
  const isOver = () => performance.now() > endMs || tally.broken.length > 0;
  const races = Promise.all(track.holders.map((each) => lapsOf(each, { ...track, isOver }))).catch(
    (error: unknown) => tally.broken.push(`the races: ${String(error)}`),
  );
  while (!isOver()) {
    await sleep(Math.min(lookMs, Math.max(0, endMs - performance.now())));
    tally.broken.push(...(await withRows(place.home, wrongRows)));
    looks += 1;
    say(`${tally.heats} races, ${looks} looks`);
  }
  await races;
  const end = await lastLook(server, place, tally);
  if (tally.broken.length === 0) forget(place);
  return {
    ...{ seed, clients, seconds, heats: tally.heats, looks, ...end },
    asked: counts(tally.asked),
    won: counts(tally.won),
    lost: counts(tally.lost),
    broken: tally.broken.slice(0, 20),
    home: place.home,
  };
}

async function newPlace(): Promise<Place> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tallystick-race-'));
  const home = path.join(folder, 'home');
  mkdirSync(home);
  const port = await quietPort(20_000 + randomInt(10_000));
  return { home, port, cache: path.join(folder, 'compiled') };
}

// Who races.

async function trackOf(
  url: string,
  { clients, random, tally }: { clients: number; random: Random; tally: Tally },
) {
  const door = gate();
  door.open();
  const watch = witness();
  const cast = await castOf(url, watch, door);
  const each = Math.floor((clients - bankClients) / suppliers.length);
  const holders: Holder[] = [];
  for (const login of suppliers) holders.push(await holderOf(url, login, cast[login], each));
  const invited: Bank[] = [];
  for (const bank of banks) invited.push(await bankOf(url, bank, cast));
  const dueDate = addDays(await businessDay(cast.clerk), termDays);
  const plant = planter(cast, dueDate);
  const first = await Promise.all(holders.map(plant));
  for (const [order, holder] of holders.entries())
    holder.live.push(...first.slice(order, order + 1));
  return { holders, banks: invited, dueDate, tally, random, plant };
}

/** `count` clients of one person; every second one signs with a key of its own. */
async function racersOf(
  url: string,
  login: Login,
  { party, name: partyName, account }: Person,
  count: number,
): Promise<readonly Racer[]> {
  const { token } = await sessionOf(url, login);
  const racers: Racer[] = [];
  for (let order = 0; order < count; order += 1) {
    const client = actClient(url, token);
    if (order % 2 === 1) await client.enrol(`race ${order}`);
    racers.push(racer(client, { name: `${login} ${order}`, party, partyName, account }));
  }
  return racers;
}

async function sessionOf(url: string, login: Login): Promise<{ readonly token: string }> {
  const { signIn } = await actClient(url, null).query<{ signIn: { token: string } }>(
    `mutation ($login: String!, $password: String!) {
      signIn(login: $login, password: $password) { ... on Session { token } } }`,
    { login, password },
  );
  return signIn;
}

async function holderOf(
  url: string,
  login: (typeof suppliers)[number],
  person: Person,
  count: number,
): Promise<Holder> {
  const { party, name, account } = person;
  return { name, party, account, clients: await racersOf(url, login, person, count), live: [] };
}

/** A bank with room for everything that comes. */
async function bankOf(url: string, name: (typeof banks)[number], cast: Cast): Promise<Bank> {
  const [analyst, approver] = [cast[`${name}-analyst`], cast[`${name}-approver`]];
  const amounts = {
    sanctioned: { amount: '1000000000.00', currency },
    adhoc: { amount: '0.00', currency },
  };
  const person = (role: string) => signedInClient(url, `${name}-${role}`, password);
  const { proposal } = await (await person('analyst')).act<{ proposal: { id: string } }>(
    'proposeLimit',
    'limit.propose',
    {
      ...{ dimension: 'BUYER', buyer: cast.clerk.party, supplier: null, programme: null },
      ...{ ...amounts, adhocTo: null, validTo: '2099-12-31' },
    },
    { select: 'proposal { id }' },
  );
  const limit = await (await person('approver')).act('approveLimit', 'limit.approve', {
    ...{ proposal: proposal.id, ...amounts },
  });
  if (limit.act.anchor.status !== 'FINAL') throw new Error(`the limit of ${name} is not final`);
  return {
    party: analyst.party,
    analysts: await racersOf(url, `${name}-analyst`, analyst, bankPeople),
    approvers: await racersOf(url, `${name}-approver`, approver, bankPeople),
  };
}

/** Makes promises, each one an invoice of its own. */
function planter(cast: Cast, dueDate: string): (holder: Holder) => Promise<Held> {
  let count = 0;
  return async ({ party }) => {
    count += 1;
    const seller = suppliers.map((login) => cast[login]).find((each) => each.party === party);
    if (seller === undefined) throw new Error(`${party} is no supplier`);
    const tale = taleOf(`race-${count}`, cast);
    const today = await businessDay(cast.clerk);
    const invoice = await promised(tale, seller, { today, dueDate, face });
    return { id: await accepted(tale, seller, invoice), minor: face };
  };
}

function taleOf(name: string, cast: Cast): Tale {
  let order = 0;
  return {
    ...{ name, cast },
    do(who, mutation, kind, input, more = {}) {
      order += 1;
      return who.act(mutation, kind, input, {
        ...{ key: `${name}:${order}:${mutation}`, wait: true, ...more },
      });
    },
  };
}

// What is looked at.

/** In one statement, so in one moment: what no promise may show, whatever is under way. */
async function wrongRows(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ problem: string }>(
    `SELECT concat('the parts of ', root."id", ' sum to ', sum(part."faceMinor"), ' of ', root."faceMinor") AS problem
       FROM certificate root JOIN certificate part ON part."root" = root."id" AND part."state" <> ALL($1)
       WHERE root."parent" IS NULL GROUP BY root."id", root."faceMinor" HAVING sum(part."faceMinor") <> root."faceMinor"
     UNION ALL SELECT concat('certificate ', "certificate", ' is taken by ', count(*), ' requests')
       FROM finance_request WHERE "state" = ANY($2) GROUP BY "certificate" HAVING count(*) > 1
     UNION ALL SELECT concat('limit ', l."id", ' is exceeded')
       FROM credit_limit l JOIN exposure e ON e."openLimit" = l."id"
       GROUP BY l."id", l."sanctionedMinor" HAVING sum(e."amountMinor") > l."sanctionedMinor"
     UNION ALL SELECT concat('leg ', g."id", ' of ', g."amountMinor", ' is paid ', sum(p."appliedMinor"))
       FROM leg g JOIN payment p ON p."leg" = g."id"
       GROUP BY g."id", g."amountMinor" HAVING sum(p."appliedMinor") > g."amountMinor"`,
    [[...consumedStates], takenStates],
  );
  return rows.map(({ problem }) => problem);
}

/** A request in one of these has the certificate locked or bought. */
const takenStates = ['RESERVED', 'APPROVAL', 'INSTRUCTED', 'FUNDED', 'REPAYING', 'REPAID'];

/** Everybody is done: nothing may be owed, and the audit is clean. */
async function lastLook(server: Server, place: Place, { broken }: Tally) {
  broken.push(...(await withRows(place.home, (client) => drained(client, drainMsMax))));
  broken.push(...(await withRows(place.home, wrongRows)));
  server.stop();
  const end = await server.ended;
  if (end !== 0) broken.push(`the stop ended with ${end}: ${server.said()}`);
  const { code, said } = await audit(place);
  if (code !== 0) broken.push(`the audit: ${said}`);
  await stopLeftOver(place.home);
  return { audit: said.split('\n').at(-1) ?? '' };
}

function forget({ home }: Place): void {
  removePostgres(home);
  rmSync(path.dirname(home), { recursive: true, force: true });
}

function counts(of: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
  return Object.fromEntries([...of].sort(([a], [b]) => (a < b ? -1 : 1)));
}
