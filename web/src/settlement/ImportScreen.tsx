/** A bank statement comes in: the file is read and shown first; what is signed is exactly what was shown. */
import { Button, Select } from '@mantine/core';
import { useRef, useState } from 'react';
import { useAct } from '../lib/act/use-act.ts';
import type { RefusalPartsFragment, UploadStatementMutation } from '../lib/graphql/graphql.ts';
import { useTexts } from '../lib/texts.ts';
import { formatSize, multipartBody, type Progress, send, type Upload } from '../lib/upload.ts';
import { useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { DayText } from '../ui/DateText.tsx';
import { Empty } from '../ui/Empty.tsx';
import { ErrorWords } from '../ui/ErrorView.tsx';
import { FileDrop } from '../ui/FileDrop.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Screen } from '../ui/Screen.tsx';
import { RefusalNotice, SignatureScreen } from '../ui/SignatureScreen.tsx';
import { useProblemWords } from './problem-words.ts';
import { ImportStatementDocument, UploadStatementDocument } from './queries.ts';
import { paymentTexts } from './texts.ts';
import './ImportScreen.css';

const fileBytesMax = 2_000_000;

type Preview = Extract<
  UploadStatementMutation['result'],
  { readonly __typename: 'StatementPreview' }
>;
type PreviewRow = Preview['rows'][number] & { readonly id: string };
type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'sending'; readonly progress: Progress; readonly fileName: string }
  | { readonly kind: 'read'; readonly preview: Preview; readonly fileName: string }
  | { readonly kind: 'refused'; readonly refusal: RefusalPartsFragment }
  | { readonly kind: 'failed'; readonly error: unknown };

export function ImportScreen() {
  const say = useTexts(paymentTexts);
  const viewer = useViewer();
  const [account, setAccount] = useState<string | null>(viewer.accounts[0]?.id ?? null);
  const [state, setState] = useState<State>({ kind: 'idle' });
  const upload = useRef<Upload<UploadStatementMutation>>(undefined);

  const take = async (file: File) => {
    const progress = { sent: 0, total: file.size, perSecond: 0, secondsLeft: 0 };
    setState({ kind: 'sending', progress, fileName: file.name });
    upload.current = send(
      '/graphql',
      multipartBody(
        UploadStatementDocument,
        { input: { file: null, account } },
        'input.file',
        file,
      ),
      {},
      (now) => setState({ kind: 'sending', progress: now, fileName: file.name }),
    );
    try {
      const { result } = await upload.current.answer;
      setState(
        result.__typename === 'Refusal'
          ? { kind: 'refused', refusal: result }
          : { kind: 'read', preview: result, fileName: file.name },
      );
    } catch (error) {
      const isCancelled = error instanceof DOMException && error.name === 'AbortError';
      setState(isCancelled ? { kind: 'idle' } : { kind: 'failed', error });
    }
  };

  if (state.kind === 'read' && state.preview.problems.length === 0) {
    return (
      <SignImport
        preview={state.preview}
        fileName={state.fileName}
        onAnother={() => setState({ kind: 'idle' })}
      />
    );
  }
  return (
    <Screen title={say('importTitle')} lead={say('lead')} narrow>
      {viewer.accounts.length === 0 ? (
        <Empty title={say('importNoAccount')} />
      ) : (
        <>
          {state.kind === 'refused' && <RefusalNotice refusal={state.refusal} />}
          {state.kind === 'failed' && <ErrorWords error={state.error} />}
          {state.kind === 'read' && <Problems preview={state.preview} />}
          <Select
            label={say('importAccount')}
            data={viewer.accounts.map(({ id, identifier, holderName }) => ({
              value: id,
              label: `${identifier}, ${holderName}`,
            }))}
            value={account}
            onChange={setAccount}
            allowDeselect={false}
          />
          <FileDrop
            label={say('importLabel')}
            accept=".xml,.csv,application/xml,text/xml,text/csv"
            sizeMax={fileBytesMax}
            hint={say('importHint', { max: formatSize(fileBytesMax) })}
            sending={state.kind === 'sending' ? state.progress : undefined}
            fileName={state.kind === 'sending' ? state.fileName : undefined}
            onFile={(file) => void take(file)}
            onCancel={() => upload.current?.cancel()}
          />
        </>
      )}
    </Screen>
  );
}

