/**
 * The screen on which one signs: exactly what is signed, what happens then and to whom, what it costs,
 * what cannot be undone. Afterwards: done, whether it is final yet, and what comes next.
 */
import { Button } from '@mantine/core';
import {
  IconArrowLeft,
  IconArrowRight,
  IconCircleCheck,
  IconDeviceMobileCheck,
  IconDownload,
  IconKey,
  IconLock,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { ActState } from '../lib/act/use-act.ts';
import type { ActsState } from '../lib/act/use-acts.ts';
import { saveFile } from '../lib/files.ts';
import type { AnchorPartsFragment, RefusalPartsFragment } from '../lib/graphql/graphql.ts';
import { useTexts } from '../lib/texts.ts';
import { ErrorWords } from './ErrorView.tsx';
import { type Fact, Facts } from './Facts.tsx';
import { type Checked, ErrorSummary } from './Form.tsx';
import { Notice } from './Notice.tsx';
import { ProofStatus, useLiveAnchor } from './Proof.tsx';
import { useRefusalWords } from './refusals.ts';
import { Card, useTitle } from './Screen.tsx';
import { uiTexts } from './texts.ts';
import { SeenAndExpected, Why } from './Why.tsx';
import './SignatureScreen.css';

type Act = { readonly id: string; readonly anchor: AnchorPartsFragment };
type Signed = { readonly act: Act };

/** How far an act has come, and whether this device's key signs it. */
export type Signing<S extends Signed = Signed> = {
  readonly state: ActState<S>;
  readonly device: unknown;
};

export type SignatureScreenProps<S extends Signed> = {
  readonly title: string;
  readonly back: string;
  /** What one fills in before signing. */
  readonly form?: ReactNode;
  /** The sentence that is signed. */
  readonly statement: ReactNode;
  readonly facts: readonly (Fact | undefined)[];
  readonly happens: readonly string[];
  readonly cost?: ReactNode;
  readonly forGood?: string | undefined;
  /** A verb and the amount: 'Confirm CNY 98,000.00'. */
  readonly action: string;
  readonly tone?: 'normal' | 'danger';
  readonly checked?: Checked;
  readonly act: Signing<S>;
  readonly onSign: () => void;
  readonly done: { readonly title: string; readonly text: ReactNode; readonly next: ReactNode };
};

export function SignatureScreen<S extends Signed>(props: SignatureScreenProps<S>) {
  const { state } = props.act;
  if (state.kind === 'done') {
    return (
      <DoneView
        act={state.success.act}
        signedAgain={state.signedAgain}
        back={props.back}
        done={props.done}
      />
    );
  }
  return <BeforeView {...props} />;
}

function BeforeView<S extends Signed>(props: SignatureScreenProps<S>) {
  const say = useTexts(uiTexts);
  const heading = useTitle(props.title);
  const { state } = props.act;
  const working = state.kind === 'working';

  return (
    <div className="sign">
      <header className="sign-head">
        <Link to={props.back} className="back">
          <IconArrowLeft size={16} aria-hidden="true" /> {say('back')}
        </Link>
        <h1 ref={heading} tabIndex={-1}>
          {props.title}
        </h1>
      </header>
      <Trouble state={state} />
      {props.checked !== undefined && <ErrorSummary checked={props.checked} />}
      <form
        className="sign-grid"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!working && (props.checked?.attempt() ?? true)) {
            props.onSign();
          }
        }}
      >
        <div className="stack">
          {props.form !== undefined && <Card>{props.form}</Card>}
          <Card>
            <h2 className="sign-label">{say('signTitle')}</h2>
            <div className="sign-statement">{props.statement}</div>
            <Facts facts={props.facts} />
          </Card>
        </div>
        <div className="stack sign-side">
          <Card>
            <h2 className="sign-label">{say('signHappens')}</h2>
            <ul className="sign-happens">
              {props.happens.map((line) => (
                <li key={line}>
                  <IconArrowRight size={16} aria-hidden="true" />
                  <span>{line}</span>
                </li>
              ))}
            </ul>
            {props.cost !== undefined && (
              <p className="sign-cost">
                <span className="dim">{say('signCost')}: </span>
                {props.cost}
              </p>
            )}
          </Card>
          {props.forGood !== undefined && (
            <Notice tone="warn" title={say('signForGood')}>
              {props.forGood}
            </Notice>
          )}
          <div className="sign-bar">
            <Button
              type="submit"
              size="md"
              fullWidth
              color={props.tone === 'danger' ? 'red' : 'ink'}
              loading={working}
              leftSection={<IconLock size={18} aria-hidden="true" />}
            >
              {props.action}
            </Button>
            <p className="sign-how small dim" role="status">
              {working ? (
                say(
                  state.step === 'context'
                    ? 'signContext'
                    : state.step === 'signing'
                      ? 'signSigning'
                      : 'signSending',
                )
              ) : (
                <Custody device={props.act.device !== undefined} />
              )}
            </p>
          </div>
        </div>
      </form>
    </div>
  );
}

