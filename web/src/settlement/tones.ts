/** The colours of the states of payments and bank lines. */
import type { LegState, LineState } from '../lib/graphql/graphql.ts';
import type { Tone } from '../ui/StateTag.tsx';

export const legTones: Readonly<Record<LegState, Tone>> = {
  SCHEDULED: 'quiet',
  INSTRUCTED: 'accent',
  PART_SETTLED: 'accent',
  SETTLED: 'good',
  RETURNED: 'bad',
  FAILED: 'bad',
};

export const lineTones: Readonly<Record<LineState, Tone>> = {
  UNMATCHED: 'quiet',
  MATCHED: 'good',
  PARKED: 'warn',
};

export const legGroups = {
  open: ['SCHEDULED', 'INSTRUCTED', 'PART_SETTLED', 'RETURNED', 'FAILED'],
  settled: ['SETTLED'],
} as const satisfies Readonly<Record<string, readonly LegState[]>>;

export function isLegGroup(name: string | null): name is keyof typeof legGroups {
  return name !== null && name in legGroups;
}
