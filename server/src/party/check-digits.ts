/**
 * Does a registration number hold by its own check digits? It tells a slip of the pen from a number
 * that somebody may have; whether anybody does have it, only the register knows.
 *
 *   USCC   GB 32100: 18 characters, the last by weights 3^i modulo 31
 *   LEI    ISO 17442: 20 characters, modulo 97-10 (ISO 7064)
 *   VAT    by country, its prefix first; check digits for AT BE DE ES FR GB IT NL SE, the form elsewhere
 *
 * Other schemes are not judged. Pure.
 */
import { plainNumber, schemeName } from '../kernel/registration.ts';

/** What is wrong with a number, and what it would have to be. */
export type NumberProblem = { readonly seen: string; readonly expected: string };

/** Null where the number holds, or its scheme promises nothing. */
export function numberProblem(scheme: string, number: string): NumberProblem | null {
  const plain = plainNumber(number);
  switch (schemeName(scheme)) {
    case 'USCC':
      return usccProblem(plain);
    case 'LEI':
      return leiProblem(plain);
    case 'VAT':
      return vatProblem(plain);
    default:
      return null;
  }
}

/** The characters of a unified social credit code; I, O, S, V and Z are not used. */
const usccAlphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';

function usccProblem(number: string): NumberProblem | null {
  if (!/^[0-9A-HJ-NPQRTUWXY]{18}$/.test(number)) {
    return { seen: number, expected: '18 digits and capitals, without I, O, S, V and Z' };
  }
  let weight = 1;
  let sum = 0;
  for (const character of number.slice(0, 17)) {
    sum += usccAlphabet.indexOf(character) * weight;
    weight = (weight * 3) % 31;
  }
  return endsWith(number, usccAlphabet.charAt((31 - (sum % 31)) % 31));
}

function leiProblem(number: string): NumberProblem | null {
  if (!/^[0-9A-Z]{18}[0-9]{2}$/.test(number)) {
    return { seen: number, expected: '18 digits and capitals, then two digits' };
  }
  const check = 98 - remainder97(`${number.slice(0, 18)}00`);
  return endsWith(number, String(check).padStart(2, '0'));
}

/** ISO 7064: letters count from 10, and the whole is one long number. */
function remainder97(text: string): number {
  let rest = 0;
  for (const character of text) {
    for (const digit of String(Number.parseInt(character, 36)))
      rest = (rest * 10 + Number(digit)) % 97;
  }
  return rest;
}

type CountryRule = {
  readonly form: RegExp;
  readonly expected: string;
  /** Of the number behind its prefix. Null where it holds. */
  readonly problem: (number: string) => NumberProblem | null;
};

const countries: Readonly<Record<string, CountryRule>> = {
  AT: { form: /^U\d{8}$/, expected: 'ATU and 8 digits', problem: austrian },
  BE: { form: /^[01]\d{9}$/, expected: 'BE and 10 digits, the first 0 or 1', problem: belgian },
  DE: { form: /^[1-9]\d{8}$/, expected: 'DE and 9 digits, the first not 0', problem: german },
  ES: {
    form: /^(?:[A-HJ-NP-SUVWX-Z]\d{7}[0-9A-Z]|\d{8}[A-Z])$/,
    expected: 'ES and 9 digits and capitals',
    problem: spanish,
  },
  FR: {
    form: /^[0-9A-HJ-NP-Z]{2}\d{9}$/,
    expected: 'FR, a key of 2 and 9 digits',
    problem: french,
  },
  GB: { form: /^\d{9}(?:\d{3})?$/, expected: 'GB and 9 or 12 digits', problem: british },
  IT: { form: /^\d{11}$/, expected: 'IT and 11 digits', problem: byLuhn },
  NL: { form: /^\d{9}B\d{2}$/, expected: 'NL, 9 digits, B and 2 digits', problem: dutch },
  SE: { form: /^\d{10}(?:0[1-9]|[1-8]\d|9[0-4])$/, expected: 'SE and 12 digits', problem: swedish },
};

function vatProblem(number: string): NumberProblem | null {
  const rule = countries[number.slice(0, 2)];
  if (rule === undefined) {
    return /^[A-Z]{2}[0-9A-Z]{2,13}$/.test(number)
      ? null
      : { seen: number, expected: 'the prefix of a country and 2 to 13 digits and capitals' };
  }
  const own = number.slice(2);
  return rule.form.test(own) ? rule.problem(own) : { seen: number, expected: rule.expected };
}

