/** Pieces of a form: each field with its error beside it, and all errors at the top with a link to theirs. */
import { Textarea, TextInput } from '@mantine/core';
import { DateInput } from '@mantine/dates';
import { type ReactNode, useState } from 'react';
import { formatAmount, parseAmount } from '../lib/format-money.ts';
import { type Say, useLanguage, useTexts } from '../lib/texts.ts';
import { Notice } from './Notice.tsx';
import { uiTexts } from './texts.ts';
import '@mantine/dates/styles.layer.css';
import 'dayjs/locale/zh-cn.js';
import './Form.css';

export type FieldErrors = Readonly<Record<string, string | undefined>>;

export type Checked = {
  /** The error to show beside the field: after it was left, or after an attempt to send. */
  readonly error: (field: string) => string | undefined;
  readonly leave: (field: string) => () => void;
  /** True when nothing is wrong; from then on every error shows. */
  readonly attempt: () => boolean;
  readonly problems: readonly (readonly [field: string, message: string])[];
};

/** When which error is shown. Nobody is scolded before she had a chance to type. */
export function useChecked(errors: FieldErrors): Checked {
  const [attempted, setAttempted] = useState(false);
  const [left, setLeft] = useState<readonly string[]>([]);
  const found = Object.entries(errors).flatMap(([field, message]) =>
    message === undefined ? [] : [[field, message] as const],
  );
  return {
    error: (field) => (attempted || left.includes(field) ? errors[field] : undefined),
    leave: (field) => () => setLeft((before) => [...before, field]),
    attempt: () => {
      setAttempted(true);
      return found.length === 0;
    },
    problems: attempted ? found : [],
  };
}

/** All errors at the top, each a link to its field. */
export function ErrorSummary({ checked }: { readonly checked: Checked }) {
  const say = useTexts(uiTexts);
  if (checked.problems.length === 0) {
    return null;
  }
  return (
    <Notice tone="bad" title={say('formErrors', { count: checked.problems.length })}>
      <ul className="form-problems">
        {checked.problems.map(([field, message]) => (
          <li key={field}>
            <a
              href={`#${fieldId(field)}`}
              onClick={(event) => {
                event.preventDefault();
                document.getElementById(fieldId(field))?.focus();
              }}
            >
              {message}
            </a>
          </li>
        ))}
      </ul>
    </Notice>
  );
}

export function fieldId(field: string): string {
  return `field-${field}`;
}

type FieldProps<V> = {
  readonly name: string;
  readonly label: string;
  readonly hint?: ReactNode;
  readonly value: V;
  readonly onChange: (value: V) => void;
  readonly checked: Checked;
  readonly optional?: boolean;
};

/** An amount in one currency, typed as people write it and grouped when the field is left. */
export function AmountField({
  currency,
  ...field
}: FieldProps<string> & { readonly currency: string }) {
  const grouped = () => {
    const parsed = parseAmount(field.value, currency);
    if (parsed !== undefined) {
      field.onChange(formatAmount({ amount: parsed, currency }));
    }
    field.checked.leave(field.name)();
  };
  return (
    <TextInput
      id={fieldId(field.name)}
      label={field.label}
      description={field.hint}
      inputMode="decimal"
      autoComplete="off"
      value={field.value}
      onChange={(event) => field.onChange(event.currentTarget.value)}
      onBlur={grouped}
      error={field.checked.error(field.name)}
      withAsterisk={field.optional !== true}
      rightSection={<span className="field-unit">{currency}</span>}
      rightSectionWidth={56}
      className="field-amount"
      classNames={{ input: 'field-figures' }}
    />
  );
}

/** A share in percent. */
export function PercentField(field: FieldProps<string>) {
  return (
    <TextInput
      id={fieldId(field.name)}
      label={field.label}
      description={field.hint}
      inputMode="decimal"
      autoComplete="off"
      value={field.value}
      onChange={(event) => field.onChange(event.currentTarget.value)}
      onBlur={field.checked.leave(field.name)}
      error={field.checked.error(field.name)}
      withAsterisk={field.optional !== true}
      rightSection={<span className="field-unit">%</span>}
      className="field-amount"
      classNames={{ input: 'field-figures' }}
    />
  );
}

export function TextField({
  lines = 1,
  ...field
}: FieldProps<string> & { readonly lines?: number }) {
  const common = {
    id: fieldId(field.name),
    label: field.label,
    description: field.hint,
    value: field.value,
    onBlur: field.checked.leave(field.name),
    error: field.checked.error(field.name),
    withAsterisk: field.optional !== true,
  };
  return lines > 1 ? (
    <Textarea
      {...common}
      autosize
      minRows={lines}
      maxRows={10}
      onChange={(event) => field.onChange(event.currentTarget.value)}
    />
  ) : (
    <TextInput {...common} onChange={(event) => field.onChange(event.currentTarget.value)} />
  );
}

/** A business day: typed as 2026-03-31 or chosen from the calendar. */
export function DayField({
  min,
  max,
  ...field
}: FieldProps<string> & {
  readonly min?: string | undefined;
  readonly max?: string | undefined;
}) {
  const language = useLanguage();
  return (
    <DateInput
      id={fieldId(field.name)}
      label={field.label}
      description={field.hint}
      value={field.value === '' ? null : field.value}
      onChange={(value) => field.onChange(value ?? '')}
      onBlur={field.checked.leave(field.name)}
      error={field.checked.error(field.name)}
      withAsterisk={field.optional !== true}
      valueFormat="YYYY-MM-DD"
      placeholder="2026-03-31"
      locale={language === 'zh' ? 'zh-cn' : 'en'}
      firstDayOfWeek={1}
      className="field-day"
      classNames={{ input: 'field-figures-left' }}
      {...(min === undefined ? {} : { minDate: min })}
      {...(max === undefined ? {} : { maxDate: max })}
    />
  );
}

/** Why the typed amount will not do, in the reader's words. */
export function amountError(
  say: Say<'required' | 'notAnAmount'>,
  typed: string,
  currency: string,
): string | undefined {
  if (typed.trim() === '') {
    return say('required');
  }
  return parseAmount(typed, currency) === undefined ? say('notAnAmount') : undefined;
}
