/** Who may bring somebody in, and set up whom, until when. */
import type { PartyRow } from '@tallystick/server/src/party/model.ts';
import { mayRegister, maySetUp } from '@tallystick/server/src/party/policy.ts';
import { describe, expect, it } from 'vitest';

const operator = party('pty_operator', ['OPERATOR']);
const core = party('pty_core', ['CORE']);
const rival = party('pty_rival', ['CORE']);
const supplier = { ...party('pty_new', ['SUPPLIER']), sponsor: core.id };

describe('setting up an organisation', () => {
  it.each([
    ['its sponsor', core],
    ['the operator', operator],
  ])('is open to %s until it has a key of its own, and not after', (_who, acting) => {
    expect(maySetUp(acting, supplier, false)).toBeNull();
    expect(maySetUp(acting, supplier, true)).toMatchObject({ code: 'NOT_YOUR_ORGANISATION' });
  });

  it('is always open to itself, and never to another core enterprise', () => {
    expect(maySetUp(supplier, supplier, true)).toBeNull();
    expect(maySetUp(rival, supplier, false)).toMatchObject({ code: 'NOT_YOUR_ORGANISATION' });
    expect(maySetUp(rival, { ...supplier, sponsor: null }, false)).not.toBeNull();
  });
});

describe('bringing in an organisation', () => {
  it('is open to a core enterprise for its own suppliers and carriers', () => {
    expect(mayRegister(core, ['SUPPLIER'], core.id)).toBeNull();
    expect(mayRegister(core, ['SUPPLIER', 'BANK'], core.id)).toMatchObject({
      code: 'MAY_NOT_REGISTER',
    });
  });

  it('is refused in the name of another sponsor, but for the operator', () => {
    expect(mayRegister(core, ['SUPPLIER'], rival.id)).toMatchObject({ code: 'SPONSOR_NOT_ACTING' });
    expect(mayRegister(operator, ['BANK'], rival.id)).toBeNull();
  });
});

function party(id: string, roles: readonly string[]): PartyRow {
  return {
    ...{ id, version: 1, name: id, country: 'CN', scheme: 'USCC', number: id, roles },
    ...{ registrationKey: id, numberMadeUp: true, sponsor: null, state: 'ACTIVE', createdMs: 0n },
  };
}
