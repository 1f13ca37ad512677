/** Acts are said in words, and what only a machine reads stands apart from what a person signs. */
import { fieldsOf } from '@tallystick/chain/src/act/field.ts';
import { kindNamed, kindNames } from '@tallystick/chain/src/act/kinds.ts';
import { mandateActions } from '@tallystick/server/src/party/model.ts';
import { isReference } from '@tallystick/web/src/ui/act-words.ts';
import i18next from 'i18next';
import { describe, expect, it } from 'vitest';

describe.each(['en', 'zh'])('an act in %s', (language) => {
  const has = (key: string) => i18next.getResource(language, 'acts', key) !== undefined;

  it('has words for every kind', () => {
    expect(kindNames.filter((name) => !has(name))).toEqual([]);
  });

  it('has words for every mandate', () => {
    expect(mandateActions.filter((action) => !has(`do.${action}`))).toEqual([]);
  });

  it('has words for every field', () => {
    const fields = kindNames.flatMap((name) => {
      const kind = kindNamed(name);
      return kind === undefined ? [] : fieldsOf(kind).map(({ path }) => path);
    });

    expect([...new Set(fields)].filter((path) => !has(`field.${path}`))).toEqual([]);
  });
});

describe('a signed field', () => {
  it('is a reference when it is an id or a digest, alone or in a list', () => {
    expect(isReference('inv_criqzqqbitk3lnmtd3m4wa6l')).toBe(true);
    expect(isReference('pty_gvs7b433ugkxnl3gup2csmeu, pty_kvs54jw6yrggy6bxboodwlnh')).toBe(true);
    expect(isReference('MmQ2Yjg1NzI5ZTNkNGU2YTQyYjM4YzFmZmU0YjUxYzE')).toBe(true);
  });

  it('is for a person when it is words, an amount, a day or nothing', () => {
    for (const value of [
      '2 of 100 units were short.',
      'CNY 98000.00',
      '2026-05-31',
      'INV-1001',
      '',
    ]) {
      expect(isReference(value)).toBe(false);
    }
  });
});
