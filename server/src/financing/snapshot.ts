/**
 * The state at funding: what every guard saw at the instant at which the payment was approved.
 *
 * Kept once, by the act that approves, and never changed; so that a bank can show later what it knew
 * when it paid in good faith. The audit derives it again from the rows as they stood then. Pure.
 */
import { calculator } from '../../../chain/src/calc/run.ts';
import type { Act } from '../kernel/act.ts';
import { invariant } from '../kernel/invariant.ts';
import { type Guard, passedWords } from './checks.ts';
import type { Check, FundingProposalRow, FundingSnapshotRow, RequestRow } from './model.ts';

/** What the guards saw, in their order. Only when all of them let pass. */
export function snapshotOf(
  act: Pick<Act, 'id' | 'hash' | 'at' | 'businessDate'>,
  asked: Pick<RequestRow, 'id' | 'certificate' | 'invoice'>,
  proposal: Pick<FundingProposalRow, 'id' | 'quote' | 'bank'>,
  policies: readonly string[],
  guards: readonly Guard[],
): FundingSnapshotRow {
  invariant(
    guards.every(({ refusal }) => refusal === null),
    'nothing stands in the way of what is approved',
  );
  const { certificate, invoice } = asked;
  return {
    ...{ id: act.id('snp', 0), version: 1, request: asked.id, certificate, invoice },
    ...{ proposal: proposal.id, quote: proposal.quote, bank: proposal.bank },
    ...{ policies, calculator: calculator },
    rules: guards.map(({ rule }) => rule),
    seen: guards.map(({ seen }) => seen),
    expected: guards.map(({ expected }) => expected),
    ...{ takenDate: act.businessDate, act: act.hash, createdMs: act.at },
  };
}

/** The list as people read it. */
export function checksIn({ rules, seen, expected }: FundingSnapshotRow): readonly Check[] {
  return rules.map((rule, order) => ({
    ...{ rule, ok: true, message: passedWords(rule) },
    ...{ seen: seen[order] ?? '', expected: expected[order] ?? '' },
  }));
}
