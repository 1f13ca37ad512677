/**
 * Percentages as decimal texts, exactly: '6.85' is 68500 millionths and back. Pure.
 */

/** Millionths for a percentage with at most four decimals, or null for any other text. */
export function microsOfPercent(text: string): bigint | null {
  const match = /^(-?)(\d{1,6})(?:\.(\d{1,4})0*)?$/.exec(text);
  if (match === null) return null;
  const [, sign = '', whole = '', fraction = ''] = match;
  const micros = BigInt(whole) * 10_000n + BigInt(fraction.padEnd(4, '0'));
  return sign === '-' ? -micros : micros;
}

/** '6.85' for 68500 millionths: at least two decimals, no needless ones. */
export function percentOfMicros(micros: bigint): string {
  const size = micros < 0n ? -micros : micros;
  const fraction = (size % 10_000n)
    .toString()
    .padStart(4, '0')
    .replace(/0{1,2}$/, '');
  return `${micros < 0n ? '-' : ''}${size / 10_000n}.${fraction}`;
}
