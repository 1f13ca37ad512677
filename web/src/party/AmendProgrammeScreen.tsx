/** A core enterprise amends the terms that bind only what is submitted, promised and quoted from now on. */
import { useSuspenseQuery } from '@apollo/client/react';
import { MultiSelect } from '@mantine/core';
import { useParams } from 'react-router';
import { useAct } from '../lib/act/use-act.ts';
import { parseAmount, toMinor } from '../lib/format-money.ts';
import type { ProgrammesOfViewerQuery } from '../lib/graphql/graphql.ts';
import { useKeptForm } from '../lib/kept.ts';
import { useTexts } from '../lib/texts.ts';
import { useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { Empty } from '../ui/Empty.tsx';
import type { Fact } from '../ui/Facts.tsx';
import {
  AmountField,
  amountError,
  type FieldErrors,
  fieldId,
  TextField,
  useChecked,
} from '../ui/Form.tsx';
import { Screen } from '../ui/Screen.tsx';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { uiTexts } from '../ui/texts.ts';
import { programmeTexts } from './programme-texts.ts';
import { AmendProgrammeDocument, ProgrammesDocument, TermsOnOfferDocument } from './queries.ts';
import { isTimeOfDay, isWhole } from './terms.ts';
import { partyTexts } from './texts.ts';

type Programme = NonNullable<ProgrammesOfViewerQuery['viewer']>['programmes'][number];

export function AmendProgrammeScreen() {
  const { id = '' } = useParams();
  const say = useTexts(partyTexts);
  const me = useViewer();
  const { viewer } = useSuspenseQuery(ProgrammesDocument).data;
  const programme = viewer?.programmes.find((each) => each.id === id);
  if (programme === undefined || programme.core.id !== me.party.id) {
    return (
      <Screen title={say('programmeTitle')}>
        <Empty title={say('noProgramme')} />
      </Screen>
    );
  }
  return <Amendment programme={programme} />;
}

type Values = {
  readonly name: string;
  readonly minTenorDays: string;
  readonly maxTenorDays: string;
  readonly confirmDays: string;
  readonly marketOpens: string;
  readonly marketCloses: string;
  readonly policyPacks: readonly string[];
  readonly issueLimit: string;
  readonly reason: string;
};

function valuesOf(programme: Programme): Values {
  const { name, marketOpens, marketCloses, policyPacks, issueLimit } = programme;
  return {
    ...{ name, marketOpens, marketCloses, policyPacks, reason: '' },
    minTenorDays: `${programme.minTenorDays}`,
    maxTenorDays: `${programme.maxTenorDays}`,
    confirmDays: `${programme.confirmDays}`,
    issueLimit: issueLimit?.amount ?? '',
  };
}

function Amendment({ programme }: { readonly programme: Programme }) {
  const add = useTexts(programmeTexts);
  const before = valuesOf(programme);
  const key = `programme.amend:${programme.id}`;
  const form = useKeptForm<Values>(key, before);
  const { values, set } = form;
  const { issueLimit } = programme;
  const { data } = useSuspenseQuery(TermsOnOfferDocument);
  const checked = useChecked(useErrors(before, values, issueLimit?.currency));
  const facts = useChanges(before, values);
  const options = { kind: 'programme.amend', form: key, shows: [programme.anchor] } as const;
  const act = useAct(AmendProgrammeDocument, options);
  const words = { name: values.name.trim() || '…' };
  const text = (name: Exclude<keyof Values, 'policyPacks'>) => ({
    ...{ name, value: values[name], checked },
    onChange: (value: string) => set(name, value),
  });

  return (
    <SignatureScreen
      title={add('amendTitle')}
      back="/programme"
      checked={checked}
      form={
        <div className="fields">
          <TextField {...text('name')} label={add('name')} hint={add('nameHint')} />
          <div className="fields-row">
            <TextField {...text('minTenorDays')} label={add('minTenor')} />
            <TextField {...text('maxTenorDays')} label={add('maxTenor')} />
          </div>
          <TextField
            {...text('confirmDays')}
            label={add('confirmDays')}
            hint={add('confirmDaysHint')}
          />
          <div className="fields-row">
            <TextField {...text('marketOpens')} label={add('opens')} />
            <TextField {...text('marketCloses')} label={add('closes')} />
          </div>
          {issueLimit !== null && issueLimit !== undefined && (
            <AmountField
              {...text('issueLimit')}
              label={add('issueLimit')}
              hint={add('issueLimitHint')}
              currency={issueLimit.currency}
            />
          )}
          <MultiSelect
            id={fieldId('policyPacks')}
            label={add('packs')}
            description={add('packsHint')}
            data={data.policyPacks.map(({ label, title }) => ({
              value: label,
              label: `${label}: ${title}`,
            }))}
            value={[...values.policyPacks]}
            onChange={(chosen) => set('policyPacks', chosen)}
          />
          <TextField {...text('reason')} label={add('reason')} hint={add('reasonHint')} lines={2} />
        </div>
      }
      statement={add('amendSentence', words)}
      facts={facts.length === 0 ? [{ name: add('changed'), value: add('changedNone') }] : facts}
      happens={[add('amendHappens1'), add('amendHappens2'), add('amendHappens3')]}
      action={add('amendAction', words)}
      act={act}
      onSign={() =>
        void act.run(inputOf(programme, values)).then((done) => {
          if (done !== undefined) form.done();
        })
      }
      done={{
        title: add('amendDone', words),
        text: add('amendHappens2'),
        next: <ActionLink to="/programme">{add('toProgramme')}</ActionLink>,
      }}
    />
  );
}

/** What is amended, each with what it was. */
function useChanges(before: Values, after: Values): readonly Fact[] {
  const add = useTexts(programmeTexts);
  const names = {
    name: add('name'),
    minTenorDays: add('minTenor'),
    maxTenorDays: add('maxTenor'),
    confirmDays: add('confirmDays'),
    marketOpens: add('opens'),
    marketCloses: add('closes'),
    policyPacks: add('packs'),
    issueLimit: add('issueLimit'),
  } as const;
  return changedIn(before, after).map((term) => ({
    name: names[term],
    value: add('fromTo', { from: wordOf(before[term]), to: wordOf(after[term]) }),
    strong: true,
  }));
}

const terms = [
  ...(['name', 'minTenorDays', 'maxTenorDays', 'confirmDays'] as const),
  ...(['marketOpens', 'marketCloses', 'policyPacks', 'issueLimit'] as const),
] as const;

function changedIn(before: Values, after: Values) {
  return terms.filter((term) => wordOf(before[term]) !== wordOf(after[term]));
}

function wordOf(value: string | readonly string[]): string {
  const text = typeof value === 'string' ? value.trim() : value.join(', ');
  return text === '' ? '–' : text;
}

function useErrors(before: Values, values: Values, currency: string | undefined): FieldErrors {
  const add = useTexts(programmeTexts);
  const ui = useTexts(uiTexts);
  const whole = (value: string, min: number) =>
    isWhole(value, min) ? undefined : add('wholeNumber', { min });
  const { name, marketOpens, marketCloses, issueLimit } = values;
  const isSame = changedIn(before, values).length === 0;
  const isHours = isTimeOfDay(marketCloses) && marketCloses > marketOpens;
  return {
    name: name.trim() === '' ? ui('required') : isSame ? add('changedNone') : undefined,
    minTenorDays: whole(values.minTenorDays, 0),
    maxTenorDays: whole(values.maxTenorDays, Number(values.minTenorDays) || 0),
    confirmDays: whole(values.confirmDays, 0),
    marketOpens: isTimeOfDay(marketOpens) ? undefined : add('timeOfDay'),
    marketCloses: isHours ? undefined : add('timeOfDay'),
    issueLimit: currency === undefined ? undefined : amountError(ui, issueLimit, currency),
    reason: values.reason.trim() === '' ? ui('required') : undefined,
  };
}

function inputOf({ id, issueLimit }: Programme, values: Values) {
  const { issueLimit: typed, policyPacks, name, reason, ...rest } = values;
  const currency = issueLimit?.currency;
  return {
    ...rest,
    ...{ programme: id, name: name.trim(), reason: reason.trim() },
    policyPacks: [...policyPacks],
    issueLimitMinor:
      currency === undefined
        ? null
        : `${toMinor({ amount: parseAmount(typed, currency) ?? '0', currency })}`,
  };
}
