/** Every role has its rail: five to seven places where there is so much to do, Today first. */
import { placesFor } from '@tallystick/web/src/app/places.ts';
import { describe, expect, it } from 'vitest';

const roles = ['CORE', 'SUPPLIER', 'BANK', 'CARRIER', 'AUDITOR', 'GOVERNOR', 'OPERATOR'] as const;

describe.each(roles)('the rail of a %s', (role) => {
  it('begins with Today and has at most seven places', () => {
    const names = placesFor([role]).map(({ name }) => name);

    expect(names[0]).toBe('today');
    expect(names.length).toBeLessThanOrEqual(7);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('the network', () => {
  it('stands on the rail of those who watch it: bank, governor and operator', () => {
    const watching = roles.filter((role) =>
      placesFor([role]).some(({ name }) => name === 'network'),
    );

    expect(watching).toEqual(['BANK', 'GOVERNOR', 'OPERATOR']);
  });
});

describe('an organisation with two roles', () => {
  it('has the rail of the role with more to decide', () => {
    expect(placesFor(['SUPPLIER', 'CORE'])).toEqual(placesFor(['CORE']));
  });
});
