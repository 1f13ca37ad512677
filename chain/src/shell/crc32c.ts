/**
 * CRC-32C (Castagnoli), the checksum of records on disk: it finds torn writes and flipped bits.
 * It is no defence against a forger; signatures and hashes are.
 */

const polynomial = 0x82f63b78;
const tables = buildTables();

/** The CRC-32C of `bytes`, continuing from `before` (0 at the start). */
export function crc32c(bytes: Uint8Array, before = 0): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables;
  let crc = ~before;
  let at = 0;
  const end8 = bytes.length - (bytes.length % 8);
  while (at < end8) {
    const low =
      crc ^
      (byte(bytes, at) |
        (byte(bytes, at + 1) << 8) |
        (byte(bytes, at + 2) << 16) |
        (byte(bytes, at + 3) << 24));
    crc =
      entry(t7, low & 0xff) ^
      entry(t6, (low >>> 8) & 0xff) ^
      entry(t5, (low >>> 16) & 0xff) ^
      entry(t4, low >>> 24) ^
      entry(t3, byte(bytes, at + 4)) ^
      entry(t2, byte(bytes, at + 5)) ^
      entry(t1, byte(bytes, at + 6)) ^
      entry(t0, byte(bytes, at + 7));
    at += 8;
  }
  while (at < bytes.length) {
    crc = (crc >>> 8) ^ entry(t0, (crc ^ byte(bytes, at)) & 0xff);
    at += 1;
  }
  return ~crc >>> 0;
}

/** The CRC-32C of two pieces side by side, from that of each and the length of the second. */
export function joinedCrc32c(first: number, second: number, secondBytes: number): number {
  let shifted = first;
  for (let power = 0, left = secondBytes; left > 0; power += 1, left = Math.floor(left / 2)) {
    if (left % 2 === 1) shifted = product(shifted, powersOfOctets[power] as number);
  }
  return (shifted ^ second) >>> 0;
}

/** Of two polynomials over GF(2), modulo CRC-32C's; the highest bit is the constant term. */
function product(a: number, b: number): number {
  let sum = 0;
  let factor = b;
  for (let bit = 31; bit >= 0; bit -= 1) {
    if ((a >>> bit) & 1) sum ^= factor;
    factor = (factor >>> 1) ^ (factor & 1 ? polynomial : 0);
  }
  return sum;
}

/** What each doubling of a number of zero octets multiplies a checksum by: x^8, x^16, x^32, … */
const powersOfOctets = buildPowers();

function buildPowers(): readonly number[] {
  const powers = [0x0080_0000];
  while (powers.length < 48) {
    const last = powers.at(-1) ?? 0;
    powers.push(product(last, last));
  }
  return powers;
}

function byte(bytes: Uint8Array, at: number): number {
  return bytes[at] as number;
}

function entry(table: Int32Array, at: number): number {
  return table[at] as number;
}

type Tables = readonly [
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
];

function buildTables(): Tables {
  const first = new Int32Array(256);
  for (let value = 0; value < 256; value += 1) {
    let crc = value;
    for (let bit = 0; bit < 8; bit += 1) {
      crc = (crc & 1) === 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    }
    first[value] = crc;
  }
  const next = (before: Int32Array): Int32Array =>
    before.map((crc) => (crc >>> 8) ^ entry(first, crc & 0xff));
  const t1 = next(first);
  const t2 = next(t1);
  const t3 = next(t2);
  const t4 = next(t3);
  const t5 = next(t4);
  const t6 = next(t5);
  return [first, t1, t2, t3, t4, t5, t6, next(t6)];
}
