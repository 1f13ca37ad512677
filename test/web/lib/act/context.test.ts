/** A context that asks for something else than the page shows is refused, each field for itself. */
import {
  type ContextGiven,
  type ContextShown,
  contextProblem,
} from '@tallystick/web/src/lib/act/context.ts';
import { describe, expect, it } from 'vitest';

const nowMs = 1_772_540_000_000;
const shown: ContextShown = {
  chainId: 'chain',
  keyId: 'key',
  party: 'pty_aurora',
  person: 'per_adam',
  businessDate: '2026-03-03',
  mandates: ['mdt_confirm', 'mdt_propose'],
  nowMs,
  refs: ['aa'],
};
const given: ContextGiven = {
  chainId: 'chain',
  keyId: 'key',
  party: 'pty_aurora',
  person: 'per_adam',
  mandate: 'mdt_confirm',
  businessDate: '2026-03-03',
  timeMs: nowMs + 1_000,
  refs: ['aa'],
};

describe('the context of an act', () => {
  it('may be signed when it says what the page shows', () => {
    expect(contextProblem(given, shown)).toBeUndefined();
    expect(contextProblem({ ...given, mandate: null }, shown)).toBeUndefined();
    expect(contextProblem({ ...given, refs: [] }, shown)).toBeUndefined();
  });

  it.each([
    ['another network', { chainId: 'other' }, 'contextChain'],
    ['another key', { keyId: 'other' }, 'contextKey'],
    ['another organisation', { party: 'pty_bolt' }, 'contextParty'],
    ['another person', { person: 'per_clara' }, 'contextPerson'],
    ['nobody', { person: null }, 'contextPerson'],
    ['another business day', { businessDate: '2026-03-04' }, 'contextDate'],
    ['a mandate of someone else', { mandate: 'mdt_other' }, 'contextMandate'],
    ['an act that the page has not shown', { refs: ['aa', 'bb'] }, 'contextRefs'],
    ['a time an hour away', { timeMs: nowMs + 3_600_000 }, 'contextTime'],
  ] as const)('is refused when it names %s', (_what, change, problem) => {
    expect(contextProblem({ ...given, ...change }, shown)).toBe(problem);
  });

  it('is told apart from this device’s clock at ten minutes, not before', () => {
    expect(contextProblem({ ...given, timeMs: nowMs - 600_000 }, shown)).toBeUndefined();
    expect(contextProblem({ ...given, timeMs: nowMs - 600_001 }, shown)).toBe('contextTime');
  });

  it('is not compared by acts where the page shows none', () => {
    expect(
      contextProblem({ ...given, refs: ['zz'] }, { ...shown, refs: undefined }),
    ).toBeUndefined();
  });
});
