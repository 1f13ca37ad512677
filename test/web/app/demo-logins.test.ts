/** The people at the door of a demo world: what has not the form of a login does not stand there. */
import { readLogins } from '@tallystick/web/src/app/demo-logins.ts';
import { describe, expect, it } from 'vitest';

const bolt = {
  login: 'bolt',
  password: 'tallystick',
  name: 'Ben Bolt, Bolt & Co',
  what: 'supplier',
};

describe('the people of a demo world', () => {
  it('are read from the answer', () => {
    expect(readLogins({ logins: [bolt] })).toEqual([bolt]);
  });

  it('are none where the answer is anything else', () => {
    expect(readLogins(null)).toEqual([]);
    expect(readLogins({ logins: 'bolt' })).toEqual([]);
    expect(readLogins({ logins: [{ login: 'bolt' }, 7] })).toEqual([]);
  });
});
