/** What a colleague may sign from now on, up to how much, until when. */
import { useSuspenseQuery } from '@apollo/client/react';
import { Select } from '@mantine/core';
import { useAct } from '../lib/act/use-act.ts';
import { addDays, formatDay } from '../lib/format-date.ts';
import { formatMoney, parseAmount } from '../lib/format-money.ts';
import { useKeptForm } from '../lib/kept.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import { useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { useActWords } from '../ui/act-words.ts';
import { currencies } from '../ui/currencies.ts';
import { AmountField, amountError, DayField, fieldId, useChecked } from '../ui/Form.tsx';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { uiTexts } from '../ui/texts.ts';
import { GrantMandateDocument, MandateActionsDocument } from './queries.ts';
import { teamTexts } from './team-texts.ts';
import { usePerson } from './use-person.ts';

const yearDays = 365;

export function GrantMandateScreen() {
  const say = useTexts(teamTexts);
  const ui = useTexts(uiTexts);
  const known = useActWords();
  const language = useLanguage();
  const viewer = useViewer();
  const person = usePerson();
  const { mandateActions } = useSuspenseQuery(MandateActionsDocument).data;
  const name = `mandate.grant:${person.id}`;
  const form = useKeptForm(name, {
    ...{ action: '', amount: '', currency: 'CNY', validFrom: viewer.businessDate },
    validTo: addDays(viewer.businessDate, yearDays),
  });
  const { values, set } = form;
  const isLimited = values.amount.trim() !== '';
  const amount = { amount: parseAmount(values.amount, values.currency) ?? '0' };
  const limit = isLimited ? { ...amount, currency: values.currency } : null;
  const checked = useChecked({
    action: values.action === '' ? ui('required') : undefined,
    amount: isLimited ? amountError(ui, values.amount, values.currency) : undefined,
    validFrom: values.validFrom === '' ? ui('required') : undefined,
    validTo: values.validTo < values.validFrom ? say('before') : undefined,
  });
  const day = (value: string) => (value === '' ? '…' : formatDay(value, language));
  const words = {
    ...{ name: person.name, party: viewer.party.name },
    action: values.action === '' ? '…' : known.action(values.action),
    limit:
      limit === null ? say('grantUnlimited') : say('grantUpTo', { amount: formatMoney(limit) }),
    ...{ from: day(values.validFrom), until: day(values.validTo) },
  };
  const act = useAct(GrantMandateDocument, { kind: 'mandate.grant', form: name });
  return (
    <SignatureScreen
      title={say('grantTitle')}
      back={`/team/${person.id}`}
      checked={checked}
      form={
        <div className="fields">
          <Select
            id={fieldId('action')}
            label={say('action')}
            data={mandateActions.map((value) => ({ value, label: known.action(value) }))}
            value={values.action === '' ? null : values.action}
            onChange={(value) => set('action', value ?? '')}
            error={checked.error('action')}
            searchable
            withAsterisk
          />
          <div className="fields-row">
            <AmountField
              name="amount"
              label={say('limited')}
              hint={say('limitHint')}
              currency={values.currency}
              value={values.amount}
              onChange={(value) => set('amount', value)}
              checked={checked}
              optional
            />
            <Select
              id={fieldId('currency')}
              label={say('limitCurrency')}
              description={'\u00a0'}
              data={currencies}
              value={values.currency}
              onChange={(value) => set('currency', value ?? 'CNY')}
              allowDeselect={false}
            />
          </div>
          <div className="fields-row">
            <DayField
              name="validFrom"
              label={say('validFrom')}
              value={values.validFrom}
              onChange={(value) => set('validFrom', value)}
              checked={checked}
            />
            <DayField
              name="validTo"
              label={say('validTo')}
              value={values.validTo}
              min={values.validFrom === '' ? undefined : values.validFrom}
              onChange={(value) => set('validTo', value)}
              checked={checked}
            />
          </div>
        </div>
      }
      statement={say('grantSentence', words)}
      facts={[
        { name: say('name'), value: person.name, strong: true },
        { name: say('action'), value: words.action },
        { name: say('upTo'), value: limit === null ? say('noLimit') : formatMoney(limit) },
      ]}
      happens={[say('grantHappens1', words), say('grantHappens2', words)]}
      action={say('grantAction', words)}
      act={act}
      onSign={() => {
        const { action, validFrom, validTo } = values;
        void act.run({ holder: person.id, action, limit, validFrom, validTo }).then((done) => {
          if (done !== undefined) form.done();
        });
      }}
      done={{
        title: say('grantDone', words),
        text: say('grantDoneText', words),
        next: <ActionLink to={`/team/${person.id}`}>{person.name}</ActionLink>,
      }}
    />
  );
}
