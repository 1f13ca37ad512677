/** A core enterprise admits an organisation to one of its programmes. */
import { useSuspenseQuery } from '@apollo/client/react';
import { Select } from '@mantine/core';
import { useParams } from 'react-router';
import { useAct } from '../lib/act/use-act.ts';
import { useKeptForm } from '../lib/kept.ts';
import { nodesOf } from '../lib/pages.ts';
import { useTexts } from '../lib/texts.ts';
import { useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { Empty } from '../ui/Empty.tsx';
import { fieldId, TextField, useChecked } from '../ui/Form.tsx';
import { Screen } from '../ui/Screen.tsx';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { uiTexts } from '../ui/texts.ts';
import { programmeTexts } from './programme-texts.ts';
import { AdmitMemberDocument, PartiesToAdmitDocument } from './queries.ts';
import { partyTexts } from './texts.ts';

const roles = ['SUPPLIER', 'BANK', 'CARRIER', 'AUDITOR'] as const;
type Role = (typeof roles)[number];

export function AdmitMemberScreen() {
  const { id = '' } = useParams();
  const say = useTexts(partyTexts);
  const viewer = useViewer();
  const programme = viewer.programmes.find((each) => each.id === id);
  if (programme === undefined) {
    return (
      <Screen title={say('programmeTitle')}>
        <Empty title={say('noProgramme')} />
      </Screen>
    );
  }
  return <Admission programme={programme} />;
}

function Admission({
  programme,
}: {
  readonly programme: ReturnType<typeof useViewer>['programmes'][number];
}) {
  const add = useTexts(programmeTexts);
  const say = useTexts(partyTexts);
  const ui = useTexts(uiTexts);
  const viewer = useViewer();
  const { data } = useSuspenseQuery(PartiesToAdmitDocument, { fetchPolicy: 'cache-and-network' });
  const name = `admit:${programme.id}`;
  const form = useKeptForm(name, { member: '', other: '', role: 'SUPPLIER' as Role });
  const { values, set } = form;
  const parties = nodesOf(data.parties).filter((party) => party.id !== viewer.party.id);
  const member = values.member === '' ? values.other.trim() : values.member;
  const words = {
    member: parties.find((party) => party.id === member)?.name ?? (member || '…'),
    programme: programme.name,
    role: say(values.role),
  };
  const checked = useChecked({ member: member === '' ? ui('required') : undefined });
  const act = useAct(AdmitMemberDocument, { kind: 'programme.admit', form: name });

  return (
    <SignatureScreen
      title={add('admitTitle')}
      back="/programme"
      checked={checked}
      form={
        <div className="fields">
          <div className="fields-row">
            <Select
              id={fieldId('member')}
              label={add('member')}
              description={add('memberHint')}
              data={parties.map((party) => ({ value: party.id, label: party.name }))}
              value={values.member === '' ? null : values.member}
              onChange={(value) => set('member', value ?? '')}
              error={checked.error('member')}
              searchable
              clearable
            />
            <Select
              id={fieldId('role')}
              label={add('role')}
              description={'\u00a0'}
              data={roles.map((value) => ({ value, label: say(value) }))}
              value={values.role}
              onChange={(value) => set('role', roles.find((each) => each === value) ?? 'SUPPLIER')}
              allowDeselect={false}
            />
          </div>
          {values.member === '' && (
            <TextField
              name="other"
              label={add('memberId')}
              value={values.other}
              onChange={(value) => set('other', value)}
              checked={checked}
              optional
            />
          )}
        </div>
      }
      statement={add('admitSentence', words)}
      facts={[
        { name: add('programme'), value: programme.name },
        { name: add('member'), value: words.member, strong: true },
        { name: add('role'), value: words.role },
      ]}
      happens={[add('admitHappens1'), add('admitHappens2')]}
      forGood={add('admitForGood')}
      action={add('admitAction', words)}
      act={act}
      onSign={() =>
        void act.run({ programme: programme.id, member, role: values.role }).then((done) => {
          if (done !== undefined) form.done();
        })
      }
      done={{
        title: add('admitDone', words),
        text: add('admitDoneText'),
        next: <ActionLink to="/programme">{add('toProgramme')}</ActionLink>,
      }}
    />
  );
}
