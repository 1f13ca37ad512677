/** Splitting a certificate: parts that sum exactly, with help to make them so. */
import { Button, NumberInput, UnstyledButton } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useAct } from '../lib/act/use-act.ts';
import { equalParts, formatAmount, formatMoney, fromMinor } from '../lib/format-money.ts';
import { useKeptForm } from '../lib/kept.ts';
import { useTexts } from '../lib/texts.ts';
import { useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { DayText } from '../ui/DateText.tsx';
import { AmountField, useChecked } from '../ui/Form.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { SignatureScreen } from '../ui/SignatureScreen.tsx';
import { uiTexts } from '../ui/texts.ts';
import { type PartsRead, readParts } from './parts.ts';
import { SplitCertificateDocument } from './queries.ts';
import { useCertificateWords } from './sentence.ts';
import { certificateTexts } from './texts.ts';
import { useCertificate } from './use-certificate.ts';
import './SplitScreen.css';

/** More parts than this are made in two splits. */
const partsMax = 20;

export function SplitScreen() {
  const say = useTexts(certificateTexts);
  const certificate = useCertificate();
  const { face } = certificate;
  const form = useKeptForm(`split:${certificate.id}`, { parts: ['', ''] });
  const { parts } = form.values;
  const minMinor = useMinPart(certificate.issuer.id);
  const read = readParts(parts, face, minMinor);
  const checked = useChecked(useErrors(read, fromMinor(minMinor, face.currency), face));
  const act = useAct(SplitCertificateDocument, {
    kind: 'certificate.split',
    form: `split:${certificate.id}`,
    shows: [certificate.anchor],
  });
  const words = {
    ...useCertificateWords(certificate),
    count: parts.length,
    parts: read.amounts.map(formatMoney).join(' + '),
  };
  const setPart = (order: number, value: string) =>
    form.set(
      'parts',
      parts.map((part, at) => (at === order ? value : part)),
    );

  return (
    <SignatureScreen
      title={say('splitTitle', words)}
      back={`/certificates/${certificate.id}`}
      checked={checked}
      form={
        <div className="fields">
          <EqualParts
            onMake={(count) => form.set('parts', equalParts(face, count).map(formatAmount))}
          />
          {parts.map((part, order) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a part is known by its place only
            <div key={order} className="split-part">
              <AmountField
                name={`part-${order}`}
                label={say('splitPart', { number: order + 1 })}
                currency={face.currency}
                value={part}
                onChange={(value) => setPart(order, value)}
                checked={checked}
              />
              {parts.length > 2 && (
                <UnstyledButton
                  className="split-remove"
                  aria-label={say('splitRemove', { number: order + 1 })}
                  onClick={() =>
                    form.set(
                      'parts',
                      parts.filter((_, at) => at !== order),
                    )
                  }
                >
                  <IconX size={18} aria-hidden="true" />
                </UnstyledButton>
              )}
            </div>
          ))}
          <div className="row">
            {parts.length < partsMax && (
              <Button
                variant="default"
                size="xs"
                leftSection={<IconPlus size={16} aria-hidden="true" />}
                onClick={() => form.set('parts', [...parts, ''])}
              >
                {say('splitAdd')}
              </Button>
            )}
            <GiveRest
              parts={parts}
              read={read}
              currency={face.currency}
              onGive={(order, rest) => setPart(order, rest)}
            />
          </div>
          <SumLine read={read} face={face} />
        </div>
      }
      statement={say('splitSentence', words)}
      facts={[
        { name: say('face'), value: <MoneyText money={face} />, strong: true },
        { name: say('issuer'), value: words.issuer },
        { name: say('maturity'), value: <DayText day={certificate.maturity} /> },
      ]}
      happens={[say('splitHappens1', words), say('splitHappens2')]}
      cost={say('nothingCost')}
      forGood={say('splitForGood')}
      action={say('splitAction', words)}
      act={act}
      onSign={() =>
        void act.run({ certificate: certificate.id, parts: [...read.amounts] }).then((done) => {
          if (done !== undefined) {
            form.done();
          }
        })
      }
      done={{
        title: say('splitDone', words),
        text: say('splitDoneText'),
        next: <ActionLink to={`/certificates/${certificate.id}`}>{say('seeIt')}</ActionLink>,
      }}
    />
  );
}

