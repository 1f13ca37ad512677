/** What is wrong with a statement file, in the reader's language; a code not known yet in the server's words. */
import type { UploadStatementMutation } from '../lib/graphql/graphql.ts';
import { defineTexts, useKnown } from '../lib/texts.ts';
import { problemsInChinese } from './problems-zh.ts';

const texts = defineTexts('statementProblems', { en: {}, zh: problemsInChinese });

type Preview = Extract<
  UploadStatementMutation['result'],
  { readonly __typename: 'StatementPreview' }
>;

export function useProblemWords(): (problem: Preview['problems'][number]) => string {
  const known = useKnown(texts);
  return ({ code, field, message, seen, expected, limit }) => {
    const values = { seen, expected, limit: limit ?? '' };
    const key = code === 'FIELD_WRONG' ? `${code}.${field}` : code;
    return known(key, values) ?? `${message} ${seen} → ${expected}`;
  };
}
