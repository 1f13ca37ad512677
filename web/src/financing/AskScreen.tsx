/** The holder asks banks for cash: which, for how long, paid where. */
import { useSuspenseQuery } from '@apollo/client/react';
import { Checkbox, Select } from '@mantine/core';
import { useParams } from 'react-router';
import { useAct } from '../lib/act/use-act.ts';
import { formatDay } from '../lib/format-date.ts';
import { formatMoney } from '../lib/format-money.ts';
import { useKeptForm } from '../lib/kept.ts';
import { nodesOf } from '../lib/pages.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import { useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { DayText } from '../ui/DateText.tsx';
import { fieldId, useChecked } from '../ui/Form.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Notice } from '../ui/Notice.tsx';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { uiTexts } from '../ui/texts.ts';
import { Checks } from './Checks.tsx';
import { FinanceableDocument, RequestFinancingDocument } from './queries.ts';
import { financingTexts } from './texts.ts';

/** How long banks may quote, in minutes; the shortest only where the clock of the world is a demo. */
const windows = [
  { minutes: 1, unit: 'minute', count: 1, demo: true },
  { minutes: 15, unit: 'minute', count: 15, demo: false },
  { minutes: 60, unit: 'hour', count: 1, demo: false },
  { minutes: 1440, unit: 'day', count: 1, demo: false },
  { minutes: 4320, unit: 'day', count: 3, demo: false },
] as const;

export function AskScreen() {
  const say = useTexts(financingTexts);
  const ui = useTexts(uiTexts);
  const language = useLanguage();
  const viewer = useViewer();
  const { id = '' } = useParams();
  const { data } = useSuspenseQuery(FinanceableDocument, { variables: { id } });
  const { certificate } = data;
  const banks = nodesOf(data.parties).toSorted((a, b) => a.name.localeCompare(b.name));
  const { currency } = certificate.face;
  const accounts = viewer.accounts.filter(
    (account) =>
      account.currency === null || account.currency === undefined || account.currency === currency,
  );
  const offered = windows.filter(({ demo }) => viewer.demo || !demo);
  const form = useKeptForm(`ask:${id}`, {
    banks: banks.map((bank) => bank.id),
    window: String(offered[0]?.minutes ?? 60),
    account: accounts[0]?.id ?? '',
    // Fixed at the first attempt, so that sending again is the same act.
    closesAtMs: '',
  });
  const { values, set } = form;
  const eligibility = certificate.eligibility ?? [];
  const checked = useChecked({
    eligible: eligibility.every(({ ok }) => ok) ? undefined : say('askNotEligible'),
    banks: values.banks.length === 0 ? ui('required') : undefined,
    account: values.account === '' ? ui('required') : undefined,
  });
  const act = useAct(RequestFinancingDocument, {
    kind: 'finance.request',
    form: `ask:${id}`,
  });
  const length = offered.find(({ minutes }) => String(minutes) === values.window) ?? windows[2];
  const words = {
    face: formatMoney(certificate.face),
    buyer: certificate.issuer.name,
    maturity: formatDay(certificate.maturity, language),
    banks: banks
      .filter((bank) => values.banks.includes(bank.id))
      .map((bank) => bank.name)
      .join(', '),
    count: values.banks.length,
    window: say(length.unit, { count: length.count }),
    account: accounts.find((account) => account.id === values.account)?.identifier ?? '…',
  };
  const sign = async () => {
    const isRetry = act.state.kind === 'failed' && values.closesAtMs !== '';
    const closesAtMs = isRetry ? values.closesAtMs : String(Date.now() + length.minutes * 60_000);
    set('closesAtMs', closesAtMs);
    const done = await act.run({
      certificate: certificate.id,
      invited: [...values.banks],
      closesAtMs,
      payTo: values.account,
    });
    if (done !== undefined) {
      form.done();
    }
  };

  return (
    <SignatureScreen
      title={say('askTitle', words)}
      back={`/certificates/${id}`}
      checked={checked}
      form={
        <div className="fields">
          <div id={fieldId('eligible')} tabIndex={-1}>
            <Checks checks={eligibility} />
          </div>
          <Checkbox.Group
            label={say('askBanks')}
            description={say('askBanksHint')}
            value={values.banks}
            onChange={(value) => set('banks', value)}
            error={checked.error('banks')}
            withAsterisk
          >
            <div className="checks-group" id={fieldId('banks')} tabIndex={-1}>
              {banks.map((bank) => (
                <Checkbox key={bank.id} value={bank.id} label={bank.name} />
              ))}
            </div>
          </Checkbox.Group>
          <div className="fields-row">
            <Select
              id={fieldId('window')}
              label={say('askWindow')}
              description={say('askWindowHint')}
              data={offered.map(({ minutes, unit, count }) => ({
                value: String(minutes),
                label: say(unit, { count }),
              }))}
              value={values.window}
              onChange={(value) => set('window', value ?? '60')}
              allowDeselect={false}
            />
            <Select
              id={fieldId('account')}
              label={say('askPayTo')}
              description={say('askPayToHint')}
              data={accounts.map((account) => ({
                value: account.id,
                label: account.identifier,
              }))}
              value={values.account === '' ? null : values.account}
              onChange={(value) => set('account', value ?? '')}
              error={checked.error('account')}
              allowDeselect={false}
            />
          </div>
          {accounts.length === 0 && (
            <Notice tone="warn" title={say('askNoAccount', { currency })} />
          )}
        </div>
      }
      statement={say('askSentence', words)}
      facts={[
        { name: say('face'), value: <MoneyText money={certificate.face} />, strong: true },
        { name: say('buyer'), value: words.buyer },
        { name: say('maturity'), value: <DayText day={certificate.maturity} /> },
        { name: say('askBanks'), value: words.banks },
        { name: say('askPayTo'), value: words.account },
      ]}
      happens={[say('askHappens1', words), say('askHappens2')]}
      cost={say('nothingCost')}
      action={say('askAction', words)}
      act={act}
      onSign={() => void sign()}
      done={{
        title: say('askDone'),
        text: say('askDoneText', words),
        next:
          act.state.kind === 'done' ? (
            <ActionLink to={`/financing/${act.state.success.request.id}`}>
              {say('seeRequest')}
            </ActionLink>
          ) : null,
      }}
    />
  );
}
