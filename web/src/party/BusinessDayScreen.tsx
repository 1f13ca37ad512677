/** The governor of a demo world moves its business day, so that a due date comes within a minute. */
import { useAct } from '../lib/act/use-act.ts';
import { addDays, formatDay } from '../lib/format-date.ts';
import { useKeptForm } from '../lib/kept.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import { useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { DayText } from '../ui/DateText.tsx';
import { DayField, useChecked } from '../ui/Form.tsx';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { uiTexts } from '../ui/texts.ts';
import { SetBusinessDateDocument } from './queries.ts';
import { partyTexts } from './texts.ts';

export function BusinessDayScreen() {
  const say = useTexts(partyTexts);
  const ui = useTexts(uiTexts);
  const language = useLanguage();
  const viewer = useViewer();
  const form = useKeptForm('business-day', { date: addDays(viewer.businessDate, 1) });
  const { date } = form.values;
  const act = useAct(SetBusinessDateDocument, { kind: 'clock.set', form: `business-day:${date}` });
  const isDone = act.state.kind === 'done';
  const checked = useChecked({
    date: date === '' || (date <= viewer.businessDate && !isDone) ? ui('notADay') : undefined,
  });
  const words = { day: date === '' ? '…' : formatDay(date, language) };

  return (
    <SignatureScreen
      title={say('dayTitle')}
      back="/network"
      checked={checked}
      form={
        <DayField
          name="date"
          label={say('dayNew')}
          value={date}
          min={addDays(viewer.businessDate, 1)}
          onChange={(value) => form.set('date', value)}
          checked={checked}
        />
      }
      statement={say('daySentence', words)}
      facts={[{ name: say('dayNow'), value: <DayText day={viewer.businessDate} /> }]}
      happens={[say('dayHappens1'), say('dayHappens2')]}
      forGood={say('dayForGood')}
      action={say('dayAction', words)}
      act={act}
      onSign={() =>
        void act.run({ date }).then((done) => {
          if (done !== undefined) {
            form.done();
          }
        })
      }
      done={{
        title: say('dayDone', words),
        text: say('dayDoneText'),
        next: <ActionLink to="/network">{say('toNetwork')}</ActionLink>,
      }}
    />
  );
}
