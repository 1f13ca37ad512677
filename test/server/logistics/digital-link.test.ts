/** GS1 keys in their one canonical form. Check digits were computed by hand from the GS1 rule. */
import { digitalLinkOf } from '@tallystick/server/src/logistics/digital-link.ts';
import { describe, expect, it } from 'vitest';

const same: readonly (readonly [name: string, written: string, canonical: string])[] = [
  [
    'a serialised trade item',
    'urn:epc:id:sgtin:0614141.107346.2018',
    'https://id.gs1.org/01/10614141073464/21/2018',
  ],
  [
    'a lot of a trade item',
    'urn:epc:class:lgtin:4012345.012345.998877',
    'https://id.gs1.org/01/04012345123456/10/998877',
  ],
  [
    'a class of trade items',
    'urn:epc:idpat:sgtin:4012345.098765.*',
    'https://id.gs1.org/01/04012345987652',
  ],
  ['a pallet', 'urn:epc:id:sscc:4012345.1234567890', 'https://id.gs1.org/00/140123452345678902'],
  ['a place', 'urn:epc:id:sgln:0012345.11111.0', 'https://id.gs1.org/414/0012345111112'],
  [
    'a place within a place',
    'urn:epc:id:sgln:0614141.07346.1234',
    'https://id.gs1.org/414/0614141073467/254/1234',
  ],
  ['a party', 'urn:epc:id:pgln:4012345.00225', 'https://id.gs1.org/417/4012345002256'],
  ['an asset', 'urn:epc:id:giai:4000001.111', 'https://id.gs1.org/8004/4000001111'],
  [
    'a document',
    'urn:epc:id:gdti:0614141.00001.1618034',
    'https://id.gs1.org/253/06141410000121618034',
  ],
  [
    'a service relation',
    'urn:epc:id:gsrn:0614141.0000010253',
    'https://id.gs1.org/8018/061414100000102534',
  ],
  [
    'a link on a domain of its own with attributes',
    'https://shop.example/some/01/10614141073464/21/2018?price=12',
    'https://id.gs1.org/01/10614141073464/21/2018',
  ],
  [
    'a link with a lot and a serial keeps the finest',
    'https://id.gs1.org/01/04012345123456/10/L1/21/S2',
    'https://id.gs1.org/01/04012345123456/21/S2',
  ],
  [
    'a short trade item number',
    'https://id.gs1.org/01/614141073464/21/9',
    'https://id.gs1.org/01/00614141073464/21/9',
  ],
  [
    'signs that a link must encode',
    'urn:epc:id:sgtin:4012345.011111.98+7',
    'https://id.gs1.org/01/04012345111118/21/98%2B7',
  ],
];

describe('the canonical name of a thing', () => {
  it.each(same)('is one for %s', (_name, written, canonical) => {
    expect(digitalLinkOf(written)).toBe(canonical);
  });

  it.each(same)('stays what it is once it is canonical: %s', (_name, _written, canonical) => {
    expect(digitalLinkOf(canonical)).toBe(canonical);
  });

  it.each([
    ['text', 'just words'],
    ['a business transaction', 'urn:epcglobal:cbv:bt:0614141073467:1152'],
    ['another address', 'http://transaction.example/po/12345678'],
    ['too few digits', 'urn:epc:id:sgtin:061414.10734.2018'],
    ['too many digits', 'urn:epc:id:sgtin:0614141.1073461.2018'],
    ['no serial', 'urn:epc:id:sgtin:0614141.107346.'],
    ['an unknown scheme', 'urn:epc:id:gid:12.34.56'],
  ])('is not made up for %s', (_name, written) => {
    expect(digitalLinkOf(written)).toBeNull();
  });
});
