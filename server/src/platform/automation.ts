/**
 * What nobody signs in person: acts that follow from other acts, and acts whose time has come.
 *
 * What an act causes stands in `todo` from the same transaction on; it is done in order and leaves
 * when its act is committed. What time causes is asked of the slices again and again, so a crash
 * forgets nothing. Each is made once: the idempotency key is the todo's id, or the subject and kind.
 */
import type { EventEmitter } from 'node:events';
import type pg from 'pg';
import type { FieldType } from '../../../chain/src/act/kind.ts';
import { type KindName, kindNamed } from '../../../chain/src/act/kinds.ts';
import type { FollowUp } from '../kernel/change.ts';
import { invariant } from '../kernel/invariant.ts';
import type { BusinessDate, Moment } from '../kernel/time.ts';
import type { Actor, Acts } from './acts.ts';

/** Acts that are due now, found by a look at the rows. At most a hundred at a time. */
export type DueActs = (now: Moment, today: BusinessDate) => Promise<readonly FollowUp[]>;

export type Automation = {
  /** Looks for work now, and resolves when none is left. */
  settle(): Promise<void>;
  stop(): Promise<void>;
};

const lookMs = 200;
const todosMax = 100;
/** After this many refusals a todo waits for a person: it stays, with its last error. */
const triesMax = 5;

export function startAutomation(options: {
  readonly pool: pg.Pool;
  readonly acts: Acts;
  readonly actor: Actor;
  readonly due: readonly DueActs[];
  readonly nowMs: () => bigint;
  readonly events: EventEmitter;
  /** Told of a todo that was refused, with the reason. */
  readonly refused: (todo: { readonly id: string; readonly reason: string }) => void;
  readonly failed: (error: unknown) => void;
}): Automation {
  const { pool, acts, actor } = options;
  let running: Promise<void> | null = null;
  let again = false;
  let stopped = false;

  function look(): void {
    if (stopped) return;
    if (running !== null) {
      again = true;
      return;
    }
    running = round()
      .catch((error: unknown) => {
        if (!stopped) options.failed(error);
      })
      .finally(() => {
        running = null;
        if (again) {
          again = false;
          look();
        }
      });
  }

  async function round(): Promise<void> {
    while (!stopped && (await todos())) {
      // Doing one may cause the next; go on until none is left.
    }
    await due();
  }

  /** Does what acts have caused. True when something was done. */
  async function todos(): Promise<boolean> {
    const result = await pool.query<{ id: string; kind: KindName; input: Record<string, unknown> }>(
      `SELECT "id", "kind", "input" FROM todo WHERE "tries" < ${triesMax} ORDER BY "position" LIMIT ${todosMax}`,
    );
    let done = 0;
    for (const { id, kind, input } of result.rows) {
      if (stopped) return false;
      const reason = await make(kind, typedInput(kind, input), `todo:${id}`);
      if (reason === null) {
        await pool.query('DELETE FROM todo WHERE "id" = $1', [id]);
        done += 1;
      } else {
        await pool.query(
          'UPDATE todo SET "tries" = "tries" + 1, "lastError" = $2 WHERE "id" = $1',
          [id, reason],
        );
        options.refused({ id, reason });
      }
    }
    return done > 0;
  }

  async function due(): Promise<void> {
    const now = options.nowMs();
    const clock = await pool.query<{ date: string }>('SELECT "date" FROM business_clock');
    const today = clock.rows[0]?.date;
    if (today === undefined) return;
    for (const find of options.due) {
      const found = await find(now, today);
      if (found.length === 0) continue;
      // Looked at after the rows: what an act has caused was written with them, and is done as that.
      const caused = await causedSubjects();
      for (const { kind, input } of found) {
        if (stopped) return;
        const subject = subjectOf(kind, input);
        if (caused.has(subject)) continue;
        const reason = await make(kind, input, `due:${subject}:${today}`);
        if (reason === null) await forgetRefused(kind, input);
      }
    }
  }

  /**
   * What an act had caused and was refused, because the rows had moved on, is done now as what the
   * rows say today.
   */
  async function forgetRefused(kind: KindName, input: Readonly<Record<string, unknown>>) {
    const [first = ''] = Object.keys(kindNamed(kind)?.fields ?? {});
    await pool.query(`DELETE FROM todo WHERE "tries" >= ${triesMax} AND "input"->>$1 = $2`, [
      first,
      String(input[first]),
    ]);
  }

  /** What stands in the list of what acts have caused, and is still tried. */
  async function causedSubjects(): Promise<ReadonlySet<string>> {
    const result = await pool.query<{ kind: KindName; input: Record<string, unknown> }>(
      `SELECT "kind", "input" FROM todo WHERE "tries" < ${triesMax}`,
    );
    return new Set(result.rows.map(({ kind, input }) => subjectOf(kind, typedInput(kind, input))));
  }

  /** Null when the act was made, else why not. */
  async function make(
    kind: KindName,
    input: Readonly<Record<string, unknown>>,
    idempotencyKey: string,
  ): Promise<string | null> {
    const outcome = await acts.perform({
      kind,
      input: input as never,
      actor,
      idempotencyKey,
      envelope: null,
    });
    return outcome.kind === 'done' ? null : `${outcome.code}: ${outcome.message}`;
  }

  options.events.on('todo', look);
  const timer = setInterval(look, lookMs);
  look();

  return {
    async settle() {
      while (running !== null) await running;
      look();
      await running;
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      options.events.off('todo', look);
      await running;
    },
  };
}

/** What an act of the automation is about: its kind, and the first field of its input. */
function subjectOf(kind: KindName, input: Readonly<Record<string, unknown>>): string {
  const [first = ''] = Object.keys(kindNamed(kind)?.fields ?? {});
  return `${kind}:${String(input[first])}`;
}

/** The stored JSON of an input, as typed fields again. */
export function typedInput(
  name: KindName,
  json: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const kind = kindNamed(name);
  invariant(kind !== undefined, `${name} is a kind of act`);
  return Object.fromEntries(
    Object.entries(kind.fields).map(([field, type]) => [field, typedValue(type, json[field])]),
  );
}

function typedValue(type: FieldType, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  switch (type) {
    case 'int':
    case 'int?':
      return BigInt(String(value));
    case 'bytes':
    case 'bytes?':
      return new Uint8Array(Buffer.from(String(value), 'base64url'));
    case 'money':
    case 'money?':
      return typedMoney(value);
    case 'moneys':
      return Array.isArray(value) ? value.map(typedMoney) : value;
    default:
      return value;
  }
}

function typedMoney(value: unknown): unknown {
  const [minor, currency] = value as readonly [string, string];
  return [BigInt(minor), currency];
}
