/**
 * What must never be, refused by the database itself: plain SQL on the tables of a world in which
 * everything has happened, as somebody would do it who has the password of the database.
 */
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type PlayedWorld, playedWorld } from '../../support/played-world.ts';

let played: PlayedWorld;
let client: pg.PoolClient;

beforeAll(async () => {
  played = await playedWorld(['A'], 4);
}, 400_000);
afterAll(() => played?.stop());
/** Each try in a transaction of its own that is taken back. */
beforeEach(async () => {
  client = await played.world.database.pool.connect();
  await client.query('BEGIN');
});
afterEach(async () => {
  await client.query('ROLLBACK');
  client.release();
});

/** The row of the table that the condition finds, with some columns changed, written as a new one. */
const copyOf = (table: string, where: string, change: Readonly<Record<string, string>>) => {
  const pairs = Object.entries(change).map(([column, value]) => `'${column}', ${value}`);
  return `INSERT INTO ${table} SELECT x.* FROM (SELECT * FROM ${table} WHERE ${where} LIMIT 1) t,
    jsonb_populate_record(NULL::${table}, to_jsonb(t) || jsonb_build_object(${pairs.join(', ')})) AS x`;
};

type Try = readonly [sentence: string, sql: string, refusal: string];

const acts: readonly Try[] = [
  [
    'an act whose body was changed',
    `UPDATE act SET "body" = '\\x00' WHERE "status" = 'FINAL'`,
    'an anchored act never changes',
  ],
  [
    'an act that was signed by another',
    `UPDATE act SET "person" = 'per_other'`,
    'an anchored act never changes',
  ],
  [
    'an act put back to pending',
    `UPDATE act SET "status" = 'PENDING', "height" = NULL, "index" = NULL`,
    'an anchored act never changes',
  ],
  [
    'an act that moves in the log',
    `UPDATE act SET "index" = "index" + 100000`,
    'an anchored act never changes',
  ],
  [
    'an act that is deleted',
    `DELETE FROM act WHERE "kind" = 'invoice.confirm'`,
    'an act is never deleted',
  ],
  ['acts that are truncated away', 'TRUNCATE act CASCADE', 'an act is never deleted'],
  [
    'an act with a header that is not its hash',
    copyOf('act', `"kind" = 'party.register'`, {
      position: '999999',
      index: '999999',
      seq: '999999',
      header: `'\\x00'`,
    }),
    'act_hash',
  ],
  [
    'two acts at one place of the log',
    copyOf('act', 'true', { position: '999999', hash: `'\\x00'` }),
    'act_',
  ],
  [
    'an act that is final and nowhere',
    `INSERT INTO act SELECT x.* FROM act a, jsonb_populate_record(a, '{"status": "FINAL", "height": null}') AS x LIMIT 1`,
    'act_anchored',
  ],
];

