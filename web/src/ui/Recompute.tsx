/**
 * A calculation, done again on this device: the verifier's own calculator, not the server's answer.
 * Every value is shown; one that differs is named with what was said and what comes out.
 */
import { Button, Popover, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconCalculator, IconCheck, IconDownload } from '@tabler/icons-react';
import {
  type CalculationOf,
  type DerivedLine,
  parseCalculations,
  recompute,
} from '../../../chain/src/verify.ts';
import { saveFile } from '../lib/files.ts';
import { useKnown, useLanguage, useTexts } from '../lib/texts.ts';
import { calculationTexts } from './calculation-texts.ts';
import { valueWords } from './calculation-words.ts';
import { Facts } from './Facts.tsx';
import './Recompute.css';

/** The way to it: one click beside an amount that was calculated. */
export function Recompute({ file, what }: { readonly file: string; readonly what: string }) {
  const say = useTexts(calculationTexts);
  return (
    <Popover width={380} position="bottom-start" withArrow shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton className="why" aria-label={say('recomputeOf', { what })}>
          <IconCalculator size={16} aria-hidden="true" />
          <span>{say('recompute')}</span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the popover takes the focus, so that it is read and Escape closes it */}
        <div className="recompute" tabIndex={0} data-autofocus>
          <RecomputedFile text={file} />
          <Button
            variant="default"
            size="xs"
            leftSection={<IconDownload size={16} aria-hidden="true" />}
            onClick={() => saveFile('calculation.json', file, 'application/json')}
          >
            {say('save')}
          </Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

/** Every calculation of a file; a text that is no such file says why. */
export function RecomputedFile({ text }: { readonly text: string }) {
  const say = useTexts(calculationTexts);
  const calculations = read(text);
  if (typeof calculations === 'string') {
    return <Verdict ok={false}>{say('unknown', { why: calculations })}</Verdict>;
  }
  return calculations.map((each, order) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the calculations of a file have no names, and never move
    <Recomputed key={order} calculation={each} />
  ));
}

function Recomputed({ calculation }: { readonly calculation: CalculationOf }) {
  const say = useTexts(calculationTexts);
  const known = useKnown(calculationTexts);
  const shown = useShown(calculation);
  const { ok, lines, problem } = recompute(calculation);
  const { rule, calculator, rounding, inputs } = calculation;
  const wrong = lines.filter((line) => !line.ok).length;
  const verdict =
    problem !== null
      ? say('unknown', { why: problem })
      : say(ok ? 'same' : 'differs', { count: ok ? lines.length : wrong });
  return (
    <section className="recomputed">
      <p className="small dim">
        {say('by', {
          ...{ rule: known(`rule.${rule}`) ?? rule, calculator },
          rounding: known(rounding) ?? rounding,
        })}
      </p>
      <Verdict ok={ok}>{verdict}</Verdict>
      <p className="small dim recompute-part">{say('results')}</p>
      <Facts
        facts={lines.map((line) => ({
          name: shown.name(line.name),
          value: <Line line={line} shown={shown} />,
          strong: line.name === 'netMinor',
        }))}
      />
      <p className="small dim recompute-part">{say('inputs')}</p>
      <Facts
        facts={Object.entries(inputs).map(([name, value]) => ({
          name: shown.name(name),
          value: shown.value(name, value === null ? null : [value].flat().join(', ')),
        }))}
      />
    </section>
  );
}

function Verdict({ ok, children }: { readonly ok: boolean; readonly children: string }) {
  return (
    <p className={ok ? 'recompute-good' : 'recompute-bad'} role={ok ? 'status' : 'alert'}>
      {ok ? (
        <IconCheck size={16} aria-hidden="true" />
      ) : (
        <IconAlertTriangle size={16} aria-hidden="true" />
      )}
      <span>{children}</span>
    </p>
  );
}

function Line({ line, shown }: { readonly line: DerivedLine; readonly shown: Shown }) {
  const say = useTexts(calculationTexts);
  const { name, seen, derived, ok } = line;
  if (ok) {
    return shown.value(name, derived);
  }
  return (
    <span className="recompute-bad">
      {shown.value(name, derived)}{' '}
      <span className="small">{say('stands', { seen: shown.value(name, seen) })}</span>
    </span>
  );
}

type Shown = {
  readonly name: (name: string) => string;
  readonly value: (name: string, value: string | null) => string;
};

/** Names in words; minor units as money, millionths as percent, dates as days. */
function useShown({ inputs }: CalculationOf): Shown {
  const say = useTexts(calculationTexts);
  const known = useKnown(calculationTexts);
  const language = useLanguage();
  const currency = typeof inputs.currency === 'string' ? inputs.currency : null;
  return {
    name: (name) => {
      const [last = name] = name.split('.').reverse();
      const word = known(last) ?? last;
      return last === name ? word : `${name.slice(0, -last.length - 1)} · ${word}`;
    },
    value: (name, value) =>
      value === null || value === 'none'
        ? say('nothing')
        : value
            .split(', ')
            .map((each) => known(`is.${each}`) ?? valueWords(name, each, currency, language))
            .join(' · '),
  };
}

/** The calculations of a file, or why it is none. */
function read(text: string): readonly CalculationOf[] | string {
  try {
    return parseCalculations(text);
  } catch (fault) {
    return fault instanceof Error ? fault.message : String(fault);
  }
}
