/** What one owes is put into a file for the bank: chosen, never typed. */
import { useSuspenseQuery } from '@apollo/client/react';
import { Checkbox, Select } from '@mantine/core';
import { useSearchParams } from 'react-router';
import { useAct } from '../lib/act/use-act.ts';
import { formatDay } from '../lib/format-date.ts';
import { formatMoney, fromMinor, toMinor } from '../lib/format-money.ts';
import type { PayableQuery } from '../lib/graphql/graphql.ts';
import { useKeptForm } from '../lib/kept.ts';
import { nodesOf } from '../lib/pages.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import { useBusinessDate, useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { Empty } from '../ui/Empty.tsx';
import { DayField, fieldId, useChecked } from '../ui/Form.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Screen } from '../ui/Screen.tsx';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { uiTexts } from '../ui/texts.ts';
import { PayableDocument, ProposeInstructionDocument } from './file-queries.ts';
import { fileTexts } from './file-texts.ts';
import { paymentTexts } from './texts.ts';

type Payable = NonNullable<PayableQuery['legs']['edges'][number]>['node'];
type Account = ReturnType<typeof useViewer>['accounts'][number];

export function MakeFileScreen() {
  const say = useTexts(fileTexts);
  const viewer = useViewer();
  const { data } = useSuspenseQuery(PayableDocument, {
    variables: { payerId: viewer.party.id },
    fetchPolicy: 'network-only',
  });
  const [account] = viewer.accounts;
  if (account === undefined)
    return (
      <Screen title={say('makeTitle')} narrow>
        <Empty title={say('makeNoAccount')} />
      </Screen>
    );
  return <MakeFile legs={nodesOf(data.legs)} first={account} />;
}

function MakeFile({ legs, first }: { readonly legs: readonly Payable[]; readonly first: Account }) {
  const say = useTexts(fileTexts);
  const ui = useTexts(uiTexts);
  const language = useLanguage();
  const viewer = useViewer();
  const today = useBusinessDate() ?? '';
  const [search] = useSearchParams();
  const named = search.get('leg');
  const form = useKeptForm('instruct', {
    account: first.id,
    legs: named === null ? [] : [named],
    day: today,
  });
  const { values, set } = form;
  const account = viewer.accounts.find(({ id }) => id === values.account) ?? first;
  const currency = account.currency ?? legs[0]?.amount.currency ?? '';
  const ofCurrency = legs.filter((leg) => leg.amount.currency === currency);
  const offered = ofCurrency.filter(isPayable);
  const chosen = offered.filter(({ id }) => values.legs.includes(id));
  const sum = fromMinor(
    chosen.reduce((total, leg) => total + openMinor(leg), 0n),
    currency,
  );
  const checked = useChecked({
    legs: chosen.length === 0 ? ui('required') : undefined,
    day: values.day === '' ? ui('required') : undefined,
  });
  const act = useAct(ProposeInstructionDocument, { kind: 'instruction.propose', form: 'instruct' });
  const words = {
    ...{ count: chosen.length, sum: formatMoney(sum), account: account.identifier },
    day: values.day === '' ? '…' : formatDay(values.day, language),
  };
  const made = act.state.kind === 'done' ? act.state.success.instruction : undefined;
  return (
    <SignatureScreen
      title={say('makeTitle')}
      back="/payments/files"
      checked={checked}
      form={
        <div className="fields">
          <div className="fields-row">
            <Select
              id={fieldId('account')}
              label={say('account')}
              description={'\u00a0'}
              data={viewer.accounts.map(({ id, identifier }) => ({ value: id, label: identifier }))}
              value={account.id}
              onChange={(value) => set('account', value ?? first.id)}
              allowDeselect={false}
            />
            <DayField
              name="day"
              label={say('day')}
              hint={'\u00a0'}
              value={values.day}
              onChange={(value) => set('day', value)}
              min={today}
              checked={checked}
            />
          </div>
          {offered.length === 0 ? (
            <Notice tone="info" title={say('makeNothing')} />
          ) : (
            <Choice
              legs={offered}
              chosen={values.legs}
              onChange={(ids) => set('legs', ids)}
              error={checked.error('legs')}
            />
          )}
          {ofCurrency.length > offered.length && (
            <p className="small dim">
              {say('makeWithout', { count: ofCurrency.length - offered.length })}
            </p>
          )}
        </div>
      }
      statement={say('makeSentence', words)}
      facts={[
        { name: say('account'), value: words.account },
        { name: say('day'), value: words.day },
        { name: say('count'), value: chosen.length },
        { name: say('sum'), value: <MoneyText money={sum} />, strong: true },
      ]}
      happens={[say('makeHappens1'), say('makeHappens2')]}
      action={say('makeAction', words)}
      act={act}
      onSign={() =>
        void act
          .run({
            account: account.id,
            legs: chosen.map(({ id }) => id),
            executionDate: values.day,
          })
          .then((done) => {
            if (done !== undefined) form.done();
          })
      }
      done={{
        title: say('makeDone'),
        text: say('makeDoneText'),
        next:
          made === undefined ? null : (
            <ActionLink to={`/payments/files/${made.id}`}>{say('seeIt')}</ActionLink>
          ),
      }}
    />
  );
}

function Choice({
  legs,
  chosen,
  onChange,
  error,
}: {
  readonly legs: readonly Payable[];
  readonly chosen: readonly string[];
  readonly onChange: (ids: string[]) => void;
  readonly error: string | undefined;
}) {
  const say = useTexts(fileTexts);
  const kinds = useTexts(paymentTexts);
  const language = useLanguage();
  return (
    <Checkbox.Group
      label={say('makeWhich')}
      description={say('makeWhichHint')}
      value={[...chosen]}
      onChange={onChange}
      error={error}
      withAsterisk
    >
      <div className="checks-group" id={fieldId('legs')} tabIndex={-1}>
        {legs.map((leg) => (
          <Checkbox
            key={leg.id}
            value={leg.id}
            label={`${formatMoney(openOf(leg))} · ${leg.payee.name}`}
            description={`${kinds(leg.kind)} · ${leg.reference} · ${formatDay(leg.dueDate, language)}`}
          />
        ))}
      </div>
    </Checkbox.Group>
  );
}

function isPayable({ payTo, instruction }: Payable): boolean {
  return (
    payTo !== null && payTo !== undefined && (instruction === null || instruction === undefined)
  );
}

function openMinor({ amount, settled }: Payable): bigint {
  return toMinor(amount) - toMinor(settled);
}

function openOf(leg: Payable) {
  return fromMinor(openMinor(leg), leg.amount.currency);
}
