import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openLog } from '../../../server/src/platform/log.ts';

it('the log cuts out secrets wherever they stand, and is for its owner only', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tallystick-log-'));
  const file = path.join(folder, 'deep', 'server.log');
  const log = openLog({ level: 'info', file });

  log.info(
    { password: 'hunter2', request: { token: 'hunter2', body: { cookie: 'hunter2' } } },
    'seen',
  );
  log.debug('too quiet to be written');

  const [line = '', ...rest] = readFileSync(file, 'utf8').trim().split('\n');
  expect(rest).toEqual([]);
  expect(JSON.parse(line)).toMatchObject({
    msg: 'seen',
    password: '[secret]',
    request: { token: '[secret]', body: { cookie: '[secret]' } },
  });
  expect(line).not.toContain('hunter2');
  expect(statSync(file).mode & 0o077).toBe(0);
  rmSync(folder, { recursive: true });
});
