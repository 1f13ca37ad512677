/** Saying no to what is offered, with the reason that the other side reads. */
import { useAct } from '../lib/act/use-act.ts';
import { useKeptForm } from '../lib/kept.ts';
import { useTexts } from '../lib/texts.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { TextField, useChecked } from '../ui/Form.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { SignatureScreen, type Signing } from '../ui/SignatureScreen.tsx';
import { uiTexts } from '../ui/texts.ts';
import { DeclineCertificateDocument, RejectCertificateDocument } from './queries.ts';
import { useCertificateWords } from './sentence.ts';
import { certificateTexts } from './texts.ts';
import { useCertificate } from './use-certificate.ts';

export function DeclineScreen() {
  const { id } = useCertificate();
  const act = useAct(DeclineCertificateDocument, {
    kind: 'certificate.decline',
    form: `decline:${id}`,
  });
  return (
    <NoScreen name="decline" act={act} sign={(reason) => act.run({ certificate: id, reason })} />
  );
}

export function RejectScreen() {
  const { id, transfer } = useCertificate();
  const act = useAct(RejectCertificateDocument, {
    kind: 'certificate.reject',
    form: `reject:${transfer?.id ?? id}`,
  });
  return (
    <NoScreen
      name="reject"
      act={act}
      sign={(reason) => act.run({ certificate: id, transfer: transfer?.id ?? '', reason })}
    />
  );
}

function NoScreen({
  name,
  act,
  sign,
}: {
  readonly name: 'decline' | 'reject';
  readonly act: Signing;
  readonly sign: (reason: string) => Promise<unknown>;
}) {
  const say = useTexts(certificateTexts);
  const ui = useTexts(uiTexts);
  const certificate = useCertificate();
  const words = useCertificateWords(certificate);
  const form = useKeptForm(`${name}:${certificate.id}`, { reason: '' });
  const reason = form.values.reason.trim();
  const checked = useChecked({ reason: reason === '' ? ui('required') : undefined });
  return (
    <SignatureScreen
      title={say(`${name}Title`)}
      back={`/certificates/${certificate.id}`}
      checked={checked}
      form={
        <TextField
          name="reason"
          label={say('words')}
          hint={say('wordsHint')}
          lines={3}
          value={form.values.reason}
          onChange={(value) => form.set('reason', value)}
          checked={checked}
        />
      }
      statement={say(`${name}Sentence`, words)}
      facts={[
        { name: say('face'), value: <MoneyText money={certificate.face} />, strong: true },
        { name: say('issuer'), value: words.issuer },
      ]}
      happens={[say(`${name}Happens`, words)]}
      tone="danger"
      action={say(`${name}Action`)}
      act={act}
      onSign={() =>
        void sign(reason).then((done) => {
          if (done !== undefined) {
            form.done();
          }
        })
      }
      done={{
        title: say(`${name}Done`),
        text: say(`${name}Happens`, words),
        next: <ActionLink to="/">{say('toToday')}</ActionLink>,
      }}
    />
  );
}
