/** A supplier's first step: a file goes up, is read and checked, and comes back as a draft. */
import { Select } from '@mantine/core';
import { useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import type { RefusalPartsFragment, UploadInvoiceMutation } from '../lib/graphql/graphql.ts';
import { useTexts } from '../lib/texts.ts';
import { formatSize, multipartBody, type Progress, send, type Upload } from '../lib/upload.ts';
import { useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { ErrorWords } from '../ui/ErrorView.tsx';
import { FileDrop } from '../ui/FileDrop.tsx';
import { Screen } from '../ui/Screen.tsx';
import { RefusalNotice } from '../ui/SignatureScreen.tsx';
import { UploadInvoiceDocument } from './queries.ts';
import { invoiceTexts } from './texts.ts';

/** As the server's limit on one invoice file. */
const fileBytesMax = 20_000_000;

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'sending'; readonly progress: Progress; readonly fileName: string }
  | { readonly kind: 'refused'; readonly refusal: RefusalPartsFragment }
  | { readonly kind: 'failed'; readonly error: unknown };

export function UploadScreen() {
  const say = useTexts(invoiceTexts);
  const viewer = useViewer();
  const navigate = useNavigate();
  const programmes = viewer.programmes.filter(({ core }) => core.id !== viewer.party.id);
  const [programme, setProgramme] = useState<string | null>(programmes[0]?.id ?? null);
  const [state, setState] = useState<State>({ kind: 'idle' });
  const upload = useRef<Upload<UploadInvoiceMutation>>(undefined);

  const take = async (file: File) => {
    const progress = { sent: 0, total: file.size, perSecond: 0, secondsLeft: 0 };
    setState({ kind: 'sending', progress, fileName: file.name });
    const body = multipartBody(
      UploadInvoiceDocument,
      { input: { file: null, programme, idempotencyKey: crypto.randomUUID() } },
      'input.file',
      file,
    );
    upload.current = send('/graphql', body, {}, (now) =>
      setState({ kind: 'sending', progress: now, fileName: file.name }),
    );
    try {
      const { result } = await upload.current.answer;
      if (result.__typename === 'Draft') {
        navigate(`/drafts/${result.id}`);
      } else {
        setState({ kind: 'refused', refusal: result });
      }
    } catch (error) {
      const isCancelled = error instanceof DOMException && error.name === 'AbortError';
      setState(isCancelled ? { kind: 'idle' } : { kind: 'failed', error });
    }
  };

  return (
    <Screen title={say('uploadTitle')} lead={say('uploadLead')} narrow>
      {state.kind === 'refused' && <UploadRefusal refusal={state.refusal} />}
      {state.kind === 'failed' && <ErrorWords error={state.error} />}
      {programmes.length > 1 && (
        <Select
          label={say('uploadProgramme')}
          description={say('uploadProgrammeHint')}
          data={programmes.map(({ id, name }) => ({ value: id, label: name }))}
          value={programme}
          onChange={setProgramme}
          allowDeselect={false}
        />
      )}
      <FileDrop
        label={say('uploadLabel')}
        accept=".xml,application/xml,text/xml"
        sizeMax={fileBytesMax}
        hint={say('uploadHint', { max: formatSize(fileBytesMax) })}
        sending={state.kind === 'sending' ? state.progress : undefined}
        fileName={state.kind === 'sending' ? state.fileName : undefined}
        onFile={(file) => void take(file)}
        onCancel={() => upload.current?.cancel()}
      />
    </Screen>
  );
}

/** What was uploaded before is a link away; its id is nobody's business. */
function UploadRefusal({ refusal }: { readonly refusal: RefusalPartsFragment }) {
  const say = useTexts(invoiceTexts);
  const invoice = /inv_\w+/.exec(refusal.seen)?.[0];
  const draft = /drf_\w+/.exec(refusal.seen)?.[0];
  if (refusal.code !== 'DUPLICATE_FILE' || (invoice ?? draft) === undefined) {
    return <RefusalNotice refusal={refusal} />;
  }
  return (
    <RefusalNotice
      refusal={{ ...refusal, seen: '', expected: '' }}
      action={
        <ActionLink to={invoice === undefined ? `/drafts/${draft}` : `/invoices/${invoice}`} quiet>
          {say(invoice === undefined ? 'seeDraft' : 'seeInvoice')}
        </ActionLink>
      }
    />
  );
}
