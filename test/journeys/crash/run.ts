/**
 * One demo world whose server is killed again and again while its people work.
 *
 *   start ▶ traffic ▶ SIGKILL at a moment of the seed's choosing ▶ look at what is left ▶ start …
 *
 * Most lives end while they serve, some while they start; in some the embedded PostgreSQL is killed
 * too, or alone. After each kill: what was acknowledged is there, and blocks are as they were. At
 * intervals and at the end: the audit, by its own command on the dead home. At the end: nothing is
 * owed, each act stands in the chain once and where its row says, and old proofs still hold.
 *
 * The seed gives the plan of the kills and the choices of the traffic; what meets what is the
 * machine's, so a seed that failed is a place to look, and is tried again.
 */
import { randomInt } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { removePostgres, stopLeftOver } from '../../../server/src/platform/postgres.ts';
import { type Random, seeded } from '../../support/random.ts';
import {
  blocksOn,
  type ChainFacts,
  chainAgainstRows,
  cursorOf,
  drained,
  fork,
  missingAcks,
  outOfOrder,
  owed,
  refusedActs,
  rootIn,
  withRows,
} from './evidence.ts';
import { type Gate, gate, type Witness, witness } from './patient.ts';
import { castOf } from './people.ts';
import { audit, type Place, postgresOf, quietPort, type Server, startServer } from './server.ts';
import { runTraffic, type Traffic } from './traffic.ts';

export type CrashOptions = {
  readonly seed: number;
  /** SIGKILLs of the server. */
  readonly kills: number;
  /** A seeded bug: PostgreSQL acknowledges before the disk has it, and is killed each time. */
  readonly isCareless?: boolean;
  readonly say?: (line: string) => void;
};

export type CrashReport = {
  readonly seed: number;
  /** SIGKILLs of the server; of them while it started; and of PostgreSQL. */
  readonly kills: number;
  readonly killsStarting: number;
  readonly killsPostgres: number;
  /** State changes that were acknowledged, and of them those that were said to be final. */
  readonly acks: number;
  readonly acksFinal: number;
  /** Requests that got no answer, and state changes that were asked for again after a start. */
  readonly unanswered: number;
  readonly repeated: number;
  readonly chain: Omit<ChainFacts, 'problems'> | null;
  /** Acts that waited for their block at a kill, all kills together. */
  readonly pendingAtKills: number;
  readonly audits: number;
  readonly lastAudit: string;
  readonly traffic: Traffic['done'] | null;
  readonly startMs: { readonly median: number; readonly max: number };
  readonly seconds: number;
  /** Empty when every promise was kept. */
  readonly broken: readonly string[];
  /** What is left of the world when one was not. */
  readonly home: string;
};

type Death = 'serving' | 'both' | 'postgres';
type Run = {
  readonly place: Place;
  readonly random: Random;
  readonly watch: Witness;
  readonly door: Gate;
  readonly say: (line: string) => void;
  readonly startsMs: number[];
  readonly count: {
    kills: number;
    starting: number;
    postgres: number;
    pending: number;
    audits: number;
  };
  /** The blocks on the disk at the last kill. */
  blocks: readonly string[];
  lastAudit: string;
  auditedAtKills: number;
};

/** Journeys under way at once. */
const workers = 6;
/** A life ends after a moment, or a moment after so many state changes were acknowledged. */
const [servesMsMax, acksMax, afterMsMax] = [600, 14, 30];
/** However slow the machine is, a life serves no longer. */
const acksWaitMsMax = 4_000;
/** Of a hundred lives, so many end with PostgreSQL as well, with PostgreSQL alone, or are followed by one that never serves. */
const [bothPercent, postgresPercent, startingPercent] = [3, 3, 15];
const auditEveryKills = 35;
const repeatsAfterStart = 3;
const endMsMax = 30_000;
const drainMsMax = 60_000;

export async function runCrashes(options: CrashOptions): Promise<CrashReport> {
  const { seed, kills, isCareless = false, say = () => {} } = options;
  const beganMs = performance.now();
  const run = await newRun(seed, say);
  const { watch, door, random } = run;
  let isOver = false;
  let server = await firstStart(run);
  if (isCareless) await makeCareless(run.place.home);
  door.open();
  const cast = await castOf(server.url, watch, door);
  const traffic = runTraffic({ cast, watch, random, workers, isOver: () => isOver });
  traffic.catch((error: unknown) => watch.broken.push(`the traffic: ${String(error)}`));

  while (run.count.kills < kills && watch.broken.length === 0) {
    server = await nextLife(server, isCareless ? 'both' : deathOf(random), run).catch((error) => {
      watch.broken.push(`${String(error)}; ${server.said()}`);
      return server;
    });
  }

  isOver = true;
  const lived = watch.broken.length === 0;
  const done = lived ? await traffic : null;
  const facts = done === null ? null : await lastLook(server, run, done);
  door.close();
  server.kill();
  await server.ended;
  await stopLeftOver(run.place.home);
  if (watch.broken.length === 0 || isCareless) forget(run.place);
  return reportOf(run, { seed, beganMs, traffic: done, facts });
}

