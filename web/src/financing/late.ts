/** What late money means on a page. Pure. */
import { toMinor } from '../lib/format-money.ts';
import type { AdvancePartsFragment, ClaimState, RequestState } from '../lib/graphql/graphql.ts';
import type { Tone } from '../ui/StateTag.tsx';

export const claimTones: Readonly<Record<ClaimState, Tone>> = {
  OPEN: 'warn',
  PART_PAID: 'accent',
  PAID: 'good',
  VOID: 'quiet',
};

/** States in which something was paid out, so that there is something to say of it. */
const paidOutStates: ReadonlySet<RequestState> = new Set([
  ...(['FUNDED', 'REPAYING', 'REPAID', 'OVERDUE', 'DEFAULTED'] as const),
  ...(['RECOURSE_CALLED', 'RECOURSE_PAID', 'LOSS'] as const),
]);

export function isPaidOut(state: RequestState): boolean {
  return paidOutStates.has(state);
}

/** What may be claimed because the buyer does not pay; undefined for nothing. */
export function mostToClaim({ recourses }: Pick<AdvancePartsFragment, 'recourses'>) {
  const most = recourses.find(({ ground }) => ground === 'UNWILLING')?.most;
  return most === null || most === undefined || toMinor(most) === 0n ? undefined : most;
}

/** 88500 millionths are 8.85 %. */
export function ratePercent(micros: number): string {
  return (micros / 10_000).toFixed(4).replace(/\.?0+$/, '');
}
