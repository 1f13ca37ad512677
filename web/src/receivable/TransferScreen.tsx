/** Passing a certificate on to one's own supplier, for a trade that is named. */
import { useSuspenseQuery } from '@apollo/client/react';
import { Select } from '@mantine/core';
import { useAct } from '../lib/act/use-act.ts';
import { useKeptForm } from '../lib/kept.ts';
import { nodesOf } from '../lib/pages.ts';
import { useTexts } from '../lib/texts.ts';
import { useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { DayText } from '../ui/DateText.tsx';
import { fieldId, TextField, useChecked } from '../ui/Form.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { uiTexts } from '../ui/texts.ts';
import { SuppliersDocument, TransferCertificateDocument } from './queries.ts';
import { useCertificateWords } from './sentence.ts';
import { certificateTexts } from './texts.ts';
import { useCertificate } from './use-certificate.ts';

const recourses = ['NONE', 'DILUTION_ONLY', 'LIMITED', 'FULL'] as const;

export function TransferScreen() {
  const say = useTexts(certificateTexts);
  const ui = useTexts(uiTexts);
  const viewer = useViewer();
  const certificate = useCertificate();
  const { data } = useSuspenseQuery(SuppliersDocument);
  const suppliers = nodesOf(data.parties).filter(
    ({ id }) => id !== viewer.party.id && id !== certificate.issuer.id,
  );
  const form = useKeptForm(`transfer:${certificate.id}`, {
    transferee: '',
    trade: '',
    recourse: certificate.recourse as string,
  });
  const { values, set } = form;
  const checked = useChecked({
    transferee: values.transferee === '' ? ui('required') : undefined,
    trade: values.trade.trim() === '' ? ui('required') : undefined,
  });
  const act = useAct(TransferCertificateDocument, {
    kind: 'certificate.transfer',
    form: `transfer:${certificate.id}`,
    shows: [certificate.anchor],
  });
  const words = {
    ...useCertificateWords(certificate),
    to: suppliers.find(({ id }) => id === values.transferee)?.name ?? '…',
    trade: values.trade.trim() === '' ? '…' : values.trade.trim(),
  };
  const recourse = recourses.find((each) => each === values.recourse) ?? 'NONE';

  return (
    <SignatureScreen
      title={say('transferTitle', words)}
      back={`/certificates/${certificate.id}`}
      checked={checked}
      form={
        <div className="fields">
          <Select
            id={fieldId('transferee')}
            label={say('transferTo')}
            description={say('transferToHint')}
            data={suppliers.map(({ id, name }) => ({ value: id, label: name }))}
            value={values.transferee === '' ? null : values.transferee}
            onChange={(value) => set('transferee', value ?? '')}
            onBlur={checked.leave('transferee')}
            error={checked.error('transferee')}
            searchable
            withAsterisk
          />
          <TextField
            name="trade"
            label={say('transferTrade')}
            hint={say('transferTradeHint')}
            value={values.trade}
            onChange={(value) => set('trade', value)}
            checked={checked}
          />
          <Select
            id={fieldId('recourse')}
            label={say('transferRecourse')}
            description={say(recourse)}
            data={recourses.map((each) => ({ value: each, label: say(`short.${each}`) }))}
            value={recourse}
            onChange={(value) => set('recourse', value ?? 'NONE')}
            allowDeselect={false}
          />
        </div>
      }
      statement={say('transferSentence', words)}
      facts={[
        { name: say('face'), value: <MoneyText money={certificate.face} />, strong: true },
        { name: say('issuer'), value: words.issuer },
        { name: say('maturity'), value: <DayText day={certificate.maturity} /> },
        { name: say('transferTo'), value: words.to, strong: true },
        { name: say('trade'), value: words.trade },
        { name: say('recourse'), value: say(recourse) },
      ]}
      happens={[say('transferHappens1', words), say('transferHappens2', words)]}
      cost={say('nothingCost')}
      forGood={say('transferForGood', words)}
      action={say('transferAction', words)}
      act={act}
      onSign={() =>
        void act
          .run({
            certificate: certificate.id,
            transferee: values.transferee,
            tradeReference: values.trade.trim(),
            tradeDocumentDigest: null,
            recourse,
          })
          .then((done) => {
            if (done !== undefined) {
              form.done();
            }
          })
      }
      done={{
        title: say('transferDone', words),
        text: say('transferDoneText', words),
        next: <ActionLink to={`/certificates/${certificate.id}`}>{say('seeIt')}</ActionLink>,
      }}
    />
  );
}
