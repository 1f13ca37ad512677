/**
 * Policy packs: the rules of a market or a regulator as versioned code.
 *
 * A programme names packs by id and version ('CN-77/1'). Each rule that speaks on an occasion says PASS,
 * WARN or REFUSE, with what it saw and what it wants; the outcome is stored with pack, version, hash
 * and facts, so that anyone can ask later which rule was applied, and what the newest version would
 * say. A released version never changes: a changed rule is a new version beside it. The hash is
 * SHA-256 over the rule table in words. Pure.
 */
import { createHash } from 'node:crypto';
import { type Refusal, refuse } from '../kernel/decision.ts';
import { cn77 } from './cn-77.ts';
import type { PolicyFacts, PolicyPack, PolicyRule, PolicyVerdict } from './policy-pack.ts';

/** Every released version of every pack, the oldest first. */
export const policyPacks: readonly PolicyPack[] = [cn77];

export type PolicyFinding = PolicyVerdict & {
  readonly pack: PolicyPack;
  readonly rule: PolicyRule;
};

export function packLabel({ id, version }: Pick<PolicyPack, 'id' | 'version'>): string {
  return `${id}/${version}`;
}

export function packNamed(label: string): PolicyPack | null {
  return policyPacks.find((pack) => packLabel(pack) === label) ?? null;
}

/** What a verifier compares: SHA-256 in hex over the rule table, a line a rule. */
export function packHash(pack: PolicyPack): string {
  const rules = pack.rules.map(({ name, occasions, says, needsReason }) =>
    [name, occasions.join(','), needsReason ? 'reason' : '', says].join('\t'),
  );
  const text = ['tallystick/policy-pack/1', packLabel(pack), pack.title, ...rules].join('\n');
  return createHash('sha256').update(text).digest('hex');
}

/** What every rule of the named packs says to these facts, in their order. */
export function findingsOf(
  labels: readonly string[],
  facts: PolicyFacts,
): readonly PolicyFinding[] {
  return labels.flatMap((label) => {
    const pack = packNamed(label);
    if (pack === null) throw new RangeError(`${label} is a released policy pack`);
    return pack.rules
      .filter(({ occasions }) => occasions.includes(facts.occasion))
      .map((rule) => ({ pack, rule, ...rule.judge(facts) }));
  });
}

/** Why the packs do not let it pass, or null. A warning that needs a reason passes with one. */
export function policyBarrier(
  findings: readonly PolicyFinding[],
  facts: Pick<PolicyFacts, 'reason'>,
): Refusal | null {
  const refused = findings.find(({ outcome }) => outcome === 'REFUSE');
  if (refused !== undefined) {
    const { rule, pack, seen, expected } = refused;
    return refuse(rule.code, rule.says, {
      path: rule.name.startsWith('TERM') ? 'dueDate' : '',
      seen,
      expected: `${expected} (${packLabel(pack)}, ${rule.name})`,
      help: 'The policy of the programme does not admit it; nobody can approve it.',
    });
  }
  const hasReason = facts.reason !== null && facts.reason.trim() !== '';
  const unexplained = findings.find(
    ({ outcome, rule }) => outcome === 'WARN' && rule.needsReason && !hasReason,
  );
  if (unexplained === undefined) return null;
  const { rule, pack, seen, expected } = unexplained;
  return refuse('POLICY_REASON_REQUIRED', rule.says, {
    path: 'reason',
    seen,
    expected: `${expected}, or a reason (${packLabel(pack)}, ${rule.name})`,
    help: 'Say why; the reason is kept with the decision.',
  });
}

/** What the newest version of the pack says today to the facts of an earlier decision; null where the rule is gone. */
export function judgeAgain(
  packId: string,
  ruleName: string,
  facts: PolicyFacts,
): (PolicyVerdict & { readonly version: number }) | null {
  const newest = policyPacks.filter(({ id }) => id === packId).at(-1);
  const rule = newest?.rules.find(({ name }) => name === ruleName);
  if (newest === undefined || rule === undefined) return null;
  return { ...rule.judge(facts), version: newest.version };
}
