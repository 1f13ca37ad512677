/**
 * `npm run bench acts [-- --json] [--clients 1,8,32] [--runs 3]`: state changes a second through GraphQL over HTTP, with durable
 * commit and BFT finality, and how long one takes.
 *
 * The server is a process of its own with four validators and a PostgreSQL that syncs, on a fresh home
 * on this machine's disk (or on DATABASE_URL, in a database of its own). This process is the load.
 * Each writer sends its next act when the one before is answered. Every case runs `runs` times and
 * gives the median of the runs; R, the rate of plain rows, is measured in between, on the same database.
 *
 *   answer   answered once committed (`wait: false`); its finality is read from the acts afterwards
 *   final    answered once final (`wait: true`)
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { demoPassword } from '../../prisma/seed.ts';
import { withDatabase } from '../../server/src/platform/migrate.ts';
import { removePostgres, startPostgres } from '../../server/src/platform/postgres.ts';
import type { BenchParty, Ready, Usage } from './acts-server.ts';
import { openPlainRows, type PlainRates } from './plain-rows.ts';
import { type Answered, type Custody, type Errand, openWriter, type Writer } from './writer.ts';

type Case = { readonly custody: Custody; readonly writers: number; readonly wait: boolean };

/** Times in milliseconds. */
type Times = { readonly p50: number; readonly p99: number };
type Measured = {
  readonly actsPerSecond: number;
  /** From sending to the answer, which for `wait` is finality. */
  readonly answer: Times;
  /** From commit to finality, as the acts say. */
  readonly finality: Times;
  /** Of the server's process, validators included, for one act. */
  readonly cpuMs: number;
};
type Result = Case & Measured & { readonly acts: number; readonly shareOfR: number };

type Report = {
  readonly syncMsP50: number;
  readonly plain: PlainRates;
  readonly results: readonly Result[];
  readonly usage: Usage;
  readonly acts: number;
  readonly final: number;
};

const writersMax = 32;
/** A run ends after this time, or when what was prepared is used up. */
const runMs = 1_500;
/** So many acts are done before anything is measured, unless it takes longer than this. */
const warmUpActs = 2_000;
const warmUpMsMax = 10_000;
const plainMs = 600;
/** More than a run of one writer can use, by the number of writers. */
const preparedMax = (writers: number) => Math.ceil(600 / writers ** 0.6);

const { values: options } = parseArgs({
  args: process.argv.slice(3),
  options: {
    json: { type: 'boolean', default: false },
    clients: { type: 'string', default: '1,8,32' },
    runs: { type: 'string', default: '3' },
  },
});
const runs = Number(options.runs);
const cases: readonly Case[] = options.clients.split(',').flatMap((count): readonly Case[] => {
  const writers = Number(count);
  return [
    { custody: 'signed', writers, wait: true },
    { custody: 'signed', writers, wait: false },
    { custody: 'custodial', writers, wait: true },
  ];
});

async function main(): Promise<Report> {
  const home = mkdtempSync(path.join(tmpdir(), 'tallystick-bench-acts-'));
  const database = await openDatabase(home);
  try {
    const server = await startServer(home, database.url);
    try {
      const syncMs = await syncMsP50(path.join(home, 'sync'));
      return await Promise.race([bench(server, database.url, syncMs), interrupted()]);
    } finally {
      await stopServer(server.process);
    }
  } finally {
    await database.remove();
    rmSync(home, { recursive: true, force: true });
  }
}

/** Rejects when the bench is asked to end, so that it leaves nothing behind. */
function interrupted(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Error(`the bench was ended by ${signal}`)));
  });
}

/** A session that breaks fails the statement that waits, and nothing else. */
function openSession(url: string): pg.Client {
  return new pg.Client(url).on('error', () => {});
}

