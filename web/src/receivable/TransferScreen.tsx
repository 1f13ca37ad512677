/** Passing a certificate on to one's own supplier, for a trade that is named. */
import { useSuspenseQuery } from '@apollo/client/react';
import { Select } from '@mantine/core';
import { useAct } from '../lib/act/use-act.ts';
import { useKeptForm } from '../lib/kept.ts';
import { nodesOf } from '../lib/pages.ts';
import { useTexts } from '../lib/texts.ts';
import { useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { percentOf } from '../ui/calculation-words.ts';
import { DayText } from '../ui/DateText.tsx';
import { FileField } from '../ui/FileField.tsx';
import { fieldId, PercentField, TextField, useChecked } from '../ui/Form.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { uiTexts } from '../ui/texts.ts';
import { capTyped, daysTyped, recourseDaysMax, recourses } from './hop-terms.ts';
import { SuppliersDocument, TransferCertificateDocument } from './queries.ts';
import { useCertificateWords } from './sentence.ts';
import { certificateTexts } from './texts.ts';
import { useCertificate } from './use-certificate.ts';

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
    document: '',
    digest: '',
    fileName: '',
    recourse: certificate.recourse as string,
    days: '180',
    cap: '',
    law: certificate.hop?.governingLaw ?? '',
  });
  const { values, set } = form;
  const recourse = recourses.find((each) => each === values.recourse) ?? 'NONE';
  const days = recourse === 'NONE' ? null : daysTyped(values.days);
  const cap = recourse === 'LIMITED' ? capTyped(values.cap) : null;
  const checked = useChecked({
    transferee: values.transferee === '' ? ui('required') : undefined,
    trade: values.trade.trim() === '' ? ui('required') : undefined,
    document: values.document === '' ? ui('required') : undefined,
    days: days === undefined ? say('transferDaysWrong', { max: recourseDaysMax }) : undefined,
    cap: cap === undefined ? say('transferCapWrong') : undefined,
    law: values.law.trim() === '' ? ui('required') : undefined,
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
          <FileField
            name="document"
            label={say('transferDocument')}
            hint={say('transferDocumentHint')}
            value={
              values.document === ''
                ? undefined
                : { id: values.document, name: values.fileName, digest: values.digest }
            }
            onChange={(file) => {
              set('document', file?.id ?? '');
              set('digest', file?.digest ?? '');
              set('fileName', file?.name ?? '');
            }}
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
          {recourse !== 'NONE' && (
            <TextField
              name="days"
              label={say('transferDays')}
              hint={say('transferDaysHint', words)}
              value={values.days}
              onChange={(value) => set('days', value)}
              checked={checked}
            />
          )}
          {recourse === 'LIMITED' && (
            <PercentField
              name="cap"
              label={say('transferCap')}
              value={values.cap}
              onChange={(value) => set('cap', value)}
              checked={checked}
            />
          )}
          <TextField
            name="law"
            label={say('transferLaw')}
            hint={say('transferLawHint', words)}
            value={values.law}
            onChange={(value) => set('law', value)}
            checked={checked}
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
        values.document === '' ? undefined : { name: say('tradeDocument'), value: values.fileName },
        { name: say('recourse'), value: say(recourse) },
        days == null
          ? undefined
          : { name: say('recourseDays'), value: say('days', { count: days }) },
        cap == null
          ? undefined
          : { name: say('recourseCap'), value: say('ofFace', { percent: percentOf(cap) }) },
        { name: say('law'), value: values.law.trim() === '' ? '…' : values.law.trim() },
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
            ...{ tradeDocument: values.document, tradeDocumentDigest: values.digest },
            recourse,
            recourseDays: days?.toString() ?? null,
            recourseCapMicros: cap?.toString() ?? null,
            governingLaw: values.law.trim(),
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
