import { describe, expect, it } from 'vitest';
import { adjust, weekdays } from '../../../server/src/receivable/maturity.ts';

describe('the business day of maturity', () => {
  it('moves a Sunday to Monday under FOLLOWING, even into the next month (V14)', () => {
    expect(adjust('2026-05-31', 'FOLLOWING', weekdays)).toBe('2026-06-01');
  });

  it('moves back to Friday under MODIFIED_FOLLOWING when Monday is in the next month (V14)', () => {
    expect(adjust('2026-05-31', 'MODIFIED_FOLLOWING', weekdays)).toBe('2026-05-29');
  });

  it('moves forward under MODIFIED_FOLLOWING within the month', () => {
    expect(adjust('2026-05-30', 'MODIFIED_FOLLOWING', () => true)).toBe('2026-05-30');
    expect(adjust('2026-05-23', 'MODIFIED_FOLLOWING', weekdays)).toBe('2026-05-25');
  });

  it('moves back under PRECEDING', () => {
    expect(adjust('2026-05-31', 'PRECEDING', weekdays)).toBe('2026-05-29');
  });

  it('leaves a business day where it is, under every rule', () => {
    for (const rule of ['FOLLOWING', 'MODIFIED_FOLLOWING', 'PRECEDING', 'NONE']) {
      expect(adjust('2026-05-29', rule, weekdays)).toBe('2026-05-29');
    }
  });

  it('leaves any day where it is when the programme has no rule', () => {
    expect(adjust('2026-05-31', 'NONE', weekdays)).toBe('2026-05-31');
  });

  it('asks the calendar, not the week: a holiday on Monday moves on to Tuesday', () => {
    const closed = new Set(['2026-06-01']);
    const calendar = (date: string) => weekdays(date) && !closed.has(date);

    expect(adjust('2026-05-31', 'FOLLOWING', calendar)).toBe('2026-06-02');
  });

  it('stops at a calendar that never opens instead of looking for ever', () => {
    expect(() => adjust('2026-05-31', 'FOLLOWING', () => false)).toThrow('no business day');
  });
});
