/**
 * A failure the caller can act on. The message is for a person; the code is for
 * a program and never changes once released. Anything else that is thrown is our
 * bug: it is logged whole, and the caller sees INTERNAL and a reference.
 */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: FaultCode;
  readonly facts: Readonly<Record<string, string>>;

  constructor(code: FaultCode, message: string, facts: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.facts = facts;
  }
}

export type FaultCode =
  | 'NOT_FOUND'
  | 'UNAUTHENTICATED'
  | 'BAD_INPUT'
  | 'IDEMPOTENCY_CONFLICT'
  | 'LIMIT_EXCEEDED'
  | 'RATE_LIMITED'
  | 'UNAVAILABLE';

/** The one answer for what does not exist and for what may not be seen; the two cannot be told apart. */
export function notFound(): Fault {
  return new Fault('NOT_FOUND', 'There is no such thing, or it is not yours to see.');
}
