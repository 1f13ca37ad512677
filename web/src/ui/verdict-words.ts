/** What a verdict says, in the reader's language: its code, and those of its values that are words themselves. */
import type { Said } from '../../../chain/src/verify.ts';
import { useTexts } from '../lib/texts.ts';
import { useActWords } from './act-words.ts';
import { verdictTexts } from './verdict-texts.ts';

export function useVerdictWords(): (said: Said) => string {
  const say = useTexts(verdictTexts);
  const words = useActWords();
  return ({ code, values }) => {
    const { kind, type, status, custody } = values;
    return say(code, {
      ...values,
      ...(kind === undefined ? {} : { kind: words.kind(kind) }),
      ...(type === undefined ? {} : { type: words.kind(`state.${type}`) }),
      ...(status === undefined ? {} : { status: words.value(status) }),
      ...(custody === undefined ? {} : { custody: words.value(custody) }),
    });
  };
}
