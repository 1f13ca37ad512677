/** Statements come in: each booking of a bank becomes one line, once. */
import { handler, type Reader } from '../kernel/act.ts';
import { insert } from '../kernel/change.ts';
import { accept } from '../kernel/decision.ts';
import { notFound } from '../kernel/fault.ts';
import { invariant } from '../kernel/invariant.ts';
import type { AccountRow } from '../party/model.ts';
import { requireParty } from '../party/service.ts';
import { auditorsOfStatement, followUps, grantOf, isRefusal } from './lines.ts';
import { isEvidence } from './matching.ts';
import type { BankLine, LineRow, StatementFormat, StatementRow } from './model.ts';
import { mayImport } from './policy.ts';
import { isFormat, newLines, readLines } from './transitions.ts';

/**
 * The owner of an account, or its bank, brings in what was booked. A booking that is known counts as
 * known and is never booked twice; the same file again changes nothing but the count.
 */
export const importStatement = handler({
  kind: 'statement.import',
  objects: ({ account }) => [account],
  mandate: () => ({ action: 'statement.import', amount: null }),
  async decide(reader, act) {
    const { body } = act;
    const account = await reader.get<AccountRow>('account', body.account);
    if (account === null || !mayImport(account, act.party)) throw notFound();
    const lines = readLines(body.lines, body.format, account.currency);
    if (isRefusal(lines)) return lines;
    invariant(isFormat(body.format), 'the lines were read in a known format');
    const fresh = newLines(lines, await knownLines(reader, account.id, lines));
    if (isRefusal(fresh)) return fresh;

    const statement: StatementRow = {
      ...{ id: act.id('stm', 0), version: 1, account: account.id, owner: account.owner },
      ...{ importer: act.party, format: body.format, documentDigest: body.documentDigest },
      ...{
        lineCount: lines.length,
        newLines: fresh.length,
        knownLines: lines.length - fresh.length,
      },
      createdMs: act.at,
    };
    const importerIsBank = (await requireParty(reader, act.party)).roles.includes('BANK');
    const rows = fresh.map((line, order) =>
      newLine(
        act.id('lin', order),
        statement,
        line,
        body.format as StatementFormat,
        importerIsBank,
      ),
    );
    const owners = [...new Set([account.owner, act.party])];
    return accept(
      statement.id,
      [insert('statement', statement), ...rows.map((row) => insert('statement_line', row))],
      {
        next: await followUps(reader, rows),
        readers: [...owners, ...(await auditorsOfStatement(reader, account.owner, lines))],
        grants: owners.flatMap((party) => [
          grantOf(party, 'Statement', statement),
          ...rows.map((row) => grantOf(party, 'StatementLine', row)),
        ]),
      },
    );
  },
});

function newLine(
  id: string,
  statement: StatementRow,
  line: BankLine,
  format: StatementFormat,
  importerIsBank: boolean,
): LineRow {
  const { account, owner, importer, createdMs } = statement;
  return {
    ...{ id, version: 1, state: 'UNMATCHED', statement: statement.id, account, owner, importer },
    ...{ key: keyOf(account, line), evidence: isEvidence(line, format, importerIsBank), ...line },
    ...{
      legs: [],
      leg: null,
      appliedMinor: 0n,
      unappliedMinor: 0n,
      twin: null,
      reason: null,
      assigned: [],
    },
    ...{ pendingAct: null, createdMs },
  };
}

function keyOf(account: string, { bankReference }: BankLine): string {
  return `${account}:${bankReference}`;
}

/** The lines of this account that are known already, by bank reference. */
async function knownLines(
  reader: Reader,
  account: string,
  lines: readonly BankLine[],
): Promise<ReadonlyMap<string, BankLine>> {
  const found = await Promise.all(
    lines.map((line) => reader.where<LineRow>('statement_line', 'key', keyOf(account, line))),
  );
  return new Map(found.flat().map((row) => [row.bankReference, row]));
}
