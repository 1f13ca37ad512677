/**
 * Does the server's context ask for the same thing as the page?
 *
 * The signer builds the act from its own input; a context adds only where the act stands (network,
 * key, sequence) and who acts. Before anything is signed, each of these is compared with what the
 * page shows. A context that disagrees is refused: nothing is signed, nothing is sent.
 *
 * Pure.
 */
export type ContextShown = {
  readonly chainId: string;
  readonly keyId: string;
  readonly party: string;
  readonly person: string;
  readonly businessDate: string;
  readonly mandates: readonly string[];
  /** This device's clock. */
  readonly nowMs: number;
  /** The last acts of the objects on the page, in hex; undefined where the page names none. */
  readonly refs: readonly string[] | undefined;
};

export type ContextGiven = {
  readonly chainId: string;
  readonly keyId: string;
  readonly party: string;
  readonly person: string | null;
  readonly mandate: string | null;
  readonly businessDate: string;
  readonly timeMs: number;
  readonly refs: readonly string[];
};

export type ContextProblem =
  | 'contextChain'
  | 'contextKey'
  | 'contextParty'
  | 'contextPerson'
  | 'contextDate'
  | 'contextTime'
  | 'contextMandate'
  | 'contextPlace'
  | 'contextRefs';

/** How far the time in an act may be from this device's clock. */
const driftMsMax = 10 * 60_000;

/** The first disagreement, or undefined when the context may be signed. */
export function contextProblem(
  given: ContextGiven,
  shown: ContextShown,
): ContextProblem | undefined {
  if (given.chainId !== shown.chainId) {
    return 'contextChain';
  }
  if (given.keyId !== shown.keyId) {
    return 'contextKey';
  }
  if (given.party !== shown.party) {
    return 'contextParty';
  }
  if (given.person !== shown.person) {
    return 'contextPerson';
  }
  if (given.businessDate !== shown.businessDate) {
    return 'contextDate';
  }
  if (Math.abs(given.timeMs - shown.nowMs) > driftMsMax) {
    return 'contextTime';
  }
  if (given.mandate !== null && !shown.mandates.includes(given.mandate)) {
    return 'contextMandate';
  }
  const { refs } = shown;
  return refs !== undefined && given.refs.some((ref) => !refs.includes(ref))
    ? 'contextRefs'
    : undefined;
}
