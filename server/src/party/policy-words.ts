/** Verdicts of policy packs as they are shown: then, today, and before anything is signed. Pure. */
import type { BusinessDate } from '../kernel/time.ts';
import type { PolicyDecisionRow } from './model.ts';
import type { PolicyFacts, PolicyOutcome } from './policy-pack.ts';
import { findingsOf, judgeAgain, packLabel, packNamed } from './policy-packs.ts';

export type PolicyWord = {
  /** Id and version. */
  readonly pack: string;
  readonly rule: string;
  readonly says: string;
  readonly outcome: PolicyOutcome;
  readonly needsReason: boolean;
  readonly seen: string;
  readonly expected: string;
};

/** What the packs would say to a promise of today. */
export function policyPreview(
  labels: readonly string[],
  today: BusinessDate,
  dueDate: BusinessDate,
): readonly PolicyWord[] {
  const facts: PolicyFacts = {
    ...{ occasion: 'invoice.confirm', today, dueDate },
    ...{ reason: null, hasTradeDocument: null, isOffer: null },
  };
  return findingsOf(labels, facts).map(({ pack, rule, outcome, seen, expected }) => ({
    ...{ pack: packLabel(pack), rule: rule.name, says: rule.says, needsReason: rule.needsReason },
    ...{ outcome, seen, expected },
  }));
}

/** What was said when it was decided; the words are those of the version of that day. */
export function policyThen(row: PolicyDecisionRow): PolicyWord {
  const label = packLabel({ id: row.pack, version: row.packVersion });
  const rule = packNamed(label)?.rules.find(({ name }) => name === row.rule);
  return {
    ...{ pack: label, rule: row.rule, says: rule?.says ?? '' },
    needsReason: rule?.needsReason ?? false,
    outcome: row.outcome as PolicyOutcome,
    ...{ seen: row.seen, expected: row.expected },
  };
}

/** What the newest version says to the same facts; null where the rule is gone. */
export function policyToday(row: PolicyDecisionRow): PolicyWord | null {
  const again = judgeAgain(row.pack, row.rule, JSON.parse(row.facts) as PolicyFacts);
  if (again === null) return null;
  const { version, ...verdict } = again;
  const pack = packLabel({ id: row.pack, version });
  const rule = packNamed(pack)?.rules.find(({ name }) => name === row.rule);
  return {
    ...{ pack, rule: row.rule, says: rule?.says ?? '', needsReason: rule?.needsReason ?? false },
    ...verdict,
  };
}
