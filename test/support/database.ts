/**
 * A real PostgreSQL for the tests.
 *
 * One scratch server per run, started before the first test and stopped after the last; in it one
 * template with all migrations; and for each caller a fresh database cloned from the template.
 *
 *   const database = await freshDatabase();      // in beforeAll
 *   openDatabase(database.url) …
 *   await database.drop();                       // in afterAll
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';
import { deploy, withDatabase } from '../../server/src/platform/migrate.ts';
import { startScratchPostgres } from '../../server/src/platform/postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly postgresUrl: string;
  }
}

const migrated = 'template_of_tests';

export type FreshDatabase = { readonly url: string; drop(): Promise<void> };

/** A copy of a database to which nobody is connected; by default an empty one with all migrations applied. */
export async function freshDatabase(template = migrated): Promise<FreshDatabase> {
  const server = inject('postgresUrl');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await runSql(server, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  return {
    url: withDatabase(server, name),
    drop: () => dropDatabase(server, name),
  };
}

/** A database without any table, for tests of the migrations themselves. */
export async function bareDatabase(): Promise<FreshDatabase> {
  const server = inject('postgresUrl');
  const name = `bare_${randomUUID().replaceAll('-', '')}`;
  await runSql(server, `CREATE DATABASE ${name}`);
  return {
    url: withDatabase(server, name),
    drop: () => dropDatabase(server, name),
  };
}

/** Called by vitest once before all tests; what it returns is called once after them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startScratchPostgres({ max_connections: '200' });
  try {
    await runSql(server.url, `CREATE DATABASE ${migrated}`);
    await deploy(withDatabase(server.url, migrated));
  } catch (error) {
    await server.stop();
    throw error;
  }
  project.provide('postgresUrl', server.url);
  return () => server.stop();
}

/**
 * Drops it, whoever is connected. A worker of autovacuum belongs to PostgreSQL's superuser and may not
 * be ended by us; it goes by itself.
 */
async function dropDatabase(server: string, name: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await runSql(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    } catch (error) {
      const isVacuumed = error instanceof pg.DatabaseError && error.code === '42501';
      if (!isVacuumed || tries === dropTriesMax) throw error;
      await sleep(dropAgainMs);
    }
  }
}

const dropTriesMax = 100;
const dropAgainMs = 100;

async function runSql(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
