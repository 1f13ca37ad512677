/** What a policy pack is: rules with names, each judged on the facts of an occasion. Pure. */
import type { BusinessDate } from '../kernel/time.ts';

export type PolicyOccasion = 'invoice.confirm' | 'certificate.issue' | 'certificate.transfer';

/** What rules look at; what an occasion does not know is null. */
export type PolicyFacts = {
  readonly occasion: PolicyOccasion;
  readonly today: BusinessDate;
  readonly dueDate: BusinessDate;
  /** Why it is done in spite of a warning. */
  readonly reason: string | null;
  /** The document of this hop's own trade is attached. */
  readonly hasTradeDocument: boolean | null;
  /** The supplier may still decline. */
  readonly isOffer: boolean | null;
};

export type PolicyOutcome = 'PASS' | 'WARN' | 'REFUSE';
export type PolicyVerdict = {
  readonly outcome: PolicyOutcome;
  readonly seen: string;
  readonly expected: string;
};

export type PolicyRule = {
  readonly name: string;
  readonly occasions: readonly PolicyOccasion[];
  /** The code of its refusal; a rule that never refuses has the code of the reason that it wants. */
  readonly code: string;
  /** The rule in words; part of the hash, so every number that it uses stands in it. */
  readonly says: string;
  /** A warning of this rule needs a reason. */
  readonly needsReason: boolean;
  readonly judge: (facts: PolicyFacts) => PolicyVerdict;
};

export type PolicyPack = {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly rules: readonly PolicyRule[];
};
