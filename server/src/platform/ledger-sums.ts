/**
 * The sums over the ledger, rolled up like those over lists: by account, event and day, and by account,
 * counterparty and due date.
 *
 *   ledger_posting ──trigger──▶ ledger_delta ──roll up──▶ ledger_day, ledger_standing
 *
 * A sum is what is rolled up and what has come since, read in one statement, and so exact at commit.
 */
import type pg from 'pg';

/** Deltas that one roll-up takes: some ten milliseconds. */
const rollUpMax = 20_000;

/** Moves deltas into the sums. A reader at any moment sees each of them once. Returns how many there were. */
export async function rollUpLedger(pool: pg.Pool): Promise<number> {
  const result = await pool.query<{ taken: number }>({
    name: 'roll up ledger',
    text: `WITH taken AS (
        DELETE FROM ledger_delta WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM ledger_delta LIMIT ${rollUpMax} FOR UPDATE SKIP LOCKED)) RETURNING *),
      days AS (
        INSERT INTO ledger_day AS d ("party", "account", "currency", "programme", "event", "occurredDate", "debitMinor", "creditMinor")
          SELECT "party", "account", "currency", "programme", "event", "occurredDate", sum("debitMinor"), sum("creditMinor")
          FROM taken GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
        ON CONFLICT ("party", "account", "currency", "programme", "event", "occurredDate") DO UPDATE
          SET "debitMinor" = d."debitMinor" + excluded."debitMinor", "creditMinor" = d."creditMinor" + excluded."creditMinor"),
      standing AS (
        INSERT INTO ledger_standing AS s ("party", "account", "currency", "programme", "counterparty", "dueDate", "balanceMinor")
          SELECT "party", "account", "currency", "programme", "counterparty", "dueDate", sum("debitMinor" - "creditMinor")
          FROM taken GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
        ON CONFLICT ("party", "account", "currency", "programme", "counterparty", "dueDate") DO UPDATE
          SET "balanceMinor" = s."balanceMinor" + excluded."balanceMinor")
      SELECT count(*)::int AS taken FROM taken`,
  });
  const taken = result.rows[0]?.taken ?? 0;
  if (taken > 0) await pool.query('DELETE FROM ledger_standing WHERE "balanceMinor" = 0');
  return taken;
}

const day = '"party", "account", "currency", "programme", "event", "occurredDate"';
const standing = '"party", "account", "currency", "programme", "counterparty", "dueDate"';

/** What each derived table should say, and what it says; for the audit. */
export const ledgerSums = [
  {
    table: 'ledger_day',
    should: `SELECT ${day}, sum(greatest("amountMinor", 0)) AS "debitMinor", sum(greatest(-"amountMinor", 0)) AS "creditMinor" FROM ledger_posting GROUP BY ${day}`,
    is: `SELECT ${day}, sum("debitMinor") AS "debitMinor", sum("creditMinor") AS "creditMinor" FROM (
      SELECT ${day}, "debitMinor", "creditMinor" FROM ledger_day
      UNION ALL SELECT ${day}, "debitMinor", "creditMinor" FROM ledger_delta) AS part GROUP BY ${day}`,
  },
  {
    table: 'ledger_standing',
    should: `SELECT ${standing}, sum("amountMinor") AS "balanceMinor" FROM ledger_posting GROUP BY ${standing} HAVING sum("amountMinor") <> 0`,
    is: `SELECT ${standing}, sum("balanceMinor") AS "balanceMinor" FROM (
      SELECT ${standing}, "balanceMinor" FROM ledger_standing
      UNION ALL SELECT ${standing}, "debitMinor" - "creditMinor" FROM ledger_delta) AS part GROUP BY ${standing} HAVING sum("balanceMinor") <> 0`,
  },
] as const;
