/**
 * Refusals in the reader's language, by their code. English comes from the server as it is written
 * there; Chinese is here. A code that is not known yet is shown in the server's words.
 */

import type { RefusalPartsFragment } from '../lib/graphql/graphql.ts';
import { defineTexts, useKnown, useLanguage } from '../lib/texts.ts';
import { refusalsInChinese } from './refusals-zh.ts';

const texts = defineTexts('refusals', { en: {}, zh: refusalsInChinese });

export type RefusalWords = { readonly message: string; readonly help: string };

export function useRefusalWords(): (
  refusal: Pick<RefusalPartsFragment, 'code' | 'message' | 'help' | 'seen' | 'expected'>,
) => RefusalWords {
  const language = useLanguage();
  const known = useKnown(texts);
  return (refusal) => {
    if (language === 'en') {
      return { message: refusal.message, help: refusal.help };
    }
    const values = { seen: refusal.seen, expected: refusal.expected };
    return {
      message: known(refusal.code, values) ?? refusal.message,
      help: known(`${refusal.code}.help`, values) ?? refusal.help,
    };
  };
}