function Problems({ preview }: { readonly preview: Preview }) {
  const say = useTexts(paymentTexts);
  const words = useProblemWords();
  return (
    <Notice tone="bad" title={say('importProblems', { count: preview.problems.length })}>
      <ul className="import-problems">
        {preview.problems.map((problem) => (
          <li key={`${problem.row} ${problem.field} ${problem.seen}`}>
            <strong>
              {problem.row === 0
                ? say('wholeFile')
                : say('row', { row: problem.row, field: problem.field })}
            </strong>
            : {words(problem)}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function SignImport({
  preview,
  fileName,
  onAnother,
}: {
  readonly preview: Preview;
  readonly fileName: string;
  readonly onAnother: () => void;
}) {
  const say = useTexts(paymentTexts);
  const viewer = useViewer();
  const act = useAct(ImportStatementDocument, {
    kind: 'statement.import',
    form: `import:${preview.account}:${preview.documentDigest}`,
  });
  const account = viewer.accounts.find(({ id }) => id === preview.account)?.identifier ?? '';
  const words = { count: preview.rows.length, account };
  const columns = usePreviewColumns();
  const statement = act.state.kind === 'done' ? act.state.success.statement : undefined;

  return (
    <SignatureScreen
      title={say('importTitle')}
      back="/payments"
      form={
        <div className="stack">
          <div className="row">
            <strong>{fileName}</strong>
            <Button variant="subtle" size="compact-sm" onClick={onAnother}>
              {say('another')}
            </Button>
          </div>
          {preview.skipped.length > 0 && (
            <Notice tone="info" title={say('importSkipped', { count: preview.skipped.length })} />
          )}
          <DataTable
            caption={say('preview')}
            columns={columns}
            rows={preview.rows.map((row) => ({ ...row, id: row.bankReference }))}
          />
        </div>
      }
      statement={say('importSentence', words)}
      facts={[
        { name: say('importAccount'), value: account },
        { name: say('format'), value: preview.format },
      ]}
      happens={[say('importHappens1'), say('importHappens2')]}
      forGood={say('importForGood')}
      action={say('importAction', words)}
      act={act}
      onSign={() =>
        void act.run({
          account: preview.account,
          format: preview.format,
          documentDigest: preview.documentDigest,
          lines: [...preview.lines],
        })
      }
      done={{
        title: say('importDone'),
        text: say('importDoneText', {
          fresh: statement?.newLines ?? 0,
          known: statement?.knownLines ?? 0,
        }),
        next: (
          <>
            <ActionLink to="/payments/lines">{say('seeLines')}</ActionLink>
            <ActionLink to="/payments" quiet>
              {say('seePayments')}
            </ActionLink>
          </>
        ),
      }}
    />
  );
}

function usePreviewColumns(): readonly Column<PreviewRow>[] {
  const say = useTexts(paymentTexts);
  return [
    {
      id: 'booked',
      title: say('booked'),
      cell: (row) => <DayText day={row.bookingDate} short />,
      card: 'line',
    },
    {
      id: 'counterparty',
      title: say('counterparty'),
      cell: (row) => row.counterparty,
      card: 'title',
    },
    { id: 'reference', title: say('reference'), cell: (row) => row.reference, card: 'line' },
    {
      id: 'kind',
      title: say('kind'),
      cell: (row) => say(row.credit ? 'credit' : 'debit'),
      card: 'line',
    },
    {
      id: 'amount',
      title: say('amount'),
      align: 'right',
      cell: (row) => <MoneyText money={row.amount} />,
      card: 'amount',
    },
  ];
}