/** Whose key signs. */
export function Custody({ device }: { readonly device: boolean }) {
  const say = useTexts(uiTexts);
  return device ? (
    <>
      <IconDeviceMobileCheck size={16} aria-hidden="true" /> {say('signAsDevice')}
    </>
  ) : (
    <>
      <IconKey size={16} aria-hidden="true" /> {say('signAsCustody')}{' '}
      <Why rule={say('signAsCustodyWhy')} />
    </>
  );
}

/** The ends of many acts that are not answers for each. */
type Stopped = Exclude<ActsState<never>, { readonly kind: 'done' | 'working' | 'idle' }>;

/** What stands in the way: a refusal with its rule, a context that disagrees, a fault. */
export function Trouble<S>({ state }: { readonly state: Stopped | ActState<S> }) {
  const say = useTexts(uiTexts);
  switch (state.kind) {
    case 'refused':
      return <RefusalNotice refusal={state.refusal} />;
    case 'tampered':
      return (
        <Notice tone="bad" title={say('tamperedTitle')}>
          <div className="stack" data-refused="context">
            <p>{say(state.problem)}</p>
            <p>{say('contextHelp')}</p>
          </div>
        </Notice>
      );
    case 'failed':
      return <ErrorWords error={state.error} />;
    default:
      return null;
  }
}

/** An expected no, with the rule, what was seen and needed, and the way out. */
export function RefusalNotice({
  refusal,
  action,
}: {
  readonly refusal: RefusalPartsFragment;
  /** The way out, where it is a place to go. */
  readonly action?: ReactNode;
}) {
  const say = useTexts(uiTexts);
  const words = useRefusalWords()(refusal);
  return (
    <Notice tone="bad" title={say('refusedTitle')} action={action}>
      <div className="stack refusal" data-refusal={refusal.code}>
        <p>{words.message}</p>
        <SeenAndExpected seen={refusal.seen} expected={refusal.expected} />
        {words.help !== '' && <p>{words.help}</p>}
        {refusal.receipt !== null && refusal.receipt !== undefined && (
          <ReceiptButton code={refusal.code} receipt={refusal.receipt} />
        )}
      </div>
    </Notice>
  );
}

/** The signed file that proves the refusal, to be kept; the verifier takes it. */
function ReceiptButton({ code, receipt }: { readonly code: string; readonly receipt: string }) {
  const say = useTexts(uiTexts);
  const save = () => saveFile(`${code.toLowerCase()}.txt`, receipt, 'text/plain');
  return (
    <div>
      <Button
        variant="default"
        size="sm"
        leftSection={<IconDownload size={16} aria-hidden="true" />}
        onClick={save}
      >
        {say('saveReceipt')}
      </Button>
    </div>
  );
}

function DoneView({
  act,
  signedAgain,
  back,
  done,
}: {
  readonly act: Act;
  readonly signedAgain: boolean;
  readonly back: string;
  readonly done: SignatureScreenProps<Signed>['done'];
}) {
  const say = useTexts(uiTexts);
  const heading = useTitle(done.title);
  const anchor = useLiveAnchor(act);
  return (
    <div className="sign-done">
      <IconCircleCheck size={44} stroke={1.5} aria-hidden="true" className="sign-done-icon" />
      <h1 ref={heading} tabIndex={-1}>
        {done.title}
      </h1>
      <div className="prose">{done.text}</div>
      <div className="sign-done-proof">
        <ProofStatus anchor={anchor} />
        <span className="small dim">
          {say(
            anchor.status === 'PENDING'
              ? 'pendingNote'
              : anchor.status === 'FINAL'
                ? 'finalNote'
                : 'refusedNote',
          )}
        </span>
      </div>
      {signedAgain && <p className="small dim">{say('resigned')}</p>}
      <h2 className="sign-label">{say('next')}</h2>
      <div className="row">
        {done.next}
        <Link to={back}>{say('back')}</Link>
      </div>
    </div>
  );
}
