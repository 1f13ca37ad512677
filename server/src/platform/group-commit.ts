/**
 * Commits that come while others are under way are committed together, in one transaction: under load
 * the database then syncs once for many. Each is still one statement that meets what it expects or is
 * undone. When one of a group is, all of it is undone and each is tried by itself, so that nobody is
 * refused for another's sake. One alone is a transaction of its own.
 */
import type pg from 'pg';
import type { Session } from './session.ts';

export type Write = (statement: pg.QueryConfig) => Promise<pg.QueryResult>;

/** Statements in one transaction at most: some ten milliseconds of locks. */
const groupMax = 32;

type Waiting = {
  readonly statement: pg.QueryConfig;
  readonly resolve: (result: pg.QueryResult | Promise<pg.QueryResult>) => void;
  readonly reject: (reason: unknown) => void;
};

export function groupCommit(session: Session): Write {
  const waiting: Waiting[] = [];
  let isBusy = false;

  async function work(): Promise<void> {
    while (waiting.length > 0) await commitGroup(session, waiting.splice(0, groupMax));
    isBusy = false;
  }

  return (statement) =>
    new Promise((resolve, reject) => {
      waiting.push({ statement, resolve, reject });
      if (isBusy) return;
      isBusy = true;
      // What is ready in the same turn of the event loop comes along.
      setImmediate(() => void work());
    });
}

/** Settles every member of the group; never rejects. */
async function commitGroup(session: Session, group: readonly Waiting[]): Promise<void> {
  try {
    const results =
      group.length === 1 ? null : await session.together(group.map(({ statement }) => statement));
    const settled = group.map(({ statement, resolve }, order) => {
      const done = results === null ? session.query(statement) : Promise.resolve(results[order]);
      resolve(done as Promise<pg.QueryResult>);
      return done;
    });
    await Promise.allSettled(settled);
  } catch (error) {
    for (const { reject } of group) reject(error);
  }
}
