/** Tells the people of a suspended organisation that nothing new can be begun, and what goes on. */
import { useTexts } from '../lib/texts.ts';
import { useViewer } from '../lib/viewer.ts';
import { Notice } from './Notice.tsx';
import { uiTexts } from './texts.ts';

export function SuspendedNotice() {
  const say = useTexts(uiTexts);
  const { party } = useViewer();
  if (party.state === 'ACTIVE') return null;
  return (
    <Notice tone="bad" title={say('suspendedTitle', { party: party.name })}>
      {say('suspendedText')}
    </Notice>
  );
}
