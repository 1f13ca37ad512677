/** Whatever the verifier can say has words in both languages, and no words are kept for what it never says. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Said, verdictWords } from '@tallystick/chain/src/verify.ts';
import i18next from 'i18next';
import { describe, expect, it } from 'vitest';
import '@tallystick/web/src/ui/verdict-texts.ts';

const chain = fileURLToPath(new URL('../../../chain/src', import.meta.url));
const codes = Object.keys(verdictWords);
const sources = ['verify.ts', path.join('cli', 'verify.ts'), ...logFiles()].map((file) =>
  readFileSync(path.join(chain, file), 'utf8'),
);

describe('what a verdict says', () => {
  it('has English and Chinese words for every code that the verifier uses', () => {
    const used = sources.flatMap((source) =>
      [...source.matchAll(/\bsaid\(\s*'([^']+)'/g)].map((match) => match[1] ?? ''),
    );
    const without = (language: string) =>
      used.filter((code) => i18next.getResource(language, 'verdict', code) === undefined);

    expect(used.length).toBeGreaterThan(100);
    expect(without('en')).toEqual([]);
    expect(without('zh')).toEqual([]);
  });

  it('keeps no words for a code that is never said', () => {
    // Of a person or an organisation it is said by one line for both.
    const both = ['key.organisation', 'key.person'];
    const all = sources.join('\n');

    expect(codes.filter((code) => !all.includes(`'${code}'`))).toEqual(both);
  });

  it('is Chinese on a Chinese page, but for names, values and the signs of the trade', () => {
    const chinese = Object.entries<string>(i18next.getResourceBundle('zh', 'verdict'));
    const english = chinese.filter(
      ([, words]) =>
        /\p{L}/u.test(words.replaceAll(/\{\{\w+\}\}/g, '')) && !/\p{Script=Han}/u.test(words),
    );

    expect(english).toEqual([]);
  });

  it('puts the values of a code into its words', () => {
    const short: Said = {
      code: 'quorum.short',
      values: { weight: '2', total: '3', share: '66.66', names: '北行' },
    };

    expect(i18next.t(short.code, { ns: 'verdict', lng: 'zh', ...short.values })).toBe(
      '北行 签署，占权益 2/3（66.66 %），未超过三分之二',
    );
  });
});

function logFiles(): readonly string[] {
  return readdirSync(path.join(chain, 'log'))
    .filter((file) => file !== 'said.ts')
    .map((file) => path.join('log', file));
}