function austrian(number: string): NumberProblem | null {
  const sum = digitsOf(number.slice(1, 8)).reduce(
    (so, digit, order) => so + (order % 2 === 0 ? digit : crossSum(2 * digit)),
    0,
  );
  return endsWith(number, String((96 - sum) % 10));
}

function belgian(number: string): NumberProblem | null {
  return endsWith(number, String(97 - (Number(number.slice(0, 8)) % 97)).padStart(2, '0'));
}

/** ISO 7064 modulo 11,10. */
function german(number: string): NumberProblem | null {
  const product = digitsOf(number.slice(0, 8)).reduce((so, digit) => {
    const sum = (digit + so) % 10;
    return (2 * (sum === 0 ? 10 : sum)) % 11;
  }, 10);
  return endsWith(number, String((11 - product) % 10));
}

/** The key of two digits; one with letters has a rule of its own, and only its SIREN is judged. */
function french(number: string): NumberProblem | null {
  const siren = number.slice(2);
  const wrong = byLuhn(siren);
  if (wrong !== null || !/^\d{2}/.test(number)) return wrong;
  const key = String((12 + 3 * (Number(siren) % 97)) % 97).padStart(2, '0');
  return number.startsWith(key) ? null : { seen: number.slice(0, 2), expected: `the key ${key}` };
}

function british(number: string): NumberProblem | null {
  const weighted = digitsOf(number.slice(0, 7)).reduce((so, digit, at) => so + digit * (8 - at), 0);
  const check = Number(number.slice(7, 9));
  if ((weighted + check) % 97 === 0 || (weighted + 55 + check) % 97 === 0) return null;
  const needed = [97 - (weighted % 97), 97 - ((weighted + 55) % 97)];
  const words = needed.map((each) => String(each).padStart(2, '0')).join(' or ');
  return { seen: number.slice(7, 9), expected: `the check digits ${words}` };
}

/** Of a business by modulo 11, or of a person since 2020 by modulo 97 over the whole with its prefix. */
function dutch(number: string): NumberProblem | null {
  const sum = digitsOf(number.slice(0, 8)).reduce((so, digit, at) => so + digit * (9 - at), 0) % 11;
  if (sum === Number(number.charAt(8)) || remainder97(`NL${number}`) === 1) return null;
  return { seen: number.charAt(8), expected: sum < 10 ? `the check digit ${sum}` : 'other digits' };
}

function swedish(number: string): NumberProblem | null {
  return byLuhn(number.slice(0, 10));
}

const spanishLetters = 'TRWAGMYFPDXBNJZSQVHLCKE';
const spanishPlaces = { X: '0', Y: '1', Z: '2' } as const;

/** Of a company by a digit or a letter, of a person by a letter. */
function spanish(number: string): NumberProblem | null {
  const first = number.charAt(0);
  if (/[0-9XYZ]/.test(first)) {
    const digits = number.slice(0, 8).replace(/^[XYZ]/, (letter) => spanishPlaces[letter as 'X']);
    return endsWith(number, spanishLetters.charAt(Number(digits) % 23));
  }
  if (/[KLM]/.test(first)) return null;
  const sum = digitsOf(number.slice(1, 8)).reduce(
    (so, digit, order) => so + (order % 2 === 0 ? crossSum(2 * digit) : digit),
    0,
  );
  const check = (10 - (sum % 10)) % 10;
  const letter = 'JABCDEFGHI'.charAt(check);
  return number.endsWith(letter) ? null : endsWith(number, String(check));
}

/** ISO/IEC 7812: every second digit twice, from the right. */
function byLuhn(number: string): NumberProblem | null {
  const sum = digitsOf(number.slice(0, -1)).reduceRight(
    (so, digit, at) => so + ((number.length - at) % 2 === 0 ? crossSum(2 * digit) : digit),
    0,
  );
  return endsWith(number, String((10 - (sum % 10)) % 10));
}

function endsWith(number: string, check: string): NumberProblem | null {
  if (number.endsWith(check)) return null;
  const name = check.length > 1 ? 'check digits' : 'check character';
  return { seen: number.slice(-check.length), expected: `the ${name} ${check}` };
}

function digitsOf(text: string): readonly number[] {
  return Array.from(text, Number);
}

function crossSum(number: number): number {
  return number > 9 ? number - 9 : number;
}
