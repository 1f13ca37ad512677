/** A person says what a bank line of the queue pays: chosen among what is open, never typed. */
import { useSuspenseQuery } from '@apollo/client/react';
import { Checkbox } from '@mantine/core';
import { useParams } from 'react-router';
import { useAct } from '../lib/act/use-act.ts';
import { formatMoney, fromMinor, toMinor } from '../lib/format-money.ts';
import type { LegRowFragment } from '../lib/graphql/graphql.ts';
import { useKeptForm } from '../lib/kept.ts';
import { nodesOf } from '../lib/pages.ts';
import { useTexts } from '../lib/texts.ts';
import { useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { fieldId, TextField, useChecked } from '../ui/Form.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Notice } from '../ui/Notice.tsx';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { uiTexts } from '../ui/texts.ts';
import { AssignableDocument, AssignLineDocument } from './queue-queries.ts';
import { queueTexts } from './queue-texts.ts';
import { paymentTexts } from './texts.ts';
import { useLineWords } from './use-line.ts';

export function AssignLineScreen() {
  const say = useTexts(queueTexts);
  const kinds = useTexts(paymentTexts);
  const ui = useTexts(uiTexts);
  const viewer = useViewer();
  const { id = '' } = useParams();
  const { data } = useSuspenseQuery(AssignableDocument, {
    variables: { id },
    fetchPolicy: 'network-only',
  });
  const line = data.statementLine;
  const offered = nodesOf(data.legs).filter(
    ({ payer, payee, amount }) =>
      (line.credit ? payee : payer).id === viewer.party.id &&
      amount.currency === line.amount.currency,
  );
  const form = useKeptForm(`line.assign:${id}`, { legs: [] as readonly string[], reason: '' });
  const { values, set } = form;
  const chosen = offered.filter((leg) => values.legs.includes(leg.id));
  const reason = values.reason.trim();
  const checked = useChecked({
    legs: chosen.length === 0 ? ui('required') : undefined,
    reason: reason === '' ? ui('required') : undefined,
  });
  const act = useAct(AssignLineDocument, {
    kind: 'line.assign',
    form: `line.assign:${id}`,
    shows: [line.anchor],
  });
  const words = {
    ...useLineWords(line),
    references: chosen.map(({ reference }) => reference).join(', ') || '…',
  };
  return (
    <SignatureScreen
      title={say('assignTitle')}
      back={`/payments/lines/${id}`}
      checked={checked}
      form={
        <div className="fields">
          {offered.length === 0 ? (
            <Notice tone="info" title={say('assignNothing')} />
          ) : (
            <Checkbox.Group
              label={say('assignWhich')}
              description={say('assignWhichHint')}
              value={[...values.legs]}
              onChange={(value) => set('legs', value)}
              error={checked.error('legs')}
              withAsterisk
            >
              <div className="checks-group" id={fieldId('legs')} tabIndex={-1}>
                {offered.map((leg) => (
                  <Checkbox
                    key={leg.id}
                    value={leg.id}
                    label={`${formatMoney(openOf(leg))} · ${(line.credit ? leg.payer : leg.payee).name}`}
                    description={`${kinds(leg.kind)} · ${leg.reference}`}
                  />
                ))}
              </div>
            </Checkbox.Group>
          )}
          <TextField
            name="reason"
            label={say('why')}
            hint={say('whyHint')}
            lines={2}
            value={values.reason}
            onChange={(value) => set('reason', value)}
            checked={checked}
          />
        </div>
      }
      statement={say('assignSentence', words)}
      facts={[
        { name: say('amount'), value: <MoneyText money={line.amount} />, strong: true },
        { name: say('reference'), value: line.reference },
        { name: say('assignWhich'), value: words.references },
      ]}
      happens={[say('assignHappens1'), say('assignHappens2')]}
      action={say('assignAction')}
      act={act}
      onSign={() =>
        void act.run({ line: id, legs: chosen.map((leg) => leg.id), reason }).then((done) => {
          if (done !== undefined) form.done();
        })
      }
      done={{
        title: say('assignDone'),
        text: say('assignDoneText'),
        next: <ActionLink to={`/payments/lines/${id}`}>{say('seeIt')}</ActionLink>,
      }}
    />
  );
}

function openOf({ amount, settled }: LegRowFragment) {
  return fromMinor(toMinor(amount) - toMinor(settled), amount.currency);
}
