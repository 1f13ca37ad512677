/** The protocol's bytes have not changed, and a runtime without Node's own modules reads them too. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseAnchor } from '@tallystick/chain/src/log/anchor.ts';
import { verifyPack } from '@tallystick/chain/src/verify.ts';
import { describe, expect, it } from 'vitest';
import { goldenBytes } from './make.ts';

const file = readFileSync(new URL('golden.json', import.meta.url), 'utf8');
const golden = JSON.parse(file) as Readonly<Record<string, string>>;
const maker = fileURLToPath(new URL('make.ts', import.meta.url));

describe('the golden bytes', () => {
  it('are what the code makes of the same input', async () => {
    expect(await goldenBytes()).toEqual(golden);
  });

  it('are the same where nothing runs natively, as in a browser', () => {
    const bare = 'data:text/javascript,process.getBuiltinModule=undefined';

    const printed = execFileSync(process.execPath, ['--import', bare, maker], { encoding: 'utf8' });

    expect(JSON.parse(printed)).toEqual(golden);
  });

  it('hold a pack that verifies with the anchor beside it', () => {
    expect(verifyPack(golden.pack ?? '', parseAnchor(golden.anchor ?? '')).ok).toBe(true);
  });
});
