/** Commits that are made together stand or fall each for itself, on a real PostgreSQL. */
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { groupCommit, type Write } from '../../../server/src/platform/group-commit.ts';
import { openSession, type Session } from '../../../server/src/platform/session.ts';
import { bareDatabase, type FreshDatabase } from '../../support/database.ts';

let database: FreshDatabase;
let session: Session;
let observer: pg.Client;
let write: Write;

beforeAll(async () => {
  database = await bareDatabase();
  observer = new pg.Client(database.url);
  await observer.connect();
  await observer.query(
    'CREATE TABLE entry ("id" text PRIMARY KEY, "minor" int CHECK ("minor" > 0), "transaction" xid8 DEFAULT pg_current_xact_id())',
  );
  await observer.query(
    'CREATE TABLE late ("id" text PRIMARY KEY REFERENCES entry DEFERRABLE INITIALLY DEFERRED)',
  );
  session = openSession({ connectionString: database.url }, () => {});
  write = groupCommit(session);
});
beforeEach(() => observer.query('TRUNCATE entry, late'));
afterAll(async () => {
  await session.close();
  await observer.end();
  await database.drop();
});

function insert(id: string, minor = 1): pg.QueryConfig {
  return { name: 'insert', text: 'INSERT INTO entry VALUES ($1, $2)', values: [id, minor] };
}

async function entries(): Promise<readonly string[]> {
  const result = await observer.query<{ id: string }>('SELECT "id" FROM entry ORDER BY "id"');
  return result.rows.map(({ id }) => id);
}

async function transactions(): Promise<number> {
  const result = await observer.query('SELECT DISTINCT "transaction" FROM entry');
  return result.rows.length;
}

describe('commits of one moment', () => {
  it('are one transaction', async () => {
    await Promise.all(['a', 'b', 'c'].map((id) => write(insert(id))));

    expect(await entries()).toEqual(['a', 'b', 'c']);
    expect(await transactions()).toBe(1);
  });

  it('do not fall with the one that is refused', async () => {
    const settled = await Promise.allSettled([
      write(insert('a')),
      write(insert('nothing', 0)),
      write(insert('c')),
    ]);

    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(settled[1]).toMatchObject({ reason: { code: '23514' } });
    expect(await entries()).toEqual(['a', 'c']);
  });

  it('do not fall with the one that is refused only at the very end', async () => {
    const orphan = { text: 'INSERT INTO late VALUES ($1)', values: ['nobody'] };

    const settled = await Promise.allSettled([write(insert('a')), write(orphan)]);

    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(settled[1]).toMatchObject({ reason: { code: '23503' } });
    expect(await entries()).toEqual(['a']);
  });

  it('let only one of two take the same place', async () => {
    const settled = await Promise.allSettled([write(insert('a')), write(insert('a'))]);

    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await entries()).toEqual(['a']);
  });
});

describe('a session that breaks', () => {
  it('fails what was under way, and serves again afterwards', async () => {
    await write(insert('a'));
    const sleeping = write({ text: 'SELECT pg_sleep(30)' });
    const failed = expect(sleeping).rejects.toThrow();
    await observer.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE pid <> pg_backend_pid() AND datname = current_database()`);

    await failed;
    await vi.waitFor(() => write(insert('b')));

    expect(await entries()).toEqual(['a', 'b']);
  });
});
