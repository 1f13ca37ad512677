/** The carrier reports what happened to the goods. The report is shown as it is signed, word for word. */
import { useQuery, useSuspenseQuery } from '@apollo/client/react';
import { Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useParams } from 'react-router';
import { useAct } from '../lib/act/use-act.ts';
import { formatMoment } from '../lib/format-date.ts';
import type { PrepareDeliveryQuery } from '../lib/graphql/graphql.ts';
import { useKeptForm } from '../lib/kept.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { fieldId, TextField, useChecked } from '../ui/Form.tsx';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { PrepareDeliveryDocument, RecordDeliveryDocument, ShipmentDocument } from './queries.ts';
import { shipmentTexts } from './texts.ts';

const steps = ['shipping', 'departing', 'arriving', 'receiving'] as const;
const conditionOf = {
  shipping: 'in_transit',
  departing: 'in_transit',
  arriving: 'in_transit',
  receiving: 'in_progress',
} as const;
const typingMs = 200;

type Step = (typeof steps)[number];
type Report = { readonly step: string; readonly when: string; readonly where: string };

export function RecordScreen() {
  const say = useTexts(shipmentTexts);
  const language = useLanguage();
  const { id = '' } = useParams();
  const { shipment } = useSuspenseQuery(ShipmentDocument, { variables: { id } }).data;
  const form = useKeptForm(`record:${id}`, {
    step: (shipment.shipped ? 'receiving' : 'shipping') as string,
    when: localMinute(new Date()),
    where: '',
  });
  const { values, set } = form;
  const moment = momentOf(values.when);
  const checked = useChecked({
    when:
      moment === undefined
        ? say('recordNotATime')
        : Date.parse(moment) > Date.now()
          ? say('recordFuture')
          : undefined,
  });
  const prepared = usePrepared(id, values);
  const act = useAct(RecordDeliveryDocument, {
    kind: 'delivery.record',
    form: `record:${id}:${prepared?.eventId ?? ''}`,
  });
  const step = steps.find((each) => each === values.step) ?? 'shipping';
  const words = {
    reference: shipment.reference,
    step: say(step),
    when: moment === undefined ? '…' : formatMoment(moment, language),
    location: values.where.trim(),
  };

  return (
    <SignatureScreen
      title={say('recordTitle', words)}
      back={`/shipments/${id}`}
      checked={checked}
      form={
        <div className="fields">
          <div className="fields-row">
            <Select
              id={fieldId('step')}
              label={say('recordStep')}
              description={'\u00a0'}
              data={steps.map((each) => ({ value: each, label: say(each) }))}
              value={step}
              onChange={(value) => set('step', value ?? 'shipping')}
              allowDeselect={false}
            />
            <TextInput
              id={fieldId('when')}
              type="datetime-local"
              label={say('recordWhen')}
              description={say('recordWhenHint')}
              value={values.when}
              onChange={(event) => set('when', event.currentTarget.value)}
              onBlur={checked.leave('when')}
              error={checked.error('when')}
              withAsterisk
            />
          </div>
          <TextField
            name="where"
            label={say('recordWhere')}
            hint={say('recordWhereHint')}
            value={values.where}
            onChange={(value) => set('where', value)}
            checked={checked}
            optional
          />
        </div>
      }
      statement={say(words.location === '' ? 'recordSentence' : 'recordSentencePlace', words)}
      facts={[
        { name: say('reference'), value: shipment.reference },
        {
          name: say('recordCondition'),
          value: prepared?.disposition ? say(conditionOf[step]) : '…',
        },
        {
          name: say('raw'),
          value: (
            <details data-prepared={prepared !== undefined}>
              <summary>{say(prepared === undefined ? 'recordPreparing' : 'recordShow')}</summary>
              <span className="mono">{prepared?.event}</span>
            </details>
          ),
        },
      ]}
      happens={[say('recordHappens1'), say('recordHappens2')]}
      forGood={say('recordForGood')}
      action={say('recordAction', words)}
      act={act}
      onSign={() => {
        if (prepared === undefined) {
          return;
        }
        const { __typename: _type, ...event } = prepared;
        void act.run({ shipment: id, ...event }).then((done) => {
          if (done !== undefined) {
            form.done();
          }
        });
      }}
      done={{
        title: say('recordDone'),
        text: say('recordDoneText'),
        next: (
          <>
            <ActionLink to={`/shipments/${id}`}>{say('seeShipment')}</ActionLink>
            <ActionLink to="/" quiet>
              {say('toToday')}
            </ActionLink>
          </>
        ),
      }}
    />
  );
}

/** The event that the form means, as the server writes it; undefined until it says the same as the form. */
function usePrepared(
  shipment: string,
  values: Report,
): PrepareDeliveryQuery['prepareDelivery'] | undefined {
  const [settled] = useDebouncedValue(values, typingMs);
  const eventTime = momentOf(settled.when);
  const bizStep = steps.find((each) => each === settled.step) ?? 'shipping';
  const location = settled.where.trim();
  const { data } = useQuery(PrepareDeliveryDocument, {
    variables: {
      shipment,
      bizStep,
      disposition: conditionOf[bizStep satisfies Step],
      eventTime: eventTime ?? '',
      location: location === '' ? null : location,
    },
    skip: eventTime === undefined,
    fetchPolicy: 'no-cache',
  });
  const prepared = data?.prepareDelivery;
  const isSame =
    settled === values && prepared?.eventTime === eventTime && prepared?.bizStep === bizStep;
  return isSame ? prepared : undefined;
}

/** '2026-03-03T14:05' as the browser's field writes it. */
function localMinute(date: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(
    date.getHours(),
  )}:${two(date.getMinutes())}`;
}

/** The same moment with the zone of this device: '2026-03-03T14:05:00.000+08:00'. */
function momentOf(local: string): string | undefined {
  const date = new Date(local);
  if (local === '' || Number.isNaN(date.getTime())) {
    return undefined;
  }
  const minutes = -date.getTimezoneOffset();
  const sign = minutes < 0 ? '-' : '+';
  const two = (number: number) => String(Math.floor(Math.abs(number))).padStart(2, '0');
  return `${localMinute(date)}:00.000${sign}${two(minutes / 60)}:${two(Math.abs(minutes) % 60)}`;
}
