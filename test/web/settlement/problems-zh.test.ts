/** Whatever can be wrong with a statement file is said in Chinese too. */
import { lineFields } from '@tallystick/server/src/settlement/line-text.ts';
import { parseStatement } from '@tallystick/server/src/settlement/parsers.ts';
import { problemCodes } from '@tallystick/server/src/settlement/raw-statement.ts';
import { problemsInChinese } from '@tallystick/web/src/settlement/problems-zh.ts';
import { describe, expect, it } from 'vitest';

describe('the problems of a statement', () => {
  it('each have Chinese words, a wrong field by its name, and there are no others', () => {
    const asked = problemCodes.flatMap((code) =>
      code === 'FIELD_WRONG' ? lineFields.map((field) => `${code}.${field}`) : [code],
    );

    expect(Object.keys(problemsInChinese).sort()).toEqual([...asked].sort());
  });

  it('name the limit where their words do', () => {
    const header = lineFields.join(',');
    const row = `2026-04-15,C,10.00,CNY,,${'很'.repeat(5000)},,`;
    const file = new TextEncoder().encode(`${header}\n${row}\n`);

    const { problems } = parseStatement(file, 'CSV', { identifier: 'X', currency: 'CNY' });

    const limited = problems.filter(({ code, field }) =>
      problemsInChinese[`${code}.${field}`]?.includes('{{limit}}'),
    );
    expect(limited.map(({ field }) => field)).toEqual(['counterparty', 'bankReference']);
    expect(limited.every(({ limit }) => limit !== null && limit > 0)).toBe(true);
  });
});
