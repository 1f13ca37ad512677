/** Whatever a calculation holds has words in both languages, and its values read as money, percent and days. */
import { graceRules, grounds, recourses } from '@tallystick/chain/src/calc/after.ts';
import { roundings } from '@tallystick/chain/src/calc/amount.ts';
import { dateRules, dayCounts } from '@tallystick/chain/src/calc/days.ts';
import { discountMethods, interestTimes } from '@tallystick/chain/src/calc/price.ts';
import { calculate, ruleNames } from '@tallystick/chain/src/calc/run.ts';
import { discountScales } from '@tallystick/chain/src/calc/share.ts';
import i18next from 'i18next';
import { describe, expect, it } from 'vitest';
import '@tallystick/web/src/ui/calculation-texts.ts';
import { valueWords } from '@tallystick/web/src/ui/calculation-words.ts';
import { examples } from '../../chain/calc/examples.ts';

const has = (language: string, key: string) =>
  i18next.getResource(language, 'calculation', key) !== undefined;

describe('the words of a calculation', () => {
  it.each(ruleNames)('are there in both languages for the rule %s and all its values', (name) => {
    const { inputs, results } = calculate(name, examples[name][0]);
    const scenarioless = Object.keys(results).filter((result) => !result.includes('.'));
    const keys = [`rule.${name}`, ...Object.keys(inputs), ...scenarioless, ...roundings];

    expect(keys.filter((key) => !has('en', key) || !has('zh', key))).toEqual([]);
  });

  it('are there in both languages for every name that an input may be', () => {
    const names = [discountMethods, interestTimes, dayCounts, dateRules, recourses, grounds];
    const all = [...names.flat(), ...graceRules, ...discountScales].map((name) => `is.${name}`);

    expect(all.filter((key) => !has('en', key) || !has('zh', key))).toEqual([]);
  });

  it('read as money of the currency, as percent and as days', () => {
    const of = (name: string, value: string, currency: string | null) =>
      valueWords(name, value, currency, 'en').replaceAll('\u00a0', ' ');

    expect(of('netMinor', '9831096', 'CNY')).toBe('CNY 98,310.96');
    expect(of('netMinor', '9831096', 'JPY')).toBe('JPY 9,831,096');
    expect(of('claimMinor', '1234567', 'KWD')).toBe('KWD 1,234.567');
    expect(of('netMinor', '9831096', null)).toBe('9831096');
    expect(of('rateMicros', '68500', 'CNY')).toBe('6.85 %');
    expect(of('allInMicros', '69677', 'CNY')).toBe('6.9677 %');
    expect(of('micros', '1000000', 'CNY')).toBe('100 %');
    expect(of('start', '2026-01-15', 'CNY')).not.toBe('2026-01-15');
    expect(of('method', 'STRAIGHT', 'CNY')).toBe('STRAIGHT');
  });
});