const money: readonly Try[] = [
  [
    'an invoice that asks for less than nothing',
    `UPDATE invoice SET "payableMinor" = -1 WHERE "state" = 'RECEIVED'`,
    'invoice_payable',
  ],
  [
    'an invoice without a currency',
    `UPDATE invoice SET "currency" = NULL WHERE "state" = 'RECEIVED'`,
    'null value in column "currency"',
  ],
  [
    'an invoice in a currency that is none',
    `UPDATE invoice SET "currency" = 'cny' WHERE "state" = 'RECEIVED'`,
    'invoice_currency',
  ],
  [
    'an invoice paid more than was promised',
    `UPDATE invoice SET "paidMinor" = "approvedMinor" + 1 WHERE "state" = 'PAID'`,
    'invoice_paid',
  ],
  [
    'a promise that is made smaller',
    `UPDATE invoice SET "approvedMinor" = "approvedMinor" - 1 WHERE "state" = 'CERTIFIED'`,
    'a confirmation is irrevocable',
  ],
  [
    'a promise that is put off',
    `UPDATE invoice SET "dueDate" = "dueDate" + 30 WHERE "state" = 'CERTIFIED'`,
    'a confirmation is irrevocable',
  ],
  [
    'a promise that is taken back',
    `UPDATE invoice SET "state" = 'RECEIVED', "approvedMinor" = NULL, "dueDate" = NULL, "confirmedBy" = NULL WHERE "state" = 'CERTIFIED'`,
    'a confirmation is irrevocable',
  ],
  [
    'a proposal of nothing',
    `UPDATE proposal SET "approvedMinor" = 0 WHERE "state" = 'OPEN'`,
    'proposal_approved',
  ],
  [
    'a mandate with an amount and no currency',
    `UPDATE mandate SET "limitMinor" = 5 WHERE "limitCurrency" IS NULL`,
    'mandate_limit',
  ],
  [
    'a mandate of less than nothing',
    `UPDATE mandate SET "limitMinor" = -5 WHERE "limitMinor" > 0`,
    'mandate_limit',
  ],
  [
    'a certificate that grows',
    `UPDATE certificate SET "faceMinor" = "faceMinor" + 1, "openMinor" = "openMinor" + 1 WHERE "state" = 'ACTIVE'`,
    'certificate',
  ],
  [
    'a certificate of which more is open than it is worth',
    `UPDATE certificate SET "openMinor" = "faceMinor" + 1 WHERE "state" = 'ACTIVE'`,
    'certificate_face',
  ],
  [
    'a certificate that was cut up and is still owed',
    `UPDATE certificate SET "openMinor" = 1 WHERE "state" = 'SPLIT'`,
    'certificate_open',
  ],
  [
    'a certificate in another currency',
    `UPDATE certificate SET "currency" = 'USD'`,
    'what a certificate promises never changes',
  ],
  [
    'a part of a certificate that is cut twice',
    copyOf('certificate', `"parent" IS NOT NULL`, { id: `'cer_twice'` }),
    'certificate_one_part',
  ],
  [
    'a second certificate of one promise',
    copyOf('certificate', '"parent" IS NULL', { id: `'cer_second'`, root: `'cer_second'` }),
    'certificate_one_root',
  ],
  [
    'a certificate with a part too many',
    copyOf('certificate', `"parent" IS NOT NULL AND "part" = 1`, { id: `'cer_more'`, part: '99' }),
    'sum to its face',
  ],
  [
    'a certificate that lost a part',
    `DELETE FROM access; DELETE FROM certificate WHERE "state" = 'ACTIVE'`,
    'violates foreign key|sum to its face',
  ],
  [
    'a limit of less than nothing',
    `UPDATE credit_limit SET "sanctionedMinor" = -1`,
    'credit_limit_amount',
  ],
  [
    'a financing of more than the face',
    `UPDATE finance_request SET "netMinor" = "faceMinor" + 1 WHERE "netMinor" IS NOT NULL`,
    'finance_request_net',
  ],
  [
    'a bought certificate without a chosen quote',
    `UPDATE finance_request SET "chosen" = NULL, "bank" = NULL, "valueDate" = NULL, "netMinor" = NULL, "exposure" = NULL WHERE "state" = 'APPROVAL'`,
    'finance_request_bought',
  ],
  [
    'a payment that failed without a reason',
    `UPDATE finance_request SET "state" = 'FUNDING_FAILED' WHERE "state" = 'APPROVAL'`,
    'finance_request_failed',
  ],
  [
    'a day to pay on that comes after the buyer pays',
    `UPDATE finance_request SET "fundByDate" = "payableDate" WHERE "chosen" IS NOT NULL`,
    'finance_request_fund_by',
  ],
  [
    'a request that follows none',
    `UPDATE finance_request SET "follows" = 'req_of_nobody'`,
    'finance_request_follows',
  ],
  ['a quote of more than the whole', `UPDATE quote SET "advanceMicros" = 1000001`, 'quote_terms'],
  ['a fee of less than nothing', `UPDATE quote SET "feeFlatMinor" = -1`, 'quote_terms'],
  ['a payment owed of nothing', `UPDATE leg SET "amountMinor" = 0`, 'leg_money'],
  [
    'a payment settled by hand',
    `UPDATE leg SET "settledMinor" = "amountMinor", "state" = 'SETTLED' WHERE "state" = 'INSTRUCTED'; UPDATE leg SET "settledMinor" = 1, "state" = 'PART_SETTLED' WHERE "state" = 'SETTLED'`,
    'settled by bank lines only',
  ],
  [
    'a bank line of less than nothing',
    `UPDATE statement_line SET "amountMinor" = -1`,
    'statement_line_money',
  ],
  [
    'a bank line that pays more than it has',
    `UPDATE statement_line SET "appliedMinor" = "amountMinor" + 1 WHERE "state" = 'MATCHED'`,
    'statement_line_whole',
  ],
  [
    'a payment that is changed',
    'UPDATE payment SET "appliedMinor" = "appliedMinor" + 1',
    'a payment never changes',
  ],
  [
    'a payment that is deleted',
    'DELETE FROM payment',
    'a payment never changes and is never deleted',
  ],
  [
    'a calculation that is changed',
    `UPDATE calculation SET "results" = replace("results", '1', '2')`,
    'a calculation never changes',
  ],
  [
    'a calculation that is deleted',
    'DELETE FROM calculation',
    'a calculation never changes and is never deleted',
  ],
];

