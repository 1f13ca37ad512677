/**
 * Acts in words: kinds, fields and their values, mandates and roles. A value is read by its form, so
 * that a kind which this page does not know yet reads well too; what has no form is shown as written.
 */
import { formatDay } from '../lib/format-date.ts';
import { formatMoney } from '../lib/format-money.ts';
import { useKnown, useLanguage } from '../lib/texts.ts';
import { actTexts } from './act-texts.ts';

export type SignedField = { readonly name: string; readonly value: string };

const day = /^\d{4}-\d{2}-\d{2}$/;
const amounts = /^[A-Z]{3} -?\d+(\.\d+)?(, [A-Z]{3} -?\d+(\.\d+)?)*$/;
const id = /^[a-z]{3}_[a-z2-7]{20,}$/;
const octets = /^[A-Za-z0-9_-]{43,}$/;

export function useActWords() {
  const known = useKnown(actTexts);
  const language = useLanguage();
  return {
    /** 'invoice.confirm/1' or 'invoice.confirm'. */
    kind: (kind: string) => known(kind.split('/')[0] ?? kind) ?? kind,
    field: (name: string) => known(`field.${name}`) ?? name,
    /** A field's value as the proof writes it, in words. */
    value: (value: string) => {
      if (value === '') {
        return '–';
      }
      if (day.test(value)) {
        return formatDay(value, language);
      }
      return amounts.test(value)
        ? value.split(', ').map(moneyWords).join(', ')
        : (known(`value.${value}`) ?? value);
    },
    action: (action: string) => known(`do.${action}`) ?? action,
    role: (role: string) => known(`role.${role}`) ?? role,
  };
}

/** True for what only a machine reads: ids and digests, alone or in a list. */
export function isReference(value: string): boolean {
  return value !== '' && value.split(', ').every((each) => id.test(each) || octets.test(each));
}

/** 'CNY 98000.00' with its thousands apart. */
function moneyWords(text: string): string {
  const [currency = '', amount = ''] = text.split(' ');
  return formatMoney({ amount, currency });
}
