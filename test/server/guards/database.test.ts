/** What must never be, the database itself refuses, whoever writes and by whatever way. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PlayedWorld, playedWorld } from '../../support/played-world.ts';

let played: PlayedWorld;
beforeAll(async () => {
  played = await playedWorld(['A'], 11);
});
afterAll(() => played.stop());

/** Writes in a transaction that is given up, so that nothing stays even where nothing refuses. */
async function write(sql: string): Promise<string> {
  const client = await played.world.database.pool.connect();
  try {
    await client.query('BEGIN');
    const { rowCount } = await client.query(sql);
    // Deferred constraints speak at the end.
    await client.query('SET CONSTRAINTS ALL IMMEDIATE');
    return `written: ${rowCount} rows`;
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

const check = '23514';
const foreign = '23503';
const unique = '23505';
const notNull = '23502';
const restricted = '23001';

describe('the database refuses', () => {
  it.each([
    ['a negative amount to pay', check, `UPDATE leg SET "amountMinor" = -1`],
    ['an amount without a currency', notNull, `UPDATE certificate SET "currency" = NULL`],
    [
      'a promise that is raised afterwards',
      restricted,
      `UPDATE invoice SET "approvedMinor" = "payableMinor" + 1 WHERE "approvedMinor" IS NOT NULL`,
    ],
    [
      'a submitted amount that is changed',
      restricted,
      `UPDATE invoice SET "payableMinor" = "payableMinor" + 1`,
    ],
    ['a certificate of a negative face', check, `UPDATE certificate SET "faceMinor" = -5`],
    [
      'more open than the face of a certificate',
      check,
      `UPDATE certificate SET "openMinor" = "faceMinor" + 1`,
    ],
    [
      'a mandate with a limit and no currency',
      check,
      `UPDATE mandate SET "limitMinor" = 1, "limitCurrency" = NULL WHERE "limitMinor" IS NOT NULL`,
    ],
    ['an act whose body was changed', restricted, `UPDATE act SET "body" = "body" || '\\x00'`],
    [
      'an act whose signature was changed',
      restricted,
      `UPDATE act SET "signature" = "signature" || '\\x00'`,
    ],
    [
      'an anchored act made pending again',
      restricted,
      `UPDATE act SET "status" = 'PENDING', "height" = NULL, "index" = NULL, "refusal" = NULL`,
    ],
    ['an act deleted', restricted, `DELETE FROM act`],
    ['all acts gone at once', restricted, `TRUNCATE act CASCADE`],
    [
      'an act under another hash',
      check,
      `INSERT INTO act ("hash","kind","kindVersion","keyId","seq","party","businessDate","atMs","subject","header","signature","body","status","committedMs") SELECT sha256('other'), "kind","kindVersion","keyId",999999,"party","businessDate","atMs","subject","header","signature","body",'PENDING',"committedMs" FROM act LIMIT 1`,
    ],
    [
      'the same place of the log twice',
      unique,
      `INSERT INTO act ("hash","kind","kindVersion","keyId","seq","party","businessDate","atMs","subject","header","signature","body","status","committedMs","height","index") SELECT sha256('tallystick/act/1'::bytea || '\\x00'::bytea || ("header" || '\\x01')), "kind","kindVersion","keyId",999998,"party","businessDate","atMs","subject","header" || '\\x01',"signature","body",'FINAL',"committedMs","height","index" FROM act WHERE "status" = 'FINAL' LIMIT 1`,
    ],
    [
      'an outbox row of an act that is not there',
      foreign,
      `INSERT INTO outbox ("position", "actHash") VALUES (0, sha256('nothing'))`,
    ],
    [
      'a person of an organisation that is not there',
      foreign,
      `UPDATE person SET "party" = 'pty_nobody'`,
    ],
    ['an organisation with acts deleted', foreign, `DELETE FROM party`],
    [
      'a second cursor of the chain',
      check,
      `INSERT INTO chain_cursor ("id","height","size","root") VALUES (2, 0, 0, '')`,
    ],
    ['a reading right of an unknown level', check, `UPDATE access SET "level" = 'X'`],
    ['a programme without a smallest split', check, `UPDATE programme SET "minSplitMinor" = 0`],
    ['a reported event changed', restricted, `UPDATE delivery_event SET "event" = '{}'`],
  ])('%s', async (_what, code, sql) => {
    expect(await write(sql)).toBe(code);
  });
});
