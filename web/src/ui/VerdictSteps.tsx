/** The steps of a verdict, in order; the one that failed says why, those after it were not reached. */
import { IconCircleCheck, IconCircleDashed, IconCircleX } from '@tabler/icons-react';
import type { StepResult } from '../../../chain/src/verify.ts';
import { useTexts } from '../lib/texts.ts';
import { uiTexts } from './texts.ts';
import { useVerdictWords } from './verdict-words.ts';

export function VerdictSteps({ steps }: { readonly steps: readonly StepResult[] }) {
  const say = useTexts(uiTexts);
  const words = useVerdictWords();
  return (
    <ol className="verdict">
      {steps.map((step) => (
        <li
          key={step.step}
          className={step.ok ? 'verdict-ok' : step.reached ? 'verdict-bad' : 'dim'}
        >
          {step.ok ? (
            <IconCircleCheck size={18} aria-hidden="true" />
          ) : step.reached ? (
            <IconCircleX size={18} aria-hidden="true" />
          ) : (
            <IconCircleDashed size={18} aria-hidden="true" />
          )}
          <div className="verdict-words">
            <span>{say(step.step)}</span>
            {!step.reached && <span className="small dim">{say('notJudged')}</span>}
            {step.reached && <span className="small dim verdict-said">{words(step.said)}</span>}
          </div>
        </li>
      ))}
    </ol>
  );
}
