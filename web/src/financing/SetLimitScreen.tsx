/** A bank sets what it is willing to owe on one buyer. */
import { useSuspenseQuery } from '@apollo/client/react';
import { Select } from '@mantine/core';
import { useSearchParams } from 'react-router';
import { useAct } from '../lib/act/use-act.ts';
import { addDays, formatDay } from '../lib/format-date.ts';
import { formatMoney, parseAmount } from '../lib/format-money.ts';
import { useKeptForm } from '../lib/kept.ts';
import { nodesOf } from '../lib/pages.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import { useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { currencies } from '../ui/currencies.ts';
import { DayText } from '../ui/DateText.tsx';
import { AmountField, amountError, DayField, fieldId, useChecked } from '../ui/Form.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { uiTexts } from '../ui/texts.ts';
import { BuyersDocument, SetLimitDocument } from './queries.ts';
import { financingTexts } from './texts.ts';

const yearDays = 365;

export function SetLimitScreen() {
  const say = useTexts(financingTexts);
  const ui = useTexts(uiTexts);
  const language = useLanguage();
  const viewer = useViewer();
  const [search] = useSearchParams();
  const { data } = useSuspenseQuery(BuyersDocument);
  const buyers = nodesOf(data.parties);
  const form = useKeptForm('limit', {
    buyer: search.get('buyer') ?? (buyers.length === 1 ? (buyers[0]?.id ?? '') : ''),
    amount: '',
    currency: 'CNY',
    validTo: addDays(viewer.businessDate, yearDays),
  });
  const { values, set } = form;
  const checked = useChecked({
    buyer: values.buyer === '' ? ui('required') : undefined,
    amount: amountError(ui, values.amount, values.currency),
    validTo: values.validTo < viewer.businessDate ? ui('notADay') : undefined,
  });
  const act = useAct(SetLimitDocument, { kind: 'limit.set', form: 'limit' });
  const sanctioned = {
    amount: parseAmount(values.amount, values.currency) ?? '0',
    currency: values.currency,
  };
  const words = {
    buyer: buyers.find(({ id }) => id === values.buyer)?.name ?? '…',
    amount: values.amount === '' ? `${values.currency} …` : formatMoney(sanctioned),
    valid: values.validTo === '' ? '…' : formatDay(values.validTo, language),
  };

  return (
    <SignatureScreen
      title={say('limitTitle')}
      back="/limits"
      checked={checked}
      form={
        <div className="fields">
          <Select
            id={fieldId('buyer')}
            label={say('limitBuyer')}
            data={buyers.map(({ id, name }) => ({ value: id, label: name }))}
            value={values.buyer === '' ? null : values.buyer}
            onChange={(value) => set('buyer', value ?? '')}
            error={checked.error('buyer')}
            withAsterisk
          />
          <div className="fields-row">
            <AmountField
              name="amount"
              label={say('limitAmount')}
              currency={values.currency}
              value={values.amount}
              onChange={(value) => set('amount', value)}
              checked={checked}
            />
            <Select
              id={fieldId('currency')}
              label={say('limitCurrency')}
              data={currencies}
              value={values.currency}
              onChange={(value) => set('currency', value ?? 'CNY')}
              allowDeselect={false}
            />
            <DayField
              name="validTo"
              label={say('quoteValid')}
              value={values.validTo}
              min={viewer.businessDate}
              onChange={(value) => set('validTo', value)}
              checked={checked}
            />
          </div>
        </div>
      }
      statement={say('limitSentence', words)}
      facts={[
        { name: say('limitBuyer'), value: words.buyer },
        { name: say('sanctioned'), value: <MoneyText money={sanctioned} />, strong: true },
        {
          name: say('validTo'),
          value: values.validTo === '' ? '' : <DayText day={values.validTo} />,
        },
      ]}
      happens={[say('limitHappens', words)]}
      action={say('limitAction', words)}
      act={act}
      onSign={() =>
        void act.run({ buyer: values.buyer, sanctioned, validTo: values.validTo }).then((done) => {
          if (done !== undefined) {
            form.done();
          }
        })
      }
      done={{
        title: say('limitDone'),
        text: say('limitDoneText', words),
        next: <ActionLink to="/limits">{say('seeLimits')}</ActionLink>,
      }}
    />
  );
}
