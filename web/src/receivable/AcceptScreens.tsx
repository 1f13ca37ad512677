/** Taking what is offered: the buyer's certificate, or one that another supplier passes on. */
import { Checkbox } from '@mantine/core';
import { useState } from 'react';
import { useAct } from '../lib/act/use-act.ts';
import { useTexts } from '../lib/texts.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { DayText } from '../ui/DateText.tsx';
import { fieldId, useChecked } from '../ui/Form.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { termsDigestOf } from './hop-terms.ts';
import { Passport } from './Passport.tsx';
import { AcceptCertificateDocument, ReceiveCertificateDocument } from './queries.ts';
import { useCertificateWords } from './sentence.ts';
import { certificateTexts } from './texts.ts';
import { useCertificate } from './use-certificate.ts';

export function AcceptScreen() {
  const say = useTexts(certificateTexts);
  const certificate = useCertificate();
  const words = useCertificateWords(certificate);
  const act = useAct(AcceptCertificateDocument, {
    kind: 'certificate.accept',
    form: `accept:${certificate.id}`,
    shows: [certificate.anchor],
  });
  return (
    <SignatureScreen
      title={say('acceptTitle')}
      back={`/certificates/${certificate.id}`}
      form={
        <>
          <h2 className="sign-label">{say('claimsTitle')}</h2>
          <Passport certificate={certificate} hop={null} />
        </>
      }
      statement={say('acceptSentence', words)}
      facts={[
        { name: say('face'), value: <MoneyText money={certificate.face} />, strong: true },
        { name: say('issuer'), value: words.issuer },
        { name: say('maturity'), value: <DayText day={certificate.maturity} /> },
        { name: say('recourse'), value: say(certificate.recourse) },
      ]}
      happens={[say('acceptHappens1', words), say('acceptHappens2', words)]}
      cost={say('nothingCost')}
      action={say('acceptAction', words)}
      act={act}
      onSign={() => void act.run({ certificate: certificate.id })}
      done={{
        title: say('acceptDone', words),
        text: say('acceptDoneText'),
        next: (
          <>
            <ActionLink to={`/financing/request/${certificate.id}`}>{say('finance')}</ActionLink>
            <ActionLink to={`/certificates/${certificate.id}`} quiet>
              {say('seeIt')}
            </ActionLink>
          </>
        ),
      }}
    />
  );
}

export function ReceiveScreen() {
  const say = useTexts(certificateTexts);
  const certificate = useCertificate();
  const words = useCertificateWords(certificate);
  const { transfer } = certificate;
  const act = useAct(ReceiveCertificateDocument, {
    kind: 'certificate.receive',
    form: `receive:${transfer?.id ?? certificate.id}`,
  });
  const [seen, setSeen] = useState(false);
  const checked = useChecked({ seen: seen ? undefined : say('seenTermsMissing') });
  return (
    <SignatureScreen
      title={say('receiveTitle')}
      back={`/certificates/${certificate.id}`}
      checked={checked}
      form={
        <div className="fields">
          <h2 className="sign-label">{say('claimsTitle')}</h2>
          <Passport certificate={certificate} hop={transfer} />
          <Checkbox
            id={fieldId('seen')}
            label={say('seenTerms')}
            checked={seen}
            onChange={(event) => setSeen(event.currentTarget.checked)}
            error={checked.error('seen')}
          />
        </div>
      }
      statement={say('receiveSentence', words)}
      facts={[
        { name: say('face'), value: <MoneyText money={certificate.face} />, strong: true },
        { name: say('issuer'), value: words.issuer },
        { name: say('from'), value: words.from },
        { name: say('trade'), value: words.trade },
        transfer == null
          ? undefined
          : { name: say('answerBy'), value: <DayText day={transfer.answerBy} /> },
        { name: say('maturity'), value: <DayText day={certificate.maturity} /> },
      ]}
      happens={[say('receiveHappens1', words), say('receiveHappens2', words)]}
      cost={say('nothingCost')}
      action={say('receiveAction', words)}
      act={act}
      onSign={() =>
        void act.run({
          ...{ certificate: certificate.id, transfer: transfer?.id ?? '' },
          termsDigest: termsDigestOf(certificate),
        })
      }
      done={{
        title: say('receiveDone', words),
        text: say('receiveDoneText'),
        next: <ActionLink to={`/certificates/${certificate.id}`}>{say('seeIt')}</ActionLink>,
      }}
    />
  );
}
