/** A verdict in one box, then step by step: what holds, what does not and why, what to know beside. */
import type { Verdict } from '../../../chain/src/verify.ts';
import { useTexts } from '../lib/texts.ts';
import { Notice } from './Notice.tsx';
import { uiTexts } from './texts.ts';
import { VerdictSteps } from './VerdictSteps.tsx';
import { useVerdictWords } from './verdict-words.ts';
import './Verdict.css';

export function VerdictView({ verdict }: { readonly verdict: Verdict }) {
  const say = useTexts(uiTexts);
  const words = useVerdictWords();
  const { trust } = verdict;
  const why = verdict.steps.find(({ step }) => step === verdict.failed);
  return (
    <div className="stack" data-verdict={verdict.outcome}>
      <Notice
        tone={verdict.ok ? 'good' : 'bad'}
        title={
          verdict.ok
            ? say('verdictGood')
            : say('verdictBad', { step: verdict.failed === null ? '' : say(verdict.failed) })
        }
      >
        {trust === null
          ? why && words(why.said)
          : say('verdictShare', {
              organisations: say('organisations', { count: trust.organisations.length }),
              share: `${trust.stakePercent} %`,
            })}
      </Notice>
      <VerdictSteps steps={verdict.steps} />
      {verdict.warnings.map((warning) => (
        <p key={words(warning)} className="small dim">
          {words(warning)}
        </p>
      ))}
    </div>
  );
}
