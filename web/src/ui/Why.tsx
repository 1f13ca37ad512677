/** “Why?”, one click away: the rule, the value seen, the value needed, and the way out. */
import { Popover, UnstyledButton } from '@mantine/core';
import { IconHelpCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTexts } from '../lib/texts.ts';
import { uiTexts } from './texts.ts';
import './Why.css';

export function Why({
  rule,
  seen,
  expected,
  help,
  label,
}: {
  readonly rule: ReactNode;
  readonly seen?: string | undefined;
  readonly expected?: string | undefined;
  readonly help?: string | undefined;
  /** What the question is about, for who cannot see where it stands. */
  readonly label?: string;
}) {
  const say = useTexts(uiTexts);
  return (
    <Popover width={320} position="bottom-start" withArrow shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton
          className="why"
          aria-label={label === undefined ? say('why') : `${say('why')} ${label}`}
          onClick={(event) => event.stopPropagation()}
        >
          <IconHelpCircle size={16} aria-hidden="true" />
          <span>{say('why')}</span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the popover takes the focus, so that it is read and Escape closes it */}
        <div className="why-words" tabIndex={0} data-autofocus>
          <p>{rule}</p>
          <SeenAndExpected seen={seen} expected={expected} />
          {help !== undefined && help !== '' && (
            <p className="dim">
              {say('wayOut')}: {help}
            </p>
          )}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

/** What a rule saw beside what it needs. */
export function SeenAndExpected({
  seen,
  expected,
}: {
  readonly seen?: string | undefined;
  readonly expected?: string | undefined;
}) {
  const say = useTexts(uiTexts);
  if ((seen ?? '') === '' && (expected ?? '') === '') {
    return null;
  }
  return (
    <dl className="why-pair">
      {(seen ?? '') !== '' && (
        <div>
          <dt>{say('seen')}</dt>
          <dd>{seen}</dd>
        </div>
      )}
      {(expected ?? '') !== '' && (
        <div>
          <dt>{say('expected')}</dt>
          <dd>{expected}</dd>
        </div>
      )}
    </dl>
  );
}
