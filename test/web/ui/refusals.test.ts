/** Refusals in Chinese are those that the server says, and the commonest are all said. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { refusalsInChinese } from '@tallystick/web/src/ui/refusals-zh.ts';
import { describe, expect, it } from 'vitest';

const server = fileURLToPath(new URL('../../../server/src', import.meta.url));
const said = sources(server).join('\n');
const codes = Object.keys(refusalsInChinese).filter((key) => !key.includes('.'));

describe('the refusals in Chinese', () => {
  it('are refusals that the server knows', () => {
    expect(codes.filter((code) => !said.includes(code))).toEqual([]);
  });

  it('give a way out only beside a message', () => {
    const ways = Object.keys(refusalsInChinese).filter((key) => key.endsWith('.help'));

    expect(ways.filter((key) => !codes.includes(key.slice(0, -'.help'.length)))).toEqual([]);
  });

  it('cover what the slices refuse by name', () => {
    const named = new Set(
      [...said.matchAll(/refuse\(\s*'([A-Z][A-Z0-9_]+)'/g)].map((match) => match[1] ?? ''),
    );
    const covered = [...named].filter((code) => codes.includes(code)).length;

    expect(named.size).toBeGreaterThan(50);
    expect(covered / named.size).toBeGreaterThan(0.7);
  });
});

function sources(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      return entry.name === 'db' ? [] : sources(place);
    }
    return entry.name.endsWith('.ts') ? [readFileSync(place, 'utf8')] : [];
  });
}