/** Kills the server, looks at what is left, and starts it again. */
async function nextLife(server: Server, death: Death, run: Run): Promise<Server> {
  const { watch, random, door } = run;
  await die(server, death, run);
  if (death === 'serving') await lookAtTheDead(run);
  if (random.below(100) < startingPercent) await dieStarting(run);
  const next = await start(run);
  if (death !== 'serving') await lookAtTheRows(run);
  watch.isDatabaseDying = false;
  askAgain(watch);
  door.open();
  return next;
}

async function newRun(seed: number, say: (line: string) => void): Promise<Run> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tallystick-crash-'));
  const home = path.join(folder, 'home');
  mkdirSync(home);
  const random = seeded(seed);
  // Not of the seed: two runs of one seed must not meet.
  const port = await quietPort(20_000 + randomInt(10_000));
  return {
    place: { home, port, cache: path.join(folder, 'compiled') },
    ...{ random, say, watch: witness(), door: gate(), startsMs: [] },
    count: { kills: 0, starting: 0, postgres: 0, pending: 0, audits: 0 },
    ...{ blocks: [], lastAudit: '', auditedAtKills: 0 },
  };
}

/** The first life ends cleanly, so that the compiled code is kept for the others. */
async function firstStart(run: Run): Promise<Server> {
  const first = startServer(run.place);
  if (!(await first.ready)) throw new Error(`the first start failed: ${first.said()}`);
  first.stop();
  await first.ended;
  return start(run);
}

async function start({ place, watch, startsMs }: Run): Promise<Server> {
  const beganMs = performance.now();
  const server = startServer(place);
  const isReady = await server.ready;
  startsMs.push(performance.now() - beganMs);
  if (!isReady) watch.broken.push(`the server did not start: ${server.said()}`);
  return server;
}

function deathOf(random: Random): Death {
  const dice = random.below(100);
  if (dice < bothPercent) return 'both';
  return dice < bothPercent + postgresPercent ? 'postgres' : 'serving';
}

/** Lets it serve for a while, then kills it. Without its database it has to end by itself. */
async function die(server: Server, death: Death, run: Run): Promise<void> {
  const { place, watch, door, count } = run;
  await serve(run);
  if (death !== 'serving') {
    watch.isDatabaseDying = true;
    const postgres = postgresOf(place.home);
    if (postgres === null) watch.broken.push(`PostgreSQL ended by itself: ${server.said()}`);
    else process.kill(postgres.pid, 'SIGKILL');
    count.postgres += 1;
  }
  if (death === 'postgres') {
    const end = await Promise.race([server.ended, sleep(endMsMax, 'never', { ref: false })]);
    if (end !== 1) watch.broken.push(`without its database the server ended with ${end}`);
  } else {
    count.kills += 1;
  }
  door.close();
  server.kill();
  const end = await server.ended;
  if (death === 'serving' && end !== 'SIGKILL')
    watch.broken.push(`the server ended by itself with ${end}: ${server.said()}`);
}

/** Lets it serve until the moment of its death. */
async function serve({ random, watch }: Run): Promise<void> {
  const isByTime = random.below(4) === 0;
  if (isByTime) return sleep(random.below(servesMsMax));
  const acks = watch.acks.size + random.below(acksMax);
  const endMs = performance.now() + acksWaitMsMax;
  while (watch.acks.size < acks && performance.now() < endMs) await sleep(1);
  return sleep(random.below(afterMsMax));
}

/** A start that is killed somewhere on its way. */
async function dieStarting({ place, random, startsMs, count }: Run): Promise<void> {
  const server = startServer(place);
  await sleep(random.below(startsMs.at(-1) ?? 1_000));
  server.kill();
  await server.ended;
  count.kills += 1;
  count.starting += 1;
}