async function bench(server: Server, databaseUrl: string, syncMs: number): Promise<Report> {
  const { url, parties } = server.ready;
  const rows = openSession(databaseUrl);
  await rows.connect();
  const plain = await openPlainRows(databaseUrl);
  const members = await Promise.all(
    parties.map(async (party) => ({
      party,
      writer: await openWriter(url, party.login, demoPassword),
    })),
  );
  let acts = 0;
  const run = async (each: Case, ms: number) => {
    const measured = await measure(members.slice(0, each.writers), each, ms, rows, server.process);
    acts += measured.acts;
    return measured;
  };

  const warmedUpMs = performance.now() + warmUpMsMax;
  while (acts < warmUpActs && performance.now() < warmedUpMs) {
    for (const each of cases.slice(-3)) await run(each, runMs);
  }
  await plain.measure(plainMs);
  const plainRuns: PlainRates[] = [];
  const runsOf = new Map<Case, (Measured & { readonly acts: number })[]>();
  for (let round = 0; round < runs; round += 1) {
    plainRuns.push(await plain.measure(plainMs));
    for (const each of cases)
      runsOf.set(each, [...(runsOf.get(each) ?? []), await run(each, runMs)]);
  }
  const fiveTrips = median(plainRuns.map((each) => each.fiveTrips));
  const oneStatement = median(plainRuns.map((each) => each.oneStatement));
  const results = [...runsOf].map(([each, measured]) => resultOf(each, measured, fiveTrips));

  const usage = await usageOf(server.process);
  for (const { writer } of members) await writer.close();
  await plain.close();
  const final = await rows.query<{ count: string }>(
    `SELECT count(*) FROM act WHERE "status" = 'FINAL' AND "kind" IN ('mandate.grant', 'person.appoint')
      AND "keyId" IN (SELECT "id" FROM signing_key WHERE "custody" IN ('program', 'custodial'))`,
  );
  await rows.end();
  return {
    ...{ syncMsP50: syncMs, plain: { fiveTrips, oneStatement }, results, usage, acts },
    final: Number(final.rows[0]?.count ?? 0),
  };
}

function resultOf(
  each: Case,
  measured: readonly (Measured & { readonly acts: number })[],
  r: number,
): Result {
  const actsPerSecond = median(measured.map((run) => run.actsPerSecond));
  const times = (of: (run: Measured) => Times): Times => ({
    p50: median(measured.map((run) => of(run).p50)),
    p99: median(measured.map((run) => of(run).p99)),
  });
  return {
    ...each,
    acts: measured.reduce((sum, run) => sum + run.acts, 0),
    ...{ actsPerSecond, shareOfR: actsPerSecond / r },
    answer: times(({ answer }) => answer),
    finality: times(({ finality }) => finality),
    cpuMs: median(measured.map((run) => run.cpuMs)),
  };
}

// One run.

type Member = { readonly party: BenchParty; readonly writer: Writer };

async function measure(
  members: readonly Member[],
  { custody, wait, writers }: Case,
  ms: number,
  rows: pg.Client,
  server: ChildProcess,
): Promise<Measured & { readonly acts: number }> {
  const lines = await Promise.all(
    members.map(async ({ party, writer }) => ({
      writer,
      prepared: await writer.prepare(errandsOf(party, preparedMax(writers)), custody, wait),
    })),
  );
  const before = await usageOf(server);
  const times: number[] = [];
  const answers: Answered[] = [];
  const began = performance.now();
  await Promise.all(
    lines.map(async ({ writer, prepared }) => {
      for (const each of prepared) {
        const sent = performance.now();
        if (sent - began > ms) return;
        answers.push(await writer.send(each));
        times.push(performance.now() - sent);
      }
    }),
  );
  const tookMs = performance.now() - began;
  const after = await usageOf(server);
  const finality = wait ? answers.map(finalityOf) : await finalityLater(rows, answers);
  return {
    acts: answers.length,
    actsPerSecond: (answers.length * 1_000) / tookMs,
    answer: timesOf(times),
    finality: timesOf(finality),
    cpuMs: (after.cpuMs - before.cpuMs) / answers.length,
  };
}

function finalityOf({ status, actHash, timeToFinalityMs }: Answered): number {
  if (status !== 'FINAL' || timeToFinalityMs === null) throw new Error(`${actHash} is ${status}`);
  return timeToFinalityMs;
}

const finalWithinMs = 10_000;

/** The time to finality of acts that were answered before; waits until all are final. */
async function finalityLater(rows: pg.Client, answers: readonly Answered[]): Promise<number[]> {
  const hashes = answers.map(({ actHash }) => Buffer.from(actHash, 'hex'));
  for (const began = performance.now(); ; await sleep(20)) {
    const result = await rows.query<{ ms: number }>(
      `SELECT ("finalMs" - "committedMs")::float AS ms FROM act WHERE "hash" = ANY($1) AND "status" = 'FINAL'`,
      [hashes],
    );
    if (result.rows.length === hashes.length) return result.rows.map(({ ms }) => ms);
    if (performance.now() - began > finalWithinMs) throw new Error('an answered act is not final');
  }
}

let errandCount = 0;

/** What an administrator has to do: mandates for a colleague, and further people, in turn. */
function errandsOf({ id, colleague }: BenchParty, count: number): readonly Errand[] {
  return Array.from({ length: count }, (_, order): Errand => {
    errandCount += 1;
    return order % 2 === 0
      ? {
          ...{ mutation: 'grantMandate', kind: 'mandate.grant', select: 'mandate { id action }' },
          input: {
            ...{ holder: colleague, action: 'invoice.submit' },
            limit: { amount: '1250.00', currency: 'EUR' },
            ...{ validFrom: '2026-01-01', validTo: '2026-12-31' },
          },
        }
      : {
          ...{ mutation: 'appointPerson', kind: 'person.appoint', select: 'person { id name }' },
          input: { employer: id, name: `Colleague ${errandCount}`, role: 'clerk' },
        };
  });
}

