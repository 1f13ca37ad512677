/**
 * Money as people read and write it. Amounts are exact decimal texts from end to end: nothing here
 * passes through a floating-point number.
 */
export type Amount = { readonly amount: string; readonly currency: string };

/** Digits after the point, by ISO 4217; 2 where the runtime does not know the code. */
export function minorDigits(currency: string): number {
  try {
    return (
      new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions()
        .maximumFractionDigits ?? 2
    );
  } catch {
    return 2;
  }
}

/** '98000' in CNY is '98,000.00'. The sign is a true minus. */
export function formatAmount({ amount, currency }: Amount): string {
  const negative = amount.startsWith('-');
  const [whole = '0', fraction = ''] = amount.replace(/^[-+]/, '').split('.');
  const digits = minorDigits(currency);
  const tail = fraction.length > digits ? fraction : fraction.padEnd(digits, '0');
  return `${negative ? '−' : ''}${grouped(whole)}${tail === '' ? '' : `.${tail}`}`;
}

/** '60000.5' is '60,000.5': thousands apart. */
export function grouped(number: string): string {
  const [whole = '', fraction] = number.split('.');
  const apart = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction === undefined ? apart : `${apart}.${fraction}`;
}

/** 'CNY 98,000.00', held together by a space that does not break. */
export function formatMoney(money: Amount): string {
  return `${money.currency}\u00a0${formatAmount(money)}`;
}

/**
 * What a person typed, as an exact decimal text with the currency's digits, or undefined when it is
 * not an amount: separators, spaces and full-width digits are understood, more digits than the
 * currency has are not rounded away but refused.
 */
export function parseAmount(typed: string, currency: string): string | undefined {
  const plain = typed.normalize('NFKC').replace(/[\s,'_\u00a0\u202f]/g, '');
  const match = /^(\d{1,15})(?:\.(\d*))?$/.exec(plain);
  const digits = minorDigits(currency);
  if (match === null || (match[2] ?? '').length > digits) {
    return undefined;
  }
  const whole = (match[1] ?? '0').replace(/^0+(?=\d)/, '');
  return digits === 0 ? whole : `${whole}.${(match[2] ?? '').padEnd(digits, '0')}`;
}

/** In fen or cents. The text is a decimal as the server writes it. */
export function toMinor({ amount, currency }: Amount): bigint {
  const negative = amount.startsWith('-');
  const [whole = '0', fraction = ''] = amount.replace(/^[-+]/, '').split('.');
  const minor = BigInt(whole + fraction.padEnd(minorDigits(currency), '0'));
  return negative ? -minor : minor;
}

export function fromMinor(minor: bigint, currency: string): Amount {
  const digits = minorDigits(currency);
  const text = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  const sign = minor < 0n ? '-' : '';
  return {
    amount: digits === 0 ? `${sign}${whole}` : `${sign}${whole}.${text.slice(-digits)}`,
    currency,
  };
}

/**
 * `total` in `count` equal parts; what does not divide goes one minor unit each to the first parts,
 * so that the parts always sum to the total.
 */
export function equalParts(total: Amount, count: number): readonly Amount[] {
  const minor = toMinor(total);
  const each = minor / BigInt(count);
  const left = Number(minor % BigInt(count));
  return Array.from({ length: count }, (_, order) =>
    fromMinor(each + (order < left ? 1n : 0n), total.currency),
  );
}

/** A share in percent as text, as millionths: '6.85' is 68500. Undefined when it is none. */
export function percentToMicros(typed: string): string | undefined {
  const plain = typed.normalize('NFKC').replace(/[\s%]/g, '').replace(',', '.');
  const match = /^(\d{1,3})(?:\.(\d{0,4}))?$/.exec(plain);
  if (match === null) {
    return undefined;
  }
  return BigInt(`${match[1]}${(match[2] ?? '').padEnd(4, '0')}`).toString();
}

/** '6.85' as the server reads it: trimmed, with a point. Undefined when it is no share. */
export function parsePercent(typed: string): string | undefined {
  const micros = percentToMicros(typed);
  if (micros === undefined) {
    return undefined;
  }
  const text = micros.padStart(5, '0');
  const fraction = text.slice(-4).replace(/0+$/, '');
  return `${text.slice(0, -4)}${fraction === '' ? '' : `.${fraction}`}`;
}