async function makeCareless(home: string): Promise<void> {
  await withRows(
    home,
    async (client) => {
      await client.query('ALTER SYSTEM SET synchronous_commit = off');
      await client.query(`ALTER SYSTEM SET wal_writer_delay = '10s'`);
      await client.query('SELECT pg_reload_conf()');
    },
    'postgres',
  );
}

/** What PostgreSQL and the disk of the chain say when the server was killed in the middle of its work. */
async function lookAtTheDead(run: Run): Promise<void> {
  const { place, watch, count } = run;
  const blocks = blocksOn(place.home);
  const other = fork(run.blocks, blocks);
  if (other !== null) watch.broken.push(other);
  if (blocks.length > run.blocks.length) run.blocks = blocks;

  await lookAtTheRows(run);
  await withRows(place.home, async (client) => {
    const { height, root } = await cursorOf(client);
    if (height > 0 && rootIn(blocks[height - 1]) !== root)
      watch.broken.push(`the database has another block ${height} than the chain`);
    count.pending += (await owed(client)).acts;
  });
  if (count.kills - run.auditedAtKills >= auditEveryKills) await auditTheDead(run);
}

/** What was acknowledged since the last look is there. */
async function lookAtTheRows({ place, watch }: Run): Promise<void> {
  if (watch.broken.length > 0) return;
  await withRows(place.home, async (client) => {
    watch.broken.push(...(await missingAcks(client, watch.takeNews())));
  });
}

async function auditTheDead(run: Run): Promise<void> {
  const { place, watch, count } = run;
  run.auditedAtKills = count.kills;
  const { code, said } = await audit(place);
  if (code !== 0) watch.broken.push(`the audit after ${count.kills} kills: ${said}`);
  count.audits += 1;
  run.lastAudit = said;
  run.say(`${count.kills} kills, ${watch.acks.size} acknowledged; ${said}`);
}

/** The last things that were acknowledged are asked for again: the witness compares the answers. */
function askAgain(watch: Witness): void {
  for (const { repeat, mutation } of [...watch.acks.values()].slice(-repeatsAfterStart)) {
    repeat().catch((error: unknown) =>
      watch.broken.push(`${mutation} asked for again: ${String(error)}`),
    );
  }
}

/** Everybody is done: now nothing may be owed, and everything must fit together. */
async function lastLook(
  server: Server,
  run: Run,
  traffic: Traffic,
): Promise<Omit<ChainFacts, 'problems'>> {
  const { place, watch } = run;
  await withRows(place.home, async (client) => {
    watch.broken.push(...(await drained(client, drainMsMax)));
  });
  server.stop();
  const end = await server.ended;
  if (end !== 0) watch.broken.push(`the last stop ended with ${end}: ${server.said()}`);
  await auditTheDead(run);
  await start(run).then(async (last) => {
    last.kill();
    await last.ended;
  });
  return withRows(place.home, async (client) => {
    watch.broken.push(...(await missingAcks(client, [...watch.acks.values()])));
    const wrongOrders = await outOfOrder(client);
    if (wrongOrders > 0) watch.broken.push(`${wrongOrders} acts overtook the one before`);
    watch.broken.push(...(await refusedActs(client)));
    const { problems, ...facts } = await chainAgainstRows(place.home, client, traffic.proofs);
    watch.broken.push(...problems);
    return facts;
  });
}

function forget({ home }: Place): void {
  removePostgres(home);
  rmSync(path.dirname(home), { recursive: true, force: true });
}

function reportOf(
  run: Run,
  more: {
    readonly seed: number;
    readonly beganMs: number;
    readonly traffic: Traffic | null;
    readonly facts: Omit<ChainFacts, 'problems'> | null;
  },
): CrashReport {
  const { watch, count, startsMs, place } = run;
  const starts = [...startsMs].sort((a, b) => a - b).map(Math.round);
  return {
    seed: more.seed,
    kills: count.kills,
    killsStarting: count.starting,
    killsPostgres: count.postgres,
    acks: watch.acks.size,
    acksFinal: [...watch.acks.values()].filter((ack) => ack.place !== null).length,
    unanswered: watch.counts.unanswered,
    repeated: watch.counts.repeated,
    chain: more.facts,
    pendingAtKills: count.pending,
    audits: count.audits,
    lastAudit: run.lastAudit,
    traffic: more.traffic?.done ?? null,
    startMs: { median: starts[starts.length >> 1] ?? 0, max: starts.at(-1) ?? 0 },
    seconds: Math.round((performance.now() - more.beganMs) / 1000),
    broken: watch.broken.slice(0, 20),
    home: place.home,
  };
}
