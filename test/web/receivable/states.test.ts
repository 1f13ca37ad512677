/** Which acts a certificate offers, to holder, transferee and everybody else. */
import { actsOffered, groups, tones } from '@tallystick/web/src/receivable/states.ts';
import { describe, expect, it } from 'vitest';

const bolt = { __typename: 'Party' as const, id: 'pty_bolt', name: 'Bolt & Co' };
const copper = { __typename: 'Party' as const, id: 'pty_copper', name: 'Copper Works' };
const active = { state: 'ACTIVE' as const, holder: bolt, transfer: null };
const every = () => true;
const holds = (mandate: string) => mandate === 'certificate.hold';

describe('a live certificate', () => {
  it('offers its holder cash first, then to pass it on or split it', () => {
    expect(actsOffered(active, bolt.id, every)).toEqual(['finance', 'transfer', 'split']);
  });

  it('offers no cash to who may not ask for it', () => {
    expect(actsOffered(active, bolt.id, holds)).toEqual(['transfer', 'split']);
  });

  it('offers nothing to who does not hold it', () => {
    expect(actsOffered(active, copper.id, every)).toEqual([]);
  });
});

describe('an offered certificate', () => {
  it('is accepted or declined by its holder', () => {
    expect(actsOffered({ ...active, state: 'OFFERED' }, bolt.id, every)).toEqual([
      'accept',
      'decline',
    ]);
  });
});

describe('a certificate on its way', () => {
  const onItsWay = {
    ...active,
    state: 'TRANSFER_PENDING' as const,
    transfer: {
      __typename: 'Transfer' as const,
      id: 'trf_1',
      state: 'PENDING' as const,
      from: bolt,
      to: copper,
      tradeReference: 'PO-88',
      recourse: 'NONE' as const,
      reason: null,
    },
  };

  it('is received or rejected by whom it is passed to, and by nobody else', () => {
    expect(actsOffered(onItsWay, copper.id, every)).toEqual(['receive', 'reject']);
    expect(actsOffered(onItsWay, bolt.id, every)).toEqual([]);
  });
});

describe('the filter', () => {
  it('has every state in exactly one group', () => {
    expect(Object.values(groups).flat().sort()).toEqual(Object.keys(tones).sort());
  });
});
