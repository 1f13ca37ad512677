/** Lines that pay nothing we know exactly: they wait for a person. */
import { handler } from '../kernel/act.ts';
import { update } from '../kernel/change.ts';
import { accept } from '../kernel/decision.ts';
import {
  auditorsOfStatement,
  grantOf,
  isRefusal,
  matchedLine,
  ownersOf,
  twinChange,
} from './lines.ts';
import { outcome } from './transitions.ts';

/** The line pays nothing that we know exactly: it waits for a person, with the reason. */
export const park = handler({
  kind: 'payment.park',
  objects: ({ line }) => [line],
  async decide(reader, act) {
    const matched = await matchedLine(reader, act);
    if (isRefusal(matched)) return matched;
    const { line, found } = matched;
    const auditors = await auditorsOfStatement(reader, line.owner, [line]);
    return accept(
      line.id,
      [
        update('statement_line', line, outcome(line, found)),
        ...(await twinChange(reader, line, found)),
      ],
      {
        readers: [...ownersOf(line), ...auditors],
        grants: auditors.map((auditor) => grantOf(auditor, 'StatementLine', line)),
      },
    );
  },
});
