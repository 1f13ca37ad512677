/**
 * The answer of a rule: either what changes, or a refusal that a person can act on.
 *
 * A refusal is an expected no. It is a value, part of the GraphQL schema, and says which input it is
 * about, what was seen, what was expected and what to do instead.
 */
import type { Change, FollowUp, Grant } from './change.ts';

export type Refusal = {
  readonly kind: 'refusal';
  /** SCREAMING_SNAKE, stable once released. */
  readonly code: string;
  /** The input it is about, as in GraphQL: 'approved.amount'. Empty for the whole. */
  readonly path: string;
  readonly message: string;
  readonly seen: string;
  readonly expected: string;
  /** The way out, in one sentence. */
  readonly help: string;
  /** A file that proves the refusal, signed by the platform; only where one is given. */
  readonly receipt?: string;
};

export type Accepted = {
  readonly kind: 'accepted';
  /** The object that the act is about; its page shows the act. */
  readonly subject: string;
  /** Applied in the act's own transaction. */
  readonly changes: readonly Change[];
  /** Contested acts only: applied when the chain included the act as accepted … */
  readonly whenFinal: readonly Change[];
  /** … or when it included it as refused; `$refusal` in a text column stands for the chain's code. */
  readonly whenRefused: readonly Change[];
  /** Who may read the objects, beyond those who already may. */
  readonly grants: readonly Grant[];
  /** Parties that may read the act itself. The acting party always may. */
  readonly readers: readonly string[];
  /** Acts of the automation that follow: after commit, or after finality when contested. */
  readonly next: readonly FollowUp[];
};

export type Decision = Accepted | Refusal;

export function refuse(
  code: string,
  message: string,
  details: Partial<Pick<Refusal, 'path' | 'seen' | 'expected' | 'help'>> = {},
): Refusal {
  return { kind: 'refusal', code, message, path: '', seen: '', expected: '', help: '', ...details };
}

export function accept(
  subject: string,
  changes: readonly Change[],
  more: Partial<Omit<Accepted, 'kind' | 'subject' | 'changes'>> = {},
): Accepted {
  return {
    kind: 'accepted',
    subject,
    changes,
    whenFinal: [],
    whenRefused: [],
    grants: [],
    readers: [],
    next: [],
    ...more,
  };
}
