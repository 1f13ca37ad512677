/** What must hold, or the program has a bug and stops. */
export function invariant(condition: boolean, what: string): asserts condition {
  if (!condition) throw new BrokenInvariant(what);
}

export class BrokenInvariant extends Error {
  override readonly name = 'BrokenInvariant';

  constructor(what: string) {
    super(`This must hold and does not: ${what}.`);
  }
}