const twice: readonly Try[] = [
  [
    'two live proposals for one invoice',
    copyOf('proposal', `"state" = 'OPEN'`, { id: `'prp_second'` }),
    'proposal_one_open',
  ],
  [
    'a near match of the same two invoices again',
    copyOf('near_match', 'true', { id: `'nma_second'` }),
    'near_match_pair',
  ],
  [
    'a near match of an invoice with itself',
    'UPDATE near_match SET "other" = "invoice"',
    'near_match_two',
  ],
  [
    'a near match that nobody judged and that counts as judged',
    `UPDATE near_match SET "reviewedBy" = NULL WHERE "state" = 'CLEARED'`,
    'near_match_judged',
  ],
  [
    'more disputed of an invoice than it asks for',
    'UPDATE invoice SET "disputedMinor" = "payableMinor" + 1 WHERE "approvedMinor" IS NULL',
    'invoice_undisputed',
  ],
  ['less than nothing disputed', 'UPDATE invoice SET "disputedMinor" = -1', 'invoice_undisputed'],
  [
    'more conceded than was disputed',
    `UPDATE dispute SET "state" = 'SETTLED', "settledMinor" = "amountMinor" + 1`,
    'dispute_settled',
  ],
  [
    'a dispute that ended and concedes nothing',
    `UPDATE dispute SET "state" = 'SETTLED'`,
    'dispute_ended',
  ],
  [
    'a dispute accepted for less than was disputed',
    `UPDATE dispute SET "state" = 'ACCEPTED', "settledMinor" = "amountMinor" - 1`,
    'dispute_accepted',
  ],
  [
    'a hop with recourse for no time',
    `UPDATE transfer SET "recourse" = 'FULL', "recourseDays" = NULL`,
    'transfer_recourse_terms',
  ],
  ['a hop under no law', `UPDATE transfer SET "governingLaw" = ''`, 'transfer_law'],
  [
    'the file of a trade without its digest',
    'UPDATE transfer SET "tradeDocumentDigest" = NULL',
    'transfer_document_digest',
  ],
  ['an offer that nobody made', 'UPDATE dispute SET "offeredBy" = NULL', 'dispute_offer'],
  ['a dispute closed without a word', `UPDATE dispute SET "state" = 'CLOSED'`, 'dispute_closed'],
  [
    'what a bank line pays, confirmed by who said it',
    `UPDATE assignment SET "state" = 'CONFIRMED', "decidedBy" = "proposedBy"`,
    'assignment_four_eyes',
  ],
  [
    'what a bank line pays, returned without a word',
    `UPDATE assignment SET "state" = 'RETURNED', "returnedReason" = NULL`,
    'assignment_returned',
  ],
  [
    'a bank line that is said to pay nothing',
    `UPDATE assignment SET "legs" = '{}'`,
    'assignment_legs',
  ],
  [
    'two that say what one bank line pays',
    copyOf('assignment', `"state" = 'OPEN'`, { id: `'asg_second'` }),
    'assignment_open',
  ],
  [
    'a bank line that names a payment and is dismissed',
    `UPDATE statement_line SET "state" = 'DISMISSED' WHERE "leg" IS NOT NULL`,
    'statement_line_whole',
  ],
  [
    'a payment file released by who proposed it',
    `UPDATE instruction SET "state" = 'APPROVED', "approvedBy" = "proposedBy"`,
    'instruction_four_eyes',
  ],
  [
    'a payment file that went out unreleased',
    `UPDATE instruction SET "state" = 'SENT', "approvedBy" = NULL, "reason" = NULL`,
    'instruction_released',
  ],
  [
    'a payment file taken back without a word',
    `UPDATE instruction SET "state" = 'CANCELLED', "reason" = NULL`,
    'instruction_reason',
  ],
  [
    'a payment file of nothing',
    'UPDATE instruction SET "controlSumMinor" = 0',
    'instruction_payments',
  ],
  [
    'a payment of nothing',
    'UPDATE instructed_payment SET "amountMinor" = 0',
    'instructed_payment_amount',
  ],
  [
    'one payment in two live files',
    copyOf('instructed_payment', `"live"`, {
      ...{ id: `'ipt_second'`, place: '7', endToEndId: `'TS-SECOND'` },
    }),
    'instructed_payment_live',
  ],
  [
    'two live offers of one certificate',
    copyOf('transfer', `"state" = 'PENDING'`, { id: `'trf_second'` }),
    'transfer_one_pending',
  ],
  [
    'two live requests for one certificate',
    copyOf('finance_request', `"state" = 'OPEN'`, { id: `'req_second'` }),
    'finance_request_one_live',
  ],
  [
    'two live quotes of one bank',
    copyOf('quote', `"state" = 'COMMITTED'`, { id: `'quo_second'` }),
    'quote_one_live',
  ],
  [
    'two chosen quotes',
    `UPDATE quote SET "state" = 'SELECTED', "rank" = 1 WHERE "request" = (SELECT "request" FROM quote WHERE "request" IN (SELECT "request" FROM quote WHERE "state" = 'SELECTED') GROUP BY "request" HAVING count(*) > 1 LIMIT 1)`,
    'quote_one_chosen|quote_one_live',
  ],
  [
    'two open proposals to pay one financing',
    copyOf('funding_proposal', `"state" = 'OPEN'`, { id: `'fnd_second'` }),
    'funding_proposal_one_open',
  ],
  [
    'two states at funding of one financing',
    copyOf('funding_snapshot', 'true', { id: `'snp_second'` }),
    'funding_snapshot_request',
  ],
  [
    'a rule of a state at funding without what it saw',
    `UPDATE funding_snapshot SET "seen" = '{}' WHERE "id" = (SELECT "id" FROM funding_snapshot LIMIT 1)`,
    'funding_snapshot_lists',
  ],
  [
    'two limits of a bank about the same',
    copyOf('credit_limit', 'true', { id: `'lim_second'` }),
    'credit_limit_one',
  ],
  [
    'a limit on a buyer that names a supplier',
    `UPDATE credit_limit SET "supplier" = "buyer" WHERE "dimension" = 'BUYER'`,
    'credit_limit_subject',
  ],
  [
    'an ad hoc amount without its last day',
    `UPDATE credit_limit SET "adhocMinor" = 1`,
    'credit_limit_adhoc',
  ],
  [
    'a limit taken twice by one financing',
    copyOf('exposure', `"state" <> 'RELEASED'`, { id: `'exp_second'` }),
    'exposure_one_open',
  ],
  [
    'one invoice under way twice',
    copyOf('invoice', `"state" = 'RECEIVED'`, { id: `'inv_second'` }),
    'invoice_canonical_once',
  ],
  [
    'one bank line booked twice',
    copyOf('statement_line', 'true', { id: `'lin_second'` }),
    'statement_line_key',
  ],
  [
    'one event reported twice',
    copyOf('delivery_event', 'true', { id: `'evt_second'` }),
    'delivery_event_carrier_eventId',
  ],
  [
    'one organisation registered twice',
    copyOf('party', 'true', { id: `'pty_second'` }),
    'party_registrationKey',
  ],
  [
    'one account of two owners',
    copyOf('account', 'true', { id: `'acc_second'` }),
    'account_scheme_identifier',
  ],
  [
    'one right of a reader twice',
    copyOf('access', 'true', { id: `'other'` }),
    'access_reader_object',
  ],
  [
    'two keys with the same octets',
    copyOf('signing_key', 'true', { id: `'00'` }),
    'signing_key_publicKey',
  ],
];

