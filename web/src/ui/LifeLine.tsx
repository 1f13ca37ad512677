/** The life of a thing: what was, what is now, what is to come. Each step is a sentence with its day. */
import type { ReactNode } from 'react';
import './LifeLine.css';

export type Step = {
  readonly id: string;
  readonly when: 'done' | 'now' | 'later' | 'ended';
  readonly title: ReactNode;
  readonly note?: ReactNode;
};

export function LifeLine({
  label,
  steps,
}: {
  readonly label: string;
  readonly steps: readonly Step[];
}) {
  return (
    <ol className="life" aria-label={label}>
      {steps.map((step) => (
        <li
          key={step.id}
          className={`life-${step.when}`}
          aria-current={step.when === 'now' ? 'step' : undefined}
        >
          <span className="life-mark" aria-hidden="true" />
          <div className="life-words">
            <div>{step.title}</div>
            {step.note !== undefined && <div className="small dim">{step.note}</div>}
          </div>
        </li>
      ))}
    </ol>
  );
}
