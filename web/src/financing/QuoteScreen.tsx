/** A bank's sealed quote: terms, and beside them at once what they bring. */
import { useQuery } from '@apollo/client/react';
import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Link } from 'react-router';
import { useAct } from '../lib/act/use-act.ts';
import { addDays, formatDay } from '../lib/format-date.ts';
import { formatMoney, parseAmount, parsePercent, percentToMicros } from '../lib/format-money.ts';
import type { DayCount, DiscountMethod, PriceQuoteQuery } from '../lib/graphql/graphql.ts';
import { useKeptForm } from '../lib/kept.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import { useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { DayText } from '../ui/DateText.tsx';
import {
  AmountField,
  amountError,
  DayField,
  fieldId,
  PercentField,
  TextField,
  useChecked,
} from '../ui/Form.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Notice } from '../ui/Notice.tsx';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { uiTexts } from '../ui/texts.ts';
import { LimitsDocument, PriceDocument, SubmitQuoteDocument } from './queries.ts';
import { useRequestWords } from './sentence.ts';
import { financingTexts } from './texts.ts';
import { useRequest } from './use-request.ts';

const methods: readonly DiscountMethod[] = ['STRAIGHT', 'YIELD'];
const dayCounts: readonly DayCount[] = ['ACT_365F', 'ACT_360', 'THIRTY_360'];
const recourses = ['NONE', 'DILUTION_ONLY', 'LIMITED', 'FULL'] as const;
/** How long a quote is usually firm, in days. */
const firmDays = 7;
const typingMs = 150;

const begin = {
  rate: '',
  method: 'STRAIGHT',
  dayCount: 'ACT_365F',
  advance: '100',
  feeFlat: '0',
  feePercent: '0',
  feeMin: '0',
  recourse: 'NONE',
  penalty: '0',
  recourseDays: '0',
  recourseShare: '100',
  validTo: '',
};
type Terms = typeof begin;

export function QuoteScreen() {
  const say = useTexts(financingTexts);
  const language = useLanguage();
  const viewer = useViewer();
  const request = useRequest();
  const { currency } = request.face;
  const form = useKeptForm(`quote:${request.id}`, {
    ...begin,
    validTo: addDays(viewer.businessDate, firmDays),
  });
  const { values } = form;
  const checked = useChecked(useErrors(values, currency, viewer.businessDate));
  const price = usePrice(request.id, values, currency);
  const act = useAct(SubmitQuoteDocument, { kind: 'quote.submit', form: `quote:${request.id}` });
  const words = {
    ...useRequestWords(request),
    net: price === undefined ? '…' : formatMoney(price.net),
    fees: price === undefined ? '…' : formatMoney(price.fees),
    rate: parsePercent(values.rate) ?? '…',
    advance: parsePercent(values.advance) ?? '…',
    valid: values.validTo === '' ? '…' : formatDay(values.validTo, language),
  };
  const money = (typed: string) => ({ amount: parseAmount(typed, currency) ?? '0', currency });
  const sign = async () => {
    const done = await act.run({
      request: request.id,
      rateMicros: percentToMicros(values.rate) ?? '0',
      method: values.method,
      dayCount: values.dayCount,
      advanceMicros: percentToMicros(values.advance) ?? '0',
      feeFlat: money(values.feeFlat),
      feeMicros: percentToMicros(values.feePercent) ?? '0',
      feeMin: money(values.feeMin),
      recourse: values.recourse,
      validTo: values.validTo,
      penaltyMicros: percentToMicros(values.penalty) ?? '0',
      graceRule: 'DEFER',
      recourseDays: values.recourse === 'LIMITED' ? values.recourseDays : null,
      recourseMicros:
        values.recourse === 'LIMITED' ? (percentToMicros(values.recourseShare) ?? '0') : null,
    });
    if (done !== undefined) {
      form.done();
    }
  };

  return (
    <SignatureScreen
      title={say('quoteTitle', words)}
      back={`/financing/${request.id}`}
      checked={checked}
      form={
        <div className="fields">
          <LimitLine buyerId={request.issuer.id} buyer={words.buyer} currency={currency} />
          <TermFields form={form} checked={checked} currency={currency} />
        </div>
      }
      statement={say('quoteSentence', words)}
      facts={[
        {
          name: say('netBank'),
          value: price === undefined ? '…' : <MoneyText money={price.net} />,
          strong: true,
        },
        {
          name: say('discount'),
          value: price === undefined ? '…' : <MoneyText money={price.discount} />,
        },
        { name: say('fees'), value: price === undefined ? '…' : <MoneyText money={price.fees} /> },
        {
          name: say('reserve'),
          value: price === undefined ? '…' : <MoneyText money={price.reserve} />,
        },
        {
          name: say('allIn'),
          value:
            price?.allInPercent === undefined || price.allInPercent === null
              ? '…'
              : say('perYear', { percent: price.allInPercent }),
        },
        { name: say('maturity'), value: <DayText day={request.maturity} /> },
      ]}
      happens={[say('quoteHappens1'), say('quoteHappens2', words)]}
      forGood={say('quoteForGood')}
      action={say('quoteAction', words)}
      act={act}
      onSign={() => void sign()}
      done={{
        title: say('quoteDone'),
        text: say('quoteDoneText'),
        next: <ActionLink to={`/financing/${request.id}`}>{say('seeRequest')}</ActionLink>,
      }}
    />
  );
}

