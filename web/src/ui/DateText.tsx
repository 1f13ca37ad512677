/** A day or a moment: absolute in the text, relative in the hint. */
import { Tooltip } from '@mantine/core';
import {
  formatDay,
  formatDayShort,
  formatMoment,
  relativeDay,
  relativeMoment,
} from '../lib/format-date.ts';
import { useLanguage } from '../lib/texts.ts';
import { useBusinessDate } from '../lib/viewer.ts';

export function DayText({
  day,
  short = false,
}: {
  readonly day: string;
  readonly short?: boolean;
}) {
  const language = useLanguage();
  const today = useBusinessDate();
  const text = (
    <time dateTime={day} className="nowrap figures">
      {short ? formatDayShort(day, language) : formatDay(day, language)}
    </time>
  );
  return today === undefined ? (
    text
  ) : (
    <Tooltip label={relativeDay(today, day, language)}>{text}</Tooltip>
  );
}

export function MomentText({
  moment,
  seconds = false,
}: {
  readonly moment: string;
  /** To the second, where much happens within a minute. */
  readonly seconds?: boolean;
}) {
  const language = useLanguage();
  return (
    <Tooltip label={relativeMoment(Date.now(), moment, language)}>
      <time dateTime={moment} className="nowrap figures">
        {formatMoment(moment, language, seconds)}
      </time>
    </Tooltip>
  );
}