// The processes.

type Server = { readonly process: ChildProcess; readonly ready: Ready };

/** Throws when the server ends before it serves. */
async function startServer(home: string, databaseUrl: string): Promise<Server> {
  const started = fork(new URL('./acts-server.ts', import.meta.url), [home, `${writersMax}`], {
    env: { ...process.env, DATABASE_URL: databaseUrl },
    execArgv: [...startFlags()],
  });
  const ended = once(started, 'exit').then(([code]) => {
    throw new Error(`the server ended with ${code}`);
  });
  const [ready] = (await Promise.race([once(started, 'message'), ended])) as [Ready];
  ended.catch(() => {});
  return { process: started, ready };
}

/** What `npm start` gives the runtime, so that the server that is measured is the one that is run. */
function startFlags(): readonly string[] {
  const { scripts } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  ) as { readonly scripts: { readonly start: string } };
  return scripts.start.split(' ').filter((word) => word.startsWith('--'));
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const ended = once(server, 'exit');
  server.disconnect();
  await ended;
}

async function usageOf(server: ChildProcess): Promise<Usage> {
  const answered = once(server, 'message');
  server.send('usage');
  const [usage] = (await answered) as [Usage];
  return usage;
}

type BenchDatabase = { readonly url: string; remove(): Promise<void> };

/** A database of our own, in the PostgreSQL that is configured or in one of the home, which syncs. */
async function openDatabase(home: string): Promise<BenchDatabase> {
  const configured = process.env.DATABASE_URL ?? '';
  const postgres = configured === '' ? await startPostgres({ home }) : null;
  const url = postgres?.url ?? configured;
  const name = `bench_${process.pid}`;
  await runSql(url, `CREATE DATABASE ${name}`);
  return {
    url: withDatabase(url, name),
    async remove() {
      await runSql(url, `DROP DATABASE ${name} WITH (FORCE)`);
      await postgres?.stop();
      if (postgres !== null) removePostgres(home);
    },
  };
}

async function runSql(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** The device: 4,096 octets written and synced. */
async function syncMsP50(file: string): Promise<number> {
  const times: number[] = [];
  const opened = await open(file, 'w');
  for (let round = 0; round < 100; round += 1) {
    const began = performance.now();
    await opened.write(new Uint8Array(4_096).fill(round), 0, 4_096, round * 4_096);
    await opened.datasync();
    times.push(performance.now() - began);
  }
  await opened.close();
  return timesOf(times).p50;
}

// What is printed.

function timesOf(times: readonly number[]): Times {
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

function table({ syncMsP50, plain, results, usage, acts, final }: Report): string {
  const one = (value: number) => value.toFixed(1);
  const mega = (bytes: number) => `${Math.round(bytes / 1_048_576)} MB`;
  const columns = [
    [
      'signed by',
      'clients',
      'answers',
      'acts/s',
      'of R',
      'answer p50',
      'p99',
      'final p50',
      'p99',
      'server cpu',
    ],
    ...results.map(
      ({ custody, writers, wait, actsPerSecond, shareOfR, answer, finality, cpuMs }) => [
        custody === 'signed' ? 'client' : 'platform',
        `${writers}`,
        wait ? 'when final' : 'when committed',
        `${Math.round(actsPerSecond)}`,
        shareOfR.toFixed(2),
        ...[answer.p50, answer.p99, finality.p50, finality.p99].map(one),
        cpuMs.toFixed(2),
      ],
    ),
  ];
  const widths = (columns[0] ?? []).map((_, column) =>
    Math.max(...columns.map((row) => row[column]?.length ?? 0)),
  );
  return [
    `device: a sync takes ${syncMsP50.toFixed(2)} ms (p50)`,
    `R, three plain rows by pg in five round trips, 8 connections: ${Math.round(plain.fiveTrips)}/s; as one statement ${Math.round(plain.oneStatement)}/s`,
    '',
    ...columns.map((row) =>
      row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '),
    ),
    '',
    'Milliseconds. answer: from sending to the answer; final: from commit to finality, as the act says; server cpu: for one act.',
    `server: ${mega(usage.rssBytes)} resident, ${mega(usage.rssPeakBytes)} at most; ${acts} acts, ${final} final`,
  ].join('\n');
}

const report = await main();
process.stdout.write(`${options.json ? JSON.stringify(report) : table(report)}\n`);
if (report.acts !== report.final) process.exitCode = 1;
