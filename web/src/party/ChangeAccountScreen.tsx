/** Somebody proposes another bank account in the place of one that the organisation has. */
import { Select } from '@mantine/core';
import { useParams } from 'react-router';
import { useAct } from '../lib/act/use-act.ts';
import { useKeptForm } from '../lib/kept.ts';
import { useTexts } from '../lib/texts.ts';
import { useViewer, type Viewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { Empty } from '../ui/Empty.tsx';
import { fieldId, TextField, useChecked } from '../ui/Form.tsx';
import { Screen } from '../ui/Screen.tsx';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { uiTexts } from '../ui/texts.ts';
import { accountTexts } from './account-texts.ts';
import { ChangeAccountDocument } from './queries.ts';

type Account = Viewer['accounts'][number];

const schemes = ['IBAN', 'OTHER'] as const;

export function ChangeAccountScreen() {
  const { id = '' } = useParams();
  const say = useTexts(accountTexts);
  const account = useViewer().accounts.find((each) => each.id === id);
  if (account === undefined) {
    return (
      <Screen title={say('changeTitle')}>
        <Empty title={say('none')} />
      </Screen>
    );
  }
  return <Change account={account} />;
}

function Change({ account }: { readonly account: Account }) {
  const say = useTexts(accountTexts);
  const ui = useTexts(uiTexts);
  const viewer = useViewer();
  const name = `account:${account.id}`;
  const { scheme, holderName } = account;
  const form = useKeptForm(name, { scheme, identifier: '', holderName, reason: '' });
  const { values, set } = form;
  const identifier = values.identifier.trim();
  const isSame = identifier === account.identifier && values.holderName.trim() === holderName;
  const checked = useChecked({
    identifier: identifier === '' ? ui('required') : isSame ? say('same') : undefined,
    holderName: values.holderName.trim() === '' ? ui('required') : undefined,
    reason: values.reason.trim() === '' ? ui('required') : undefined,
  });
  const words = {
    ...{ party: viewer.party.name, identifier: identifier === '' ? '…' : identifier },
    old: account.identifier,
  };
  const act = useAct(ChangeAccountDocument, { kind: 'account.change', form: name });
  const text = (field: 'identifier' | 'holderName' | 'reason') => ({
    ...{ name: field, value: values[field], checked },
    onChange: (value: string) => set(field, value),
  });
  return (
    <SignatureScreen
      title={say('changeTitle')}
      back="/accounts"
      checked={checked}
      form={
        <div className="fields">
          <div className="fields-row">
            <Select
              id={fieldId('scheme')}
              label={say('scheme')}
              description={'\u00a0'}
              data={schemes.map((value) => ({ value, label: say(`scheme${value}`) }))}
              value={values.scheme}
              onChange={(value) => set('scheme', value ?? 'OTHER')}
              allowDeselect={false}
            />
            <TextField
              {...text('identifier')}
              label={say('identifier')}
              hint={say('identifierHint')}
            />
          </div>
          <TextField {...text('holderName')} label={say('holderName')} />
          <TextField {...text('reason')} label={say('reason')} hint={say('reasonHint')} lines={2} />
        </div>
      }
      statement={say('changeSentence', words)}
      facts={[
        { name: say('from'), value: `${account.identifier}, ${holderName}` },
        { name: say('to'), value: `${words.identifier}, ${values.holderName}`, strong: true },
        { name: say('currency'), value: account.currency ?? say('anyCurrency') },
      ]}
      happens={[say('changeHappens1'), say('changeHappens2'), say('changeHappens3')]}
      action={say('changeAction', words)}
      act={act}
      onSign={() =>
        void act
          .run({
            ...{ account: account.id, scheme: values.scheme, identifier },
            ...{ holderName: values.holderName.trim(), reason: values.reason.trim() },
          })
          .then((done) => {
            if (done !== undefined) form.done();
          })
      }
      done={{
        title: say('changeDone'),
        text: say('changeDoneText'),
        next: <ActionLink to="/accounts">{say('back')}</ActionLink>,
      }}
    />
  );
}
