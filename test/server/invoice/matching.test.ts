/** Who the organisations in a file are. */
import { describe, expect, it } from 'vitest';
import { type Buyer, type KnownParty, matchParties } from '../../../server/src/invoice/matching.ts';
import type { ParsedParty } from '../../../server/src/invoice/model.ts';

const bolt = known('pty_bolt', 'Bolt & Co', 'VAT', 'DE812345678');
const aurora = known('pty_aurora', 'Aurora Motors', 'GLN', '4012345000009');
const zenith = known('pty_zenith', 'Zenith Foods', 'USCC', 'DEMO00ZENITH', true);
const buyers: readonly Buyer[] = [
  { programme: 'prg_aurora', party: aurora },
  { programme: 'prg_zenith', party: zenith },
];
const seller = named('Bolt GmbH', 'VAT', 'de 812 345 678');

describe('the parties in a file', () => {
  it('are known by any of their registered ids, however those are written', () => {
    const buyer: ParsedParty = {
      ...named('Aurora', 'VAT', 'DE298765432'),
      registrations: [
        { scheme: 'VAT', number: 'DE298765432' },
        { scheme: '0088', number: '4012345000009' },
      ],
    };

    expect(matchParties({ seller, buyer }, bolt, buyers, null)).toEqual({
      seller: 'pty_bolt',
      buyer: 'pty_aurora',
      programme: 'prg_aurora',
      findings: [],
    });
  });

  it('are known by name only where the registered number was made up', () => {
    const byName = (name: string) =>
      matchParties({ seller, buyer: named(name) }, bolt, buyers, null).buyer;

    expect(byName('zenith  FOODS')).toBe('pty_zenith');
    expect(byName('Zenith Foods Ltd.')).toBeNull();
    expect(byName('Aurora Motors')).toBeNull();
  });

  it('must be the uploading supplier and the buyer of one of its programmes', () => {
    const other = { seller: named('Copper Works'), buyer: named('Nadir Mines', 'USCC', 'N-1') };

    expect(matchParties(other, bolt, buyers, null)).toMatchObject({
      seller: null,
      buyer: null,
      programme: null,
      findings: [
        { severity: 'ERROR', rule: 'SELLER_NOT_YOU', expected: 'Bolt & Co (VAT DE812345678)' },
        {
          severity: 'ERROR',
          rule: 'BUYER_UNKNOWN',
          seen: 'Nadir Mines (USCC N-1)',
          expected: 'Aurora Motors (GLN 4012345000009) or Zenith Foods (USCC DEMO00ZENITH)',
        },
      ],
    });
  });

  it('must fit the programme that was chosen', () => {
    const file = { seller, buyer: named('Zenith Foods') };

    expect(matchParties(file, bolt, buyers, 'prg_zenith')).toMatchObject({
      programme: 'prg_zenith',
      findings: [],
    });
    expect(matchParties(file, bolt, buyers, 'prg_aurora')).toMatchObject({
      programme: 'prg_aurora',
      findings: [{ rule: 'BUYER_UNKNOWN', expected: 'Aurora Motors (GLN 4012345000009)' }],
    });
  });
});

function known(
  id: string,
  name: string,
  scheme: string,
  number: string,
  numberMadeUp = false,
): KnownParty {
  return { id, name, scheme, number, numberMadeUp };
}

function named(name: string, scheme?: string, number?: string): ParsedParty {
  const registrations = scheme === undefined || number === undefined ? [] : [{ scheme, number }];
  return { name, registrations, country: null };
}
