import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeDurably } from '../../../server/src/platform/files.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'tallystick-files-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('a file that a home cannot do without', () => {
  it('is replaced as a whole, for its owner only, and leaves nothing beside it', () => {
    const file = path.join(home, 'keys', 'governor.sealed');

    writeDurably(file, 'a long first content');
    writeDurably(file, new Uint8Array([1, 2, 3]));

    expect([...readFileSync(file)]).toEqual([1, 2, 3]);
    expect(readdirSync(path.dirname(file))).toEqual(['governor.sealed']);
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});