const others: readonly Try[] = [
  [
    'a line of the books that is changed',
    `UPDATE ledger_posting SET "amountMinor" = "amountMinor" + 1`,
    'what is booked never changes',
  ],
  [
    'a line of the books that is deleted',
    'DELETE FROM ledger_posting',
    'what is booked never changes',
  ],
  [
    'books that are truncated away',
    'TRUNCATE ledger_posting, ledger_entry',
    'what is booked never changes',
  ],
  [
    'an entry that moves to other books',
    `UPDATE ledger_entry SET "party" = (SELECT min("id") FROM party)`,
    'what is booked never changes',
  ],
  [
    'I9: a line too much in an entry',
    copyOf('ledger_posting', 'true', { id: `'lpo_more'` }),
    'do not balance',
  ],
  [
    'I9: two lines too much that balance in no currency',
    `${copyOf('ledger_posting', '"amountMinor" > 0', { id: `'lpo_more'`, currency: `'EUR'` })};
     ${copyOf('ledger_posting', '"amountMinor" < 0', { id: `'lpo_most'`, currency: `'USD'` })}`,
    'do not balance',
  ],
  [
    'I9: an entry without lines',
    copyOf('ledger_entry', 'true', { id: `'len_empty'` }),
    'do not balance',
  ],
  [
    'a line of nothing',
    copyOf('ledger_posting', 'true', { id: `'lpo_nothing'`, amountMinor: '0' }),
    'ledger_posting_amount',
  ],
  [
    'a reported event that is changed',
    `UPDATE delivery_event SET "bizStep" = 'receiving'`,
    'what was reported never changes',
  ],
  [
    'a reported event that is deleted',
    'DELETE FROM delivery_event',
    'a reported event is never deleted',
  ],
  [
    'a file that becomes another',
    `UPDATE document SET "name" = 'other.xml'`,
    'A document is never changed',
  ],
  [
    'an invoice owed to oneself',
    `UPDATE invoice SET "buyer" = "seller" WHERE "state" = 'RECEIVED'`,
    'invoice_two_parties',
  ],
  [
    'an invoice of nobody',
    `UPDATE invoice SET "seller" = 'pty_none' WHERE "state" = 'RECEIVED'`,
    'invoice_seller',
  ],
  ['a state that there is not', `UPDATE certificate SET "state" = 'GONE'`, 'certificate_state'],
  [
    'a key that somebody counts back',
    `UPDATE signing_key SET "seq" = 0 WHERE "seq" > 0`,
    'signing_key_seq',
  ],
  ['a level of sight that there is not', `UPDATE access SET "level" = 'X'`, 'access_level'],
  [
    'a second business day',
    `INSERT INTO business_clock ("id", "version", "date", "realDate", "zone", "mode")
      VALUES ('other', 1, '2030-01-01', '2030-01-01', 'UTC', 'REAL')`,
    'business_clock_one_row',
  ],
  [
    'a real business day that is not the day of its zone',
    `UPDATE business_clock SET "mode" = 'REAL', "date" = "realDate" + 1`,
    'business_clock_real',
  ],
  [
    'a programme whose market closes before it opens',
    `UPDATE programme SET "marketOpens" = '21:00', "marketCloses" = '09:00'`,
    'programme_hours',
  ],
  [
    'a programme that follows no calendar',
    `UPDATE programme SET "calendars" = '{}'`,
    'programme_calendars',
  ],
  [
    'a limit of an issuer in no currency',
    `UPDATE programme SET "issueLimitMinor" = 1, "currency" = NULL`,
    'programme_issue_limit',
  ],
  [
    'less than nothing promised in a programme',
    `INSERT INTO issuance SELECT "id", 1, 'CNY', -1 FROM programme`,
    'issuance_open',
  ],
  [
    'a word of a policy that is corrected afterwards',
    `UPDATE policy_decision SET "version" = 2, "outcome" = 'PASS'`,
    'policy_decision_once',
  ],
  [
    'a year of a calendar under the name of another',
    `INSERT INTO calendar VALUES ('CN:2026', 1, 'CN', 2027, '{}', '{}', 'x', 1)`,
    'calendar_year',
  ],
  [
    'a change of account agreed to by the one who proposed it',
    `UPDATE account_change SET "approvedBy" = ARRAY["proposedBy"] WHERE "state" = 'OPEN'`,
    'account_change_other_people',
  ],
  [
    'a change of account agreed to by one person twice',
    `UPDATE account_change SET "state" = 'IN_FORCE', "heldUntilMs" = 1, "approvedBy" = '{per_a,per_a}'`,
    'account_change_other_people',
  ],
  [
    'a change of account in force without two people',
    `UPDATE account_change SET "state" = 'IN_FORCE', "heldUntilMs" = 1, "approvedBy" = '{per_a}'`,
    'account_change_held',
  ],
  [
    'a change of account in force without a hold',
    `UPDATE account_change SET "state" = 'IN_FORCE', "approvedBy" = '{per_a,per_b}'`,
    'account_change_held',
  ],
  [
    'a change of account that stands nowhere',
    `UPDATE account_change SET "state" = 'LOST' WHERE "state" = 'RETRACTED'`,
    'account_change_state',
  ],
  [
    'a change of an account that is not there',
    `UPDATE account_change SET "account" = 'acc_none'`,
    'account_change_account',
  ],
  [
    'two changes of an account that wait at once',
    copyOf('account_change', `"state" = 'OPEN'`, { id: `'acn_second'` }),
    'account_change_open',
  ],
  [
    'LIMITED recourse that says to what it is limited nowhere',
    `UPDATE quote SET "recourse" = 'LIMITED'`,
    'quote_late',
  ],
  [
    'two advances of one financing',
    copyOf('advance', 'true', { id: `'adv_second'` }),
    'advance_request_key',
  ],
  [
    'more principal open than was paid out',
    `UPDATE advance SET "principalOpenMinor" = "advanceMinor" + 1`,
    'advance_open',
  ],
  [
    'interest open that was never booked',
    `UPDATE advance SET "overdueOpenMinor" = "overdueMinor" + 1`,
    'advance_open',
  ],
  ['a loss below nothing', `UPDATE advance SET "lossMinor" = -1`, 'advance_lost'],
  [
    'an advance of LIMITED recourse without its limits',
    `UPDATE advance SET "recourse" = 'LIMITED'`,
    'advance_terms',
  ],
  [
    'a receipt that is not used up to the last unit',
    `UPDATE allocation SET "principalMinor" = "principalMinor" - 1 WHERE "principalMinor" > 0`,
    'allocation_whole',
  ],
  [
    'a receipt that is used twice',
    copyOf('allocation', 'true', { id: `'alc_second'` }),
    'allocation_line_leg_key',
  ],
  ['a claim on oneself', `UPDATE claim SET "debtor" = "creditor"`, 'claim_sides'],
  ['a claim that is paid by nothing', `UPDATE claim SET "state" = 'PAID'`, 'claim_state'],
  [
    'a claim for more than nothing of it',
    `UPDATE claim SET "paidMinor" = "amountMinor" + 1`,
    'claim_money',
  ],
  ['a claim on a ground of another name', `UPDATE claim SET "ground" = 'SPITE'`, 'claim_ground'],
  [
    'a provision that does not sum',
    `INSERT INTO provision SELECT 'prv_1', 1, "request", "bank", 30, 100, 25, 74, 'CNY', 1 FROM advance LIMIT 1`,
    'provision_whole',
  ],
  [
    'two open proposals to give up one financing',
    `INSERT INTO write_off SELECT 'wof_' || n, 1, 'OPEN', a."request", a."bank", 1, 'CNY', 'x', p."id", 1
      FROM (SELECT * FROM advance LIMIT 1) a, (SELECT * FROM person LIMIT 1) p, generate_series(1, 2) n`,
    'write_off_one_open',
  ],
  ['an account kept by nobody', `UPDATE account SET "servicer" = 'pty_none'`, 'account_servicer'],
  [
    'a password that is not hashed',
    `UPDATE login SET "passwordHash" = 'secret'`,
    'login_password_is_argon2id',
  ],
];

