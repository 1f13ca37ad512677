/**
 * The number of a document, so that one number is the same however it is typed: case, spaces,
 * punctuation, leading zeros and full-width or foreign digits make no difference. Pure.
 */

/** The runs of letters and of digits in a number, joined by '-'; 'INV-2026/001' is 'INV-2026-1'. */
export function canonicalNumber(number: string): string {
  const plain = number
    .normalize('NFKC')
    .replace(/[\s\p{Cf}]/gu, '')
    .toUpperCase()
    .normalize('NFKC');
  const runs = plain.match(/\p{Nd}+|[\p{L}\p{M}]+|[\p{Nl}\p{No}]+/gu) ?? [];
  return runs.map(canonicalRun).join('-');
}

function canonicalRun(run: string): string {
  if (!/^\p{Nd}/u.test(run)) return run;
  const digits = [...run].map(digitOf).join('').replace(/^0+/, '');
  return digits === '' ? '0' : digits;
}

/** The value of a decimal digit of any script: they stand in blocks of ten, the zero first. */
function digitOf(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (code - zero < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String(code - zero);
}
