/** Said while the server cannot be asked: what one sees is from before. Nothing while it can. */
import { useTexts } from '../lib/texts.ts';
import { ErrorWords, troubleOf } from '../ui/ErrorView.tsx';
import { Notice } from '../ui/Notice.tsx';
import { explorerTexts } from './explorer-texts.ts';

export function Stale({ error }: { readonly error: unknown }) {
  const say = useTexts(explorerTexts);
  if (error === undefined) return null;
  return troubleOf(error).kind === 'offline' ? (
    <Notice tone="warn" title={say('stale')}>
      {say('staleText')}
    </Notice>
  ) : (
    <ErrorWords error={error} />
  );
}
