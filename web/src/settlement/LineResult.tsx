/** What became of a bank line; one that was set aside says why. */
import { formatMoney, toMinor } from '../lib/format-money.ts';
import type { LinePartsFragment } from '../lib/graphql/graphql.ts';
import { useKnown, useTexts } from '../lib/texts.ts';
import { StateTag } from '../ui/StateTag.tsx';
import { Why } from '../ui/Why.tsx';
import { paymentTexts } from './texts.ts';
import { lineTones } from './tones.ts';

export function LineResult({ line }: { readonly line: LinePartsFragment }) {
  const say = useTexts(paymentTexts);
  const known = useKnown(paymentTexts);
  const { reason, unapplied } = line;
  const isOver =
    line.state === 'MATCHED' &&
    unapplied !== null &&
    unapplied !== undefined &&
    toMinor(unapplied) > 0n;
  return (
    <span className="row">
      <StateTag tone={lineTones[line.state]}>{say(line.state)}</StateTag>
      {line.state === 'PARKED' && reason !== null && reason !== undefined && (
        <Why
          rule={known(reason) ?? reason}
          seen={`${line.reference} · ${formatMoney(line.amount)}`}
          label={say('whyParked')}
        />
      )}
      {isOver && (
        <Why
          rule={say('overText', { unapplied: formatMoney(unapplied) })}
          label={say('unapplied')}
        />
      )}
    </span>
  );
}
