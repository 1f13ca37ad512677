/** Seller or buyer names who carries the goods of an invoice. */
import { useSuspenseQuery } from '@apollo/client/react';
import { Select } from '@mantine/core';
import { useParams } from 'react-router';
import { useAct } from '../lib/act/use-act.ts';
import { useKeptForm } from '../lib/kept.ts';
import { nodesOf } from '../lib/pages.ts';
import { useTexts } from '../lib/texts.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { fieldId, TextField, useChecked } from '../ui/Form.tsx';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { uiTexts } from '../ui/texts.ts';
import { AssignableDocument, AssignShipmentDocument } from './queries.ts';
import { shipmentTexts } from './texts.ts';

export function AssignScreen() {
  const say = useTexts(shipmentTexts);
  const ui = useTexts(uiTexts);
  const { id = '' } = useParams();
  const { data } = useSuspenseQuery(AssignableDocument, { variables: { id } });
  const { invoice } = data;
  const carriers = nodesOf(data.parties);
  const form = useKeptForm(`assign:${id}`, {
    carrier: carriers.length === 1 ? (carriers[0]?.id ?? '') : '',
    reference: '',
  });
  const { values, set } = form;
  const checked = useChecked({
    carrier: values.carrier === '' ? ui('required') : undefined,
    reference: values.reference.trim() === '' ? ui('required') : undefined,
  });
  const act = useAct(AssignShipmentDocument, { kind: 'shipment.assign', form: `assign:${id}` });
  const words = {
    number: invoice.number,
    carrier: carriers.find((each) => each.id === values.carrier)?.name ?? '…',
    reference: values.reference.trim() === '' ? '…' : values.reference.trim(),
  };

  return (
    <SignatureScreen
      title={say('assignTitle', words)}
      back={`/invoices/${id}`}
      checked={checked}
      form={
        <div className="fields">
          <Select
            id={fieldId('carrier')}
            label={say('assignCarrier')}
            data={carriers.map((each) => ({ value: each.id, label: each.name }))}
            value={values.carrier === '' ? null : values.carrier}
            onChange={(value) => set('carrier', value ?? '')}
            onBlur={checked.leave('carrier')}
            error={checked.error('carrier')}
            withAsterisk
          />
          <TextField
            name="reference"
            label={say('assignReference')}
            hint={say('assignReferenceHint')}
            value={values.reference}
            onChange={(value) => set('reference', value)}
            checked={checked}
          />
        </div>
      }
      statement={say('assignSentence', words)}
      facts={[
        { name: say('carrier'), value: words.carrier, strong: true },
        { name: say('reference'), value: words.reference },
      ]}
      happens={[say('assignHappens1', words), say('assignHappens2')]}
      action={say('assignAction', words)}
      act={act}
      onSign={() =>
        void act
          .run({ invoice: id, carrier: values.carrier, reference: values.reference.trim() })
          .then((done) => {
            if (done !== undefined) {
              form.done();
            }
          })
      }
      done={{
        title: say('assignDone', words),
        text: say('assignDoneText'),
        next:
          act.state.kind === 'done' ? (
            <ActionLink to={`/shipments/${act.state.success.shipment.id}`}>
              {say('seeShipment')}
            </ActionLink>
          ) : null,
      }}
    />
  );
}
