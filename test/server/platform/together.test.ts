/** Questions of one moment become one query, and nobody gets another's answer. */
import { describe, expect, it } from 'vitest';
import { together } from '../../../server/src/platform/together.ts';

describe('questions of one moment', () => {
  it('are asked together, and each gets its own answer', async () => {
    const asked: (readonly number[])[] = [];
    const double = together(async (questions: readonly number[]) => {
      asked.push(questions);
      return questions.map((each) => each * 2);
    });

    const answers = await Promise.all([double(1), double(2), double(2)]);

    expect(answers).toEqual([2, 4, 4]);
    expect(asked).toEqual([[1, 2, 2]]);
  });

  it('are asked anew the next time, for the answer may have changed', async () => {
    let day = 0;
    const today = together(async (questions: readonly string[]) => {
      day += 1;
      return questions.map(() => day);
    });

    expect(await today('clock')).toBe(1);
    expect(await today('clock')).toBe(2);
  });

  it('fail together, and the next ones do not', async () => {
    let isBroken = true;
    const ask = together(async (questions: readonly string[]) => {
      if (isBroken) throw new Error('the session broke');
      return questions;
    });

    const failed = await Promise.allSettled([ask('a'), ask('b')]);
    isBroken = false;

    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await ask('c')).toBe('c');
  });
});
