/** Who may bring in a statement, and what of it others may see. Pure. */
import type { AccountRow } from '../party/model.ts';

/** The account's owner, or the bank that keeps it. */
export function mayImport(account: Pick<AccountRow, 'owner' | 'servicer'>, party: string): boolean {
  return party === account.owner || party === account.servicer;
}

/**
 * The auditors that may read a whole statement: those who audit every line of it. A line that is no
 * business of theirs closes the statement to them; what matches they see line by line.
 */
export function auditorsOfAll(auditorsByLine: readonly (readonly string[])[]): readonly string[] {
  const [first = [], ...rest] = auditorsByLine;
  return first.filter((auditor) => rest.every((auditors) => auditors.includes(auditor)));
}
