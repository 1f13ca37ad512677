/**
 * One session that takes statements without waiting for the answers before them. For many small
 * statements it costs the database and us a third of what a pool costs, because neither falls asleep in
 * between. A slow statement holds up those behind it, so only look-ups by key and commits come here.
 *
 * It opens when it is first used, and again after it broke; what was under way then fails.
 */
import { Socket } from 'node:net';
import pg from 'pg';

/** Whatever answers statements: a pool, or a session. */
export type Asks = {
  query<R extends pg.QueryResultRow>(statement: pg.QueryConfig): Promise<pg.QueryResult<R>>;
};

export type Session = Asks & {
  /**
   * All statements in one transaction. Null when PostgreSQL undid it, which is the fault of at least
   * one of them; rejects when the session broke, and then nobody knows.
   */
  together(statements: readonly pg.QueryConfig[]): Promise<readonly pg.QueryResult[] | null>;
  close(): Promise<void>;
};

export function openSession(
  settings: pg.ClientConfig,
  onIdleError: (error: Error) => void,
): Session {
  let opened: Promise<pg.Client> | null = null;
  let socket = new Socket();
  let isGathering = false;

  function client(): Promise<pg.Client> {
    opened ??= open();
    return opened;
  }

  function open(): Promise<pg.Client> {
    socket = new Socket();
    const fresh = new pg.Client({ ...settings, pipeline: true, stream: () => socket });
    const ready = fresh.connect().then(() => fresh);
    const forget = () => {
      if (opened === ready) opened = null;
    };
    fresh.on('end', forget);
    fresh.on('error', (error) => {
      forget();
      onIdleError(error);
    });
    ready.catch(forget);
    return ready;
  }

  /** Statements of one turn of the event loop leave in one write, which costs as much as one alone. */
  function gather(): void {
    if (isGathering) return;
    isGathering = true;
    const full = socket;
    full.cork();
    setImmediate(() => {
      isGathering = false;
      full.uncork();
    });
  }

  return {
    async query<R extends pg.QueryResultRow>(statement: pg.QueryConfig) {
      const session = await client();
      gather();
      return session.query<R>(statement);
    },
    async together(statements) {
      const session = await client();
      gather();
      const begun = session.query('BEGIN');
      const asked = statements.map((statement) => session.query(statement));
      const ended = session.query('COMMIT');
      const results = await Promise.allSettled([begun, ...asked, ended]);
      const end = results.at(-1);
      if (end?.status !== 'fulfilled') {
        if (end?.reason instanceof pg.DatabaseError) return null;
        throw end?.reason;
      }
      if (end.value.command !== 'COMMIT') return null;
      return Promise.all(asked);
    },
    async close() {
      const last = opened;
      opened = null;
      await (await last?.catch(() => null))?.end();
    },
  };
}
