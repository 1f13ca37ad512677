/**
 * CRC-32C (Castagnoli), the checksum of records on disk: it finds torn writes and flipped bits.
 * It is no defence against a forger; signatures and hashes are.
 */

const polynomial = 0x82f63b78;

/** Octets that are taken at once: what each of them adds to the checksum stands in a table of its own. */
const stride = 16;
const tables = buildTables();

/** The CRC-32C of `bytes`, continuing from `before` (0 at the start). */
export function crc32c(bytes: Uint8Array, before = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let crc = ~before;
  let at = 0;
  for (; at + stride <= bytes.length; at += stride) {
    crc =
      ofWord(crc ^ view.getInt32(at, true), 15) ^
      ofWord(view.getInt32(at + 4, true), 11) ^
      ofWord(view.getInt32(at + 8, true), 7) ^
      ofWord(view.getInt32(at + 12, true), 3);
  }
  for (; at < bytes.length; at += 1) {
    crc = (crc >>> 8) ^ entry(0, (crc ^ view.getUint8(at)) & 0xff);
  }
  return ~crc >>> 0;
}

/** What four octets add, the first of which stands `back` octets before the last of the stride. */
function ofWord(word: number, back: number): number {
  return (
    entry(back, word & 0xff) ^
    entry(back - 1, (word >>> 8) & 0xff) ^
    entry(back - 2, (word >>> 16) & 0xff) ^
    entry(back - 3, word >>> 24)
  );
}

function entry(back: number, octet: number): number {
  return tables[back * 256 + octet] as number;
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

function buildTables(): Int32Array {
  const all = new Int32Array(stride * 256);
  for (let octet = 0; octet < 256; octet += 1) {
    let crc = octet;
    for (let bit = 0; bit < 8; bit += 1) {
      crc = (crc & 1) === 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    }
    all[octet] = crc;
  }
  // One octet further back is one octet of zeros more.
  for (let at = 256; at < all.length; at += 1) {
    const last = all[at - 256] as number;
    all[at] = (last >>> 8) ^ (all[last & 0xff] as number);
  }
  return all;
}
