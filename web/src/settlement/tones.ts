/** The colours of the states of payments and bank lines. */
import type { InstructionState, LegState, LineState } from '../lib/graphql/graphql.ts';
import type { Tone } from '../ui/StateTag.tsx';

export const legTones: Readonly<Record<LegState, Tone>> = {
  SCHEDULED: 'quiet',
  INSTRUCTED: 'accent',
  SENT: 'accent',
  PART_SETTLED: 'accent',
  SETTLED: 'good',
  RETURNED: 'bad',
  FAILED: 'bad',
};

export const lineTones: Readonly<Record<LineState, Tone>> = {
  UNMATCHED: 'quiet',
  MATCHED: 'good',
  PARKED: 'warn',
  DISMISSED: 'quiet',
};

export const legGroups = {
  open: ['SCHEDULED', 'INSTRUCTED', 'SENT', 'PART_SETTLED', 'RETURNED', 'FAILED'],
  settled: ['SETTLED'],
} as const satisfies Readonly<Record<string, readonly LegState[]>>;

export function isLegGroup(name: string | null): name is keyof typeof legGroups {
  return name !== null && name in legGroups;
}

export const fileTones: Readonly<Record<InstructionState, Tone>> = {
  PROPOSED: 'warn',
  APPROVED: 'accent',
  SENT: 'accent',
  DONE: 'good',
  REJECTED: 'bad',
  CANCELLED: 'quiet',
};

export const fileGroups = {
  waiting: ['PROPOSED', 'APPROVED', 'SENT'],
  over: ['DONE', 'REJECTED', 'CANCELLED'],
} as const satisfies Readonly<Record<string, readonly InstructionState[]>>;

export function isFileGroup(name: string | null): name is keyof typeof fileGroups {
  return name !== null && name in fileGroups;
}