describe('the database refuses', () => {
  it.each([...acts, ...money, ...twice, ...others])('%s', async (_sentence, sql, refusal) => {
    const tried = (async () => {
      await client.query(sql);
      // Rules on several rows are looked at when a transaction ends.
      await client.query('SET CONSTRAINTS ALL IMMEDIATE');
    })();

    await expect(tried).rejects.toThrow(new RegExp(refusal));
  });

  it('and takes what is right: the same rows as they stand', async () => {
    for (const table of ['invoice', 'certificate', 'leg', 'quote', 'mandate', 'statement_line']) {
      await client.query(`UPDATE ${table} SET "version" = "version"`);
    }

    await expect(client.query('SET CONSTRAINTS ALL IMMEDIATE')).resolves.toBeDefined();
  });
});

describe('every amount of every table', () => {
  it('is a whole number beside a currency that may not be missing, or is bound to one by a rule', async () => {
    const { rows } = await client.query<{ table: string; column: string }>(
      // A view shows what its tables hold.
      `SELECT c.table_name AS table, c.column_name AS column FROM information_schema.columns c
       JOIN information_schema.tables t USING (table_schema, table_name)
       WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
         AND c.column_name LIKE '%Minor'`,
    );
    const { rows: currencies } = await client.query<{ table: string; nullable: string }>(
      `SELECT table_name AS table, is_nullable AS nullable FROM information_schema.columns
       WHERE table_schema = 'public' AND column_name = 'currency'`,
    );
    const firm = new Set(
      currencies.filter(({ nullable }) => nullable === 'NO').map(({ table }) => table),
    );
    const loose = [...new Set(rows.map(({ table }) => table))].filter((table) => !firm.has(table));

    expect(rows.length).toBeGreaterThan(15);
    // A mandate's limit has its own currency; a programme's smallest part is in the certificate's.
    // What is taken of a limit is in the limit's currency.
    expect(loose.sort()).toEqual(['exposure', 'mandate', 'programme']);
  });
});