function TermFields({
  form,
  checked,
  currency,
}: {
  readonly form: ReturnType<typeof useKeptForm<Terms>>;
  readonly checked: ReturnType<typeof useChecked>;
  readonly currency: string;
}) {
  const say = useTexts(financingTexts);
  const viewer = useViewer();
  const { values, set } = form;
  const percent = (
    name: 'rate' | 'advance' | 'feePercent' | 'penalty' | 'recourseShare',
    label: string,
  ) => (
    <PercentField
      name={name}
      label={label}
      value={values[name]}
      onChange={(value) => set(name, value)}
      checked={checked}
    />
  );
  const amount = (name: 'feeFlat' | 'feeMin', label: string) => (
    <AmountField
      name={name}
      label={label}
      currency={currency}
      value={values[name]}
      onChange={(value) => set(name, value)}
      checked={checked}
    />
  );
  const choice = (
    name: 'method' | 'dayCount' | 'recourse',
    label: string,
    data: { value: string; label: string }[],
  ) => (
    <Select
      id={fieldId(name)}
      label={label}
      data={data}
      value={values[name]}
      onChange={(value) => set(name, value ?? values[name])}
      allowDeselect={false}
    />
  );
  return (
    <>
      <div className="fields-row">
        {percent('rate', say('quoteRate'))}
        {percent('advance', say('quoteAdvance'))}
      </div>
      <div className="fields-row">
        {choice(
          'method',
          say('quoteMethod'),
          methods.map((each) => ({ value: each, label: say(each) })),
        )}
        {choice(
          'dayCount',
          say('quoteDayCount'),
          dayCounts.map((each) => ({ value: each, label: say(each) })),
        )}
      </div>
      <div className="fields-row">
        {amount('feeFlat', say('quoteFeeFlat'))}
        {percent('feePercent', say('quoteFeePercent'))}
        {amount('feeMin', say('quoteFeeMin'))}
      </div>
      <div className="fields-row">
        {choice(
          'recourse',
          say('quoteRecourse'),
          recourses.map((each) => ({ value: each, label: say(`short.${each}`) })),
        )}
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
        {percent('penalty', say('quotePenalty'))}
        {values.recourse === 'LIMITED' && (
          <>
            <TextField
              name="recourseDays"
              label={say('quoteRecourseDays')}
              value={values.recourseDays}
              onChange={(value) => set('recourseDays', value)}
              checked={checked}
            />
            {percent('recourseShare', say('quoteRecourseShare'))}
          </>
        )}
      </div>
    </>
  );
}

/** How much room the bank has on this buyer; without a limit it cannot quote. */
function LimitLine({
  buyerId,
  buyer,
  currency,
}: {
  readonly buyerId: string;
  readonly buyer: string;
  readonly currency: string;
}) {
  const say = useTexts(financingTexts);
  const { data } = useQuery(LimitsDocument);
  if (data === undefined) {
    return null;
  }
  const limit = data.limits.find(
    (each) =>
      each.dimension === 'BUYER' &&
      each.buyer?.id === buyerId &&
      each.sanctioned.currency === currency,
  );
  return limit === undefined ? (
    <Notice
      tone="warn"
      title={say('quoteNoLimit', { buyer })}
      action={<Link to={`/limits/set?buyer=${buyerId}`}>{say('setLimitLink')}</Link>}
    />
  ) : (
    <p className="small">
      <span className="dim">{say('quoteLimit', { buyer })}: </span>
      <MoneyText money={limit.available} />
    </p>
  );
}

/** What the terms bring, asked as one types; the last answer stays until the next one is there. */
function usePrice(
  requestId: string,
  terms: Terms,
  currency: string,
): PriceQuoteQuery['priceQuote'] | undefined {
  const [settled] = useDebouncedValue(terms, typingMs);
  const read = {
    ratePercent: parsePercent(settled.rate),
    advancePercent: parsePercent(settled.advance),
    feeFlat: parseAmount(settled.feeFlat, currency),
    feePercent: parsePercent(settled.feePercent),
    feeMin: parseAmount(settled.feeMin, currency),
  };
  const isReadable = Object.values(read).every((value) => value !== undefined);
  const { data, previousData } = useQuery(PriceDocument, {
    variables: {
      requestId,
      method: methods.find((each) => each === settled.method) ?? 'STRAIGHT',
      dayCount: dayCounts.find((each) => each === settled.dayCount) ?? 'ACT_365F',
      ratePercent: read.ratePercent ?? '0',
      advancePercent: read.advancePercent ?? '0',
      feeFlat: read.feeFlat ?? '0',
      feePercent: read.feePercent ?? '0',
      feeMin: read.feeMin ?? '0',
    },
    skip: !isReadable,
    fetchPolicy: 'no-cache',
  });
  return isReadable ? (data ?? previousData)?.priceQuote : undefined;
}

function useErrors(values: Terms, currency: string, today: string) {
  const ui = useTexts(uiTexts);
  const say = useTexts(financingTexts);
  const percent = (typed: string) =>
    typed.trim() === ''
      ? ui('required')
      : percentToMicros(typed) === undefined
        ? ui('notAPercent')
        : undefined;
  return {
    rate: percent(values.rate),
    advance: percent(values.advance),
    feeFlat: amountError(ui, values.feeFlat, currency),
    feePercent: percent(values.feePercent),
    feeMin: amountError(ui, values.feeMin, currency),
    penalty: percent(values.penalty),
    recourseDays: /^\d{1,3}$/.test(values.recourseDays) ? undefined : say('quoteDaysError'),
    recourseShare: percent(values.recourseShare),
    validTo: values.validTo === '' || values.validTo < today ? ui('notADay') : undefined,
  };
}
