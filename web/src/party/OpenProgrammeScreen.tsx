/** A core enterprise sets the terms of a new programme, each with what it means, and signs them. */
import { useSuspenseQuery } from '@apollo/client/react';
import { Checkbox, MultiSelect, Select } from '@mantine/core';
import { useAct } from '../lib/act/use-act.ts';
import { formatMoney, parseAmount, toMinor } from '../lib/format-money.ts';
import { useKeptForm } from '../lib/kept.ts';
import { useKnown, useTexts } from '../lib/texts.ts';
import { useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { currencies } from '../ui/currencies.ts';
import {
  AmountField,
  amountError,
  type Checked,
  type FieldErrors,
  fieldId,
  TextField,
  useChecked,
} from '../ui/Form.tsx';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { uiTexts } from '../ui/texts.ts';
import { programmeTexts } from './programme-texts.ts';
import { OpenProgrammeDocument, TermsOnOfferDocument } from './queries.ts';
import { isTimeOfDay, isWhole } from './terms.ts';
import { partyTexts } from './texts.ts';

const techniques = [
  'RECEIVABLES_DISCOUNTING',
  'PAYABLES_FINANCE',
  'FACTORING',
  'DYNAMIC_DISCOUNTING',
];
const dayCounts = ['ACT_365F', 'ACT_360', 'THIRTY_360'];
const businessDayRules = ['FOLLOWING', 'MODIFIED_FOLLOWING', 'PRECEDING'];
const recourses = ['NONE', 'DILUTION_ONLY', 'LIMITED', 'FULL'];
const computedCalendars = ['WEEKDAYS', 'TARGET'];
const anyCurrency = 'ANY';

const initial = {
  name: '',
  technique: 'RECEIVABLES_DISCOUNTING',
  currency: anyCurrency,
  minSplit: '1,000.00',
  minTenorDays: '15',
  maxTenorDays: '365',
  confirmDays: '5',
  graceDays: '5',
  dayCount: 'ACT_365F',
  businessDayRule: 'FOLLOWING',
  recourse: 'NONE',
  requireDelivery: false,
  maxDepth: '',
  calendars: ['WEEKDAYS'] as readonly string[],
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  marketOpens: '09:00',
  marketCloses: '21:00',
  exDays: '0',
  policyPacks: [] as readonly string[],
  issueLimit: '',
};
type Values = typeof initial;
type Setter = <K extends keyof Values>(name: K, value: Values[K]) => void;

/** Whole numbers of the form, and the least that each may be. */
const numbers = {
  minTenorDays: 0,
  maxTenorDays: 0,
  confirmDays: 0,
  graceDays: 0,
  exDays: 0,
} as const;

export function OpenProgrammeScreen() {
  const add = useTexts(programmeTexts);
  const viewer = useViewer();
  const form = useKeptForm<Values>('programme', initial);
  const { values } = form;
  const unit = values.currency === anyCurrency ? 'EUR' : values.currency;
  const checked = useChecked(useErrors(values, unit));
  const act = useAct(OpenProgrammeDocument, { kind: 'programme.open', form: 'programme' });
  const smallest = { amount: parseAmount(values.minSplit, unit) ?? '0', currency: unit };
  const words = { core: viewer.party.name, name: values.name.trim() || '…' };

  return (
    <SignatureScreen
      title={add('open')}
      back="/programme"
      checked={checked}
      form={<Fields values={values} set={form.set} checked={checked} unit={unit} />}
      statement={add('openSentence', words)}
      facts={useFacts(values, formatMoney(smallest))}
      happens={[add('openHappens1'), add('openHappens2')]}
      forGood={add('openForGood')}
      action={add('openAction', words)}
      act={act}
      onSign={() =>
        void act.run(inputOf(values, toMinor(smallest))).then((done) => {
          if (done !== undefined) form.done();
        })
      }
      done={{
        title: add('openDone', words),
        text: add('openDoneText'),
        next: <ActionLink to="/programme">{add('toProgramme')}</ActionLink>,
      }}
    />
  );
}

/** The limit as it was typed; null where there is none. */
function limitOf({ currency, issueLimit }: Values): string | null {
  return currency === anyCurrency || issueLimit.trim() === '' ? null : issueLimit;
}

function inputOf(values: Values, minSplitMinor: bigint) {
  const limit = limitOf(values);
  const {
    currency,
    maxDepth,
    minSplit: _,
    issueLimit: __,
    calendars,
    policyPacks,
    name,
    ...rest
  } = values;
  return {
    ...rest,
    name: name.trim(),
    currency: currency === anyCurrency ? null : currency,
    minSplitMinor: `${minSplitMinor}`,
    maxDepth: maxDepth.trim() === '' ? null : maxDepth.trim(),
    calendars: [...calendars],
    policyPacks: [...policyPacks],
    issueLimitMinor:
      limit === null
        ? null
        : `${toMinor({ amount: parseAmount(limit, currency) ?? '0', currency })}`,
  };
}

type FieldsProps = {
  readonly values: Values;
  readonly set: Setter;
  readonly checked: Checked;
  /** The currency in which the smallest part is typed. */
  readonly unit: string;
};

function Fields(props: FieldsProps) {
  return (
    <div className="fields">
      <Trade {...props} />
      <Days {...props} />
      <Market {...props} />
    </div>
  );
}

/** What is traded, and how it may be cut and passed on. */
function Trade({ values, set, checked, unit }: FieldsProps) {
  const add = useTexts(programmeTexts);
  return (
    <>
      <TextField
        name="name"
        label={add('name')}
        hint={add('nameHint')}
        value={values.name}
        onChange={(value) => set('name', value)}
        checked={checked}
      />
      <div className="fields-row">
        <Choice
          name="technique"
          label={add('technique')}
          hint={add('techniqueHint')}
          options={techniques}
          values={values}
          set={set}
        />
        <Select
          id={fieldId('currency')}
          label={add('currency')}
          description={'\u00a0'}
          data={[
            { value: anyCurrency, label: add('anyCurrency') },
            ...currencies.map((value) => ({ value, label: value })),
          ]}
          value={values.currency}
          onChange={(value) => set('currency', value ?? anyCurrency)}
          allowDeselect={false}
        />
      </div>
      <div className="fields-row">
        <AmountField
          name="minSplit"
          label={add('minSplit')}
          hint={add('minSplitHint')}
          currency={unit}
          value={values.minSplit}
          onChange={(value) => set('minSplit', value)}
          checked={checked}
        />
        <TextField
          name="maxDepth"
          label={add('maxDepth')}
          hint={'\u00a0'}
          value={values.maxDepth}
          onChange={(value) => set('maxDepth', value)}
          checked={checked}
          optional
        />
      </div>
      {values.currency !== anyCurrency && (
        <AmountField
          name="issueLimit"
          label={add('issueLimit')}
          hint={add('issueLimitHint')}
          currency={unit}
          value={values.issueLimit}
          onChange={(value) => set('issueLimit', value)}
          checked={checked}
          optional
        />
      )}
      <div className="fields-row">
        <Choice
          name="recourse"
          label={add('recourse')}
          hint={add('recourseHint')}
          options={recourses}
          values={values}
          set={set}
        />
        <Checkbox
          id={fieldId('requireDelivery')}
          label={add('delivery')}
          description={add('deliveryHint')}
          checked={values.requireDelivery}
          onChange={(event) => set('requireDelivery', event.currentTarget.checked)}
        />
      </div>
      <Packs values={values} set={set} />
    </>
  );
}

function Packs({ values, set }: Pick<FieldsProps, 'values' | 'set'>) {
  const add = useTexts(programmeTexts);
  const { data } = useSuspenseQuery(TermsOnOfferDocument);
  return (
    <MultiSelect
      id={fieldId('policyPacks')}
      label={add('packs')}
      description={add('packsHint')}
      data={data.policyPacks.map((pack) => ({
        value: pack.label,
        label: `${pack.label}: ${pack.title}`,
      }))}
      value={[...values.policyPacks]}
      onChange={(chosen) => set('policyPacks', chosen)}
    />
  );
}

/** Terms, deadlines and business days. */
function Days({ values, set, checked }: FieldsProps) {
  const add = useTexts(programmeTexts);
  const known = useKnown(programmeTexts);
  const { data } = useSuspenseQuery(TermsOnOfferDocument);
  const published = [...new Set(data.calendars.map(({ calendar }) => calendar))].sort();
  const number = (name: keyof typeof numbers, label: string, hint = '\u00a0') => (
    <TextField
      name={name}
      label={label}
      hint={hint}
      value={values[name]}
      onChange={(value) => set(name, value)}
      checked={checked}
    />
  );
  return (
    <>
      <div className="fields-row">
        {number('minTenorDays', add('minTenor'))}
        {number('maxTenorDays', add('maxTenor'))}
      </div>
      <div className="fields-row">
        {number('confirmDays', add('confirmDays'), add('confirmDaysHint'))}
        {number('graceDays', add('graceDays'))}
      </div>
      <MultiSelect
        id={fieldId('calendars')}
        label={add('calendars')}
        description={add('calendarsHint')}
        data={[...computedCalendars, ...published].map((value) => ({
          value,
          label: known(value) ?? value,
        }))}
        value={[...values.calendars]}
        onChange={(chosen) => set('calendars', chosen)}
        error={checked.error('calendars')}
        withAsterisk
      />
      <div className="fields-row">
        <Choice
          name="businessDayRule"
          label={add('rule2')}
          options={businessDayRules}
          values={values}
          set={set}
        />
        <Choice
          name="dayCount"
          label={add('dayCount')}
          options={dayCounts}
          values={values}
          set={set}
        />
      </div>
      {number('exDays', add('exDaysField'))}
    </>
  );
}

/** When banks may quote. */
function Market({ values, set, checked }: FieldsProps) {
  const add = useTexts(programmeTexts);
  const time = (name: 'marketOpens' | 'marketCloses', label: string) => (
    <TextField
      name={name}
      label={label}
      value={values[name]}
      onChange={(value) => set(name, value)}
      checked={checked}
    />
  );
  return (
    <div className="fields-row">
      {time('marketOpens', add('opens'))}
      {time('marketCloses', add('closes'))}
      <Select
        id={fieldId('timeZone')}
        label={add('zone')}
        data={[...new Set(['UTC', values.timeZone, ...Intl.supportedValuesOf('timeZone')])]}
        value={values.timeZone}
        onChange={(value) => set('timeZone', value ?? 'UTC')}
        allowDeselect={false}
        searchable
        limit={20}
      />
    </div>
  );
}

function Choice({
  name,
  label,
  hint,
  options,
  values,
  set,
}: {
  readonly name: 'technique' | 'recourse' | 'dayCount' | 'businessDayRule';
  readonly label: string;
  readonly hint?: string;
  readonly options: readonly string[];
  readonly values: Values;
  readonly set: Setter;
}) {
  const known = useKnown(partyTexts);
  const own = useKnown(programmeTexts);
  return (
    <Select
      id={fieldId(name)}
      label={label}
      description={hint}
      data={options.map((value) => ({ value, label: own(value) ?? known(value) ?? value }))}
      value={values[name]}
      onChange={(value) => set(name, value ?? values[name])}
      allowDeselect={false}
    />
  );
}

function useErrors(values: Values, unit: string): FieldErrors {
  const add = useTexts(programmeTexts);
  const ui = useTexts(uiTexts);
  const whole = (text: string, min: number) =>
    isWhole(text, min) ? undefined : add('wholeNumber', { min });
  const time = (text: string) => (isTimeOfDay(text) ? undefined : add('timeOfDay'));
  return {
    name: values.name.trim() === '' ? ui('required') : undefined,
    minSplit: amountError(ui, values.minSplit, unit),
    ...Object.fromEntries(
      Object.entries(numbers).map(([name, min]) => [
        name,
        whole(values[name as keyof typeof numbers], min),
      ]),
    ),
    maxTenorDays: whole(values.maxTenorDays, Number(values.minTenorDays) || 0),
    maxDepth: values.maxDepth.trim() === '' ? undefined : whole(values.maxDepth, 0),
    issueLimit: limitOf(values) === null ? undefined : amountError(ui, values.issueLimit, unit),
    calendars: values.calendars.length === 0 ? ui('required') : undefined,
    marketOpens: time(values.marketOpens),
    marketCloses:
      time(values.marketCloses) ??
      (values.marketCloses > values.marketOpens ? undefined : add('timeOfDay')),
  };
}

function useFacts(values: Values, smallest: string) {
  const add = useTexts(programmeTexts);
  const say = useTexts(partyTexts);
  const known = useKnown(partyTexts);
  const own = useKnown(programmeTexts);
  const { minTenorDays: min, maxTenorDays: max } = values;
  return [
    { name: add('technique'), value: own(values.technique) ?? values.technique, strong: true },
    {
      name: add('currency'),
      value: values.currency === anyCurrency ? add('anyCurrency') : values.currency,
    },
    { name: add('minSplit'), value: smallest },
    { name: say('tenor'), value: say('tenorDays', { min, max }) },
    { name: add('recourse'), value: known(values.recourse) ?? values.recourse },
    {
      name: add('calendars'),
      value: values.calendars.map((name) => own(name) ?? name).join(', '),
    },
    {
      name: add('hours'),
      value: add('hoursValue', {
        opens: values.marketOpens,
        closes: values.marketCloses,
        zone: values.timeZone,
      }),
    },
    {
      name: add('policy'),
      value: values.policyPacks.length === 0 ? add('noPolicy') : values.policyPacks.join(', '),
    },
  ];
}