/** The programme's smallest part, where the viewer is in a programme of this buyer. */
function useMinPart(issuer: string): bigint {
  const viewer = useViewer();
  const programme = viewer.programmes.find(({ core }) => core.id === issuer);
  return BigInt(programme?.minSplitMinor ?? '1');
}

function useErrors(
  read: PartsRead,
  min: { readonly amount: string; readonly currency: string },
  face: { readonly amount: string; readonly currency: string },
) {
  const say = useTexts(certificateTexts);
  const ui = useTexts(uiTexts);
  const wordsOf = { required: ui('required'), notAnAmount: ui('notAnAmount') };
  const each = read.problems.map((problem, order) => [
    `part-${order}`,
    problem === undefined
      ? undefined
      : problem === 'belowMin'
        ? say('splitMin', { min: formatMoney(min) })
        : wordsOf[problem],
  ]);
  const isReadable = read.problems.every((problem) => problem === undefined);
  const sum =
    isReadable && !read.isExact
      ? [[`part-${read.problems.length - 1}`, leftWords(say, read, face.currency)]]
      : [];
  return Object.fromEntries([...each, ...sum]);
}

function leftWords(
  say: ReturnType<typeof useTexts<'splitShort' | 'splitOver'>>,
  { leftMinor }: PartsRead,
  currency: string,
): string {
  const left = formatMoney(fromMinor(leftMinor < 0n ? -leftMinor : leftMinor, currency));
  return leftMinor > 0n ? say('splitShort', { left }) : say('splitOver', { left });
}

function EqualParts({ onMake }: { readonly onMake: (count: number) => void }) {
  const say = useTexts(certificateTexts);
  const [count, setCount] = useState(2);
  return (
    <div className="split-equal">
      <NumberInput
        label={say('splitCount')}
        size="sm"
        min={2}
        max={partsMax}
        allowDecimal={false}
        value={count}
        onChange={(value) => setCount(typeof value === 'number' ? value : 2)}
        className="split-count"
      />
      <Button
        variant="default"
        size="sm"
        onClick={() => onMake(Math.min(Math.max(count, 2), partsMax))}
      >
        {say('splitEqual')}
      </Button>
    </div>
  );
}

/** Fills the first empty part, else the last one, with what is missing. */
function GiveRest({
  parts,
  read,
  currency,
  onGive,
}: {
  readonly parts: readonly string[];
  readonly read: PartsRead;
  readonly currency: string;
  readonly onGive: (order: number, rest: string) => void;
}) {
  const say = useTexts(certificateTexts);
  const empty = parts.findIndex((part) => part.trim() === '');
  if (empty < 0 || read.leftMinor <= 0n) {
    return null;
  }
  return (
    <Button
      variant="subtle"
      size="xs"
      onClick={() => onGive(empty, formatAmount(fromMinor(read.leftMinor, currency)))}
    >
      {say('splitRest', { number: empty + 1 })}
    </Button>
  );
}

function SumLine({
  read,
  face,
}: {
  readonly read: PartsRead;
  readonly face: { readonly amount: string; readonly currency: string };
}) {
  const say = useTexts(certificateTexts);
  return (
    <p className={read.leftMinor === 0n ? 'split-sum split-exact' : 'split-sum'} role="status">
      <span className="dim">{say('splitSum')}: </span>
      {read.leftMinor === 0n
        ? say('splitExact', { face: formatMoney(face) })
        : leftWords(say, read, face.currency)}
    </p>
  );
}
