/** The operator publishes the holidays of a year, or corrects them. */
import { useAct } from '../lib/act/use-act.ts';
import { useKeptForm } from '../lib/kept.ts';
import { useTexts } from '../lib/texts.ts';
import { useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { TextField, useChecked } from '../ui/Form.tsx';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { uiTexts } from '../ui/texts.ts';
import { programmeTexts } from './programme-texts.ts';
import { PublishCalendarDocument } from './queries.ts';

export function PublishCalendarScreen() {
  const add = useTexts(programmeTexts);
  const ui = useTexts(uiTexts);
  const viewer = useViewer();
  const nextYear = `${Number(viewer.businessDate.slice(0, 4)) + 1}`;
  const form = useKeptForm('calendar', {
    ...{ calendar: '', year: nextYear, closed: '', open: '', source: '' },
  });
  const { values, set } = form;
  const closed = daysOf(values.closed);
  const open = daysOf(values.open);
  const wrongDays = (days: readonly string[]) =>
    days.every((day) => isDayOf(day, values.year))
      ? undefined
      : add('badDates', { year: values.year });
  const checked = useChecked({
    calendar: /^[A-Z][A-Z0-9_]{1,19}$/.test(values.calendar) ? undefined : add('calendarHint'),
    year: /^(19|20|21)\d\d$/.test(values.year) ? undefined : add('wholeNumber', { min: 1990 }),
    closed: values.closed.trim() === '' ? ui('required') : wrongDays(closed),
    open: wrongDays(open),
    source: values.source.trim() === '' ? ui('required') : undefined,
  });
  const act = useAct(PublishCalendarDocument, { kind: 'calendar.publish', form: 'calendar' });
  const words = {
    calendar: values.calendar || '…',
    year: values.year || '…',
    closed: closed.length,
    open: open.length,
  };
  const field = (
    name: keyof typeof values,
    label: string,
    more: { readonly hint?: string; readonly lines?: number; readonly optional?: boolean } = {},
  ) => (
    <TextField
      name={name}
      label={label}
      value={values[name]}
      onChange={(value) => set(name, value)}
      checked={checked}
      {...more}
    />
  );

  return (
    <SignatureScreen
      title={add('publishTitle')}
      back="/calendars"
      checked={checked}
      form={
        <div className="fields">
          <div className="fields-row">
            {field('calendar', add('calendar'), { hint: add('calendarHint') })}
            {field('year', add('year'), { hint: '\u00a0' })}
          </div>
          {field('closed', add('closedField'), { hint: add('closedHint'), lines: 6 })}
          {field('open', add('openField'), { hint: add('closedHint'), lines: 3, optional: true })}
          {field('source', add('source'), { hint: add('sourceHint') })}
        </div>
      }
      statement={add('publishSentence', words)}
      facts={[
        { name: add('calendar'), value: words.calendar, strong: true },
        { name: add('year'), value: words.year },
        { name: add('source'), value: values.source },
      ]}
      happens={[add('publishHappens1'), add('publishHappens2')]}
      action={add('publishAction', words)}
      act={act}
      onSign={() =>
        void act
          .run({
            ...{ calendar: values.calendar, year: values.year, closed, open },
            source: values.source.trim(),
          })
          .then((done) => {
            if (done !== undefined) form.done();
          })
      }
      done={{
        title: add('publishDone', words),
        text: add('publishDoneText'),
        next: <ActionLink to="/calendars">{add('toCalendars')}</ActionLink>,
      }}
    />
  );
}

function daysOf(text: string): string[] {
  return text.split(/[\s,;]+/).filter((day) => day !== '');
}

function isDayOf(day: string, year: string): boolean {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  return day.startsWith(`${year}-`) && !Number.isNaN(ms) && dayText(ms) === day;
}

function dayText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
