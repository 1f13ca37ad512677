/** A bank proposes what it is willing to have out: in all, on a buyer, a supplier, both, or in a programme. */
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
import {
  AmountField,
  amountError,
  type Checked,
  DayField,
  fieldId,
  useChecked,
} from '../ui/Form.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { uiTexts } from '../ui/texts.ts';
import { useLimitWords } from './limit-words.ts';
import { BuyersDocument, ProposeLimitDocument } from './queries.ts';
import { financingTexts } from './texts.ts';

const yearDays = 365;
const dimensions = ['BUYER', 'SUPPLIER', 'PAIR', 'PROGRAMME', 'TOTAL'] as const;
/** Stands for what is not chosen yet. */
const unknown = { id: '', name: '…' };

export function SetLimitScreen() {
  const say = useTexts(financingTexts);
  const ui = useTexts(uiTexts);
  const language = useLanguage();
  const viewer = useViewer();
  const wordsOf = useLimitWords();
  const [search] = useSearchParams();
  const { data } = useSuspenseQuery(BuyersDocument);
  const [buyers, suppliers] = [nodesOf(data.buyers), nodesOf(data.suppliers)];
  const { programmes } = viewer;
  const form = useKeptForm('limit', {
    dimension: 'BUYER',
    supplier: '',
    programme: programmes.length === 1 ? (programmes[0]?.id ?? '') : '',
    adhoc: '',
    adhocTo: '',
    buyer: search.get('buyer') ?? (buyers.length === 1 ? (buyers[0]?.id ?? '') : ''),
    amount: '',
    currency: 'CNY',
    validTo: addDays(viewer.businessDate, yearDays),
  });
  const { values, set } = form;
  const dimension = dimensions.find((each) => each === values.dimension) ?? 'BUYER';
  const hasBuyer = dimension === 'BUYER' || dimension === 'PAIR';
  const hasSupplier = dimension === 'SUPPLIER' || dimension === 'PAIR';
  const hasProgramme = dimension === 'PROGRAMME';
  const checked = useChecked({
    buyer: hasBuyer && values.buyer === '' ? ui('required') : undefined,
    supplier: hasSupplier && values.supplier === '' ? ui('required') : undefined,
    programme: hasProgramme && values.programme === '' ? ui('required') : undefined,
    adhoc: values.adhoc === '' ? undefined : amountError(ui, values.adhoc, values.currency),
    adhocTo: (values.adhoc === '') === (values.adhocTo === '') ? undefined : say('limitAdhocBoth'),
    amount: amountError(ui, values.amount, values.currency),
    validTo: values.validTo < viewer.businessDate ? ui('notADay') : undefined,
  });
  const act = useAct(ProposeLimitDocument, { kind: 'limit.propose', form: 'limit' });
  const sanctioned = {
    amount: parseAmount(values.amount, values.currency) ?? '0',
    currency: values.currency,
  };
  const adhoc = {
    amount: values.adhoc === '' ? '0' : (parseAmount(values.adhoc, values.currency) ?? '0'),
    currency: values.currency,
  };
  const subject = {
    dimension,
    buyer: hasBuyer ? (buyers.find(({ id }) => id === values.buyer) ?? unknown) : null,
    supplier: hasSupplier ? (suppliers.find(({ id }) => id === values.supplier) ?? unknown) : null,
    programme: hasProgramme
      ? (programmes.find(({ id }) => id === values.programme) ?? unknown)
      : null,
  };
  const words = {
    buyer: wordsOf(subject),
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
            id={fieldId('dimension')}
            label={say('limitAbout')}
            data={dimensions.map((each) => ({ value: each, label: say(`limit.${each}`) }))}
            value={dimension}
            onChange={(value) => set('dimension', value ?? 'BUYER')}
            allowDeselect={false}
          />
          {hasBuyer && (
            <Named
              name="buyer"
              label={say('buyer')}
              of={buyers}
              value={values.buyer}
              set={(value) => set('buyer', value)}
              checked={checked}
            />
          )}
          {hasSupplier && (
            <Named
              name="supplier"
              label={say('limitSupplier')}
              of={suppliers}
              value={values.supplier}
              set={(value) => set('supplier', value)}
              checked={checked}
            />
          )}
          {hasProgramme && (
            <Named
              name="programme"
              label={say('limitProgramme')}
              of={programmes}
              value={values.programme}
              set={(value) => set('programme', value)}
              checked={checked}
            />
          )}
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
          <div className="fields-row">
            <AmountField
              name="adhoc"
              label={say('limitAdhoc')}
              hint={say('limitAdhocHint')}
              currency={values.currency}
              value={values.adhoc}
              onChange={(value) => set('adhoc', value)}
              checked={checked}
            />
            <DayField
              name="adhocTo"
              label={say('limitAdhocTo')}
              value={values.adhocTo}
              min={viewer.businessDate}
              onChange={(value) => set('adhocTo', value)}
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
        void act
          .run({
            dimension,
            buyer: subject.buyer?.id ?? null,
            supplier: subject.supplier?.id ?? null,
            programme: subject.programme?.id ?? null,
            sanctioned,
            adhoc,
            adhocTo: values.adhocTo === '' ? null : values.adhocTo,
            validTo: values.validTo,
          })
          .then((done) => {
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

/** One of a list of named things. */
function Named({
  name,
  label,
  of,
  value,
  set,
  checked,
}: {
  readonly name: string;
  readonly label: string;
  readonly of: readonly { readonly id: string; readonly name: string }[];
  readonly value: string;
  readonly set: (value: string) => void;
  readonly checked: Checked;
}) {
  return (
    <Select
      id={fieldId(name)}
      label={label}
      data={of.map((each) => ({ value: each.id, label: each.name }))}
      value={value === '' ? null : value}
      onChange={(chosen) => set(chosen ?? '')}
      error={checked.error(name)}
      searchable
      withAsterisk
    />
  );
}
