/** A file as one field of a form: it goes up at once, and the form keeps its id and digest. */
import { Button } from '@mantine/core';
import { IconFileCheck } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { graphql } from '../lib/graphql/gql.ts';
import type { UploadDocumentMutation } from '../lib/graphql/graphql.ts';
import { useTexts } from '../lib/texts.ts';
import { formatSize, multipartBody, type Progress, send, type Upload } from '../lib/upload.ts';
import { ErrorWords } from './ErrorView.tsx';
import { FileDrop } from './FileDrop.tsx';
import { type Checked, fieldId } from './Form.tsx';
import { uiTexts } from './texts.ts';
import './FileField.css';

/** As the server's limit on one file. */
const fileBytesMax = 20_000_000;

const UploadDocumentDocument = graphql(`
  mutation UploadDocument($input: UploadDocumentInput!) {
    uploadDocument(input: $input) {
      id
      name
      digest
    }
  }
`);

export type StoredFile = { readonly id: string; readonly name: string; readonly digest: string };

export function FileField({
  name,
  label,
  hint,
  value,
  onChange,
  checked,
}: {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  /** Undefined until a file is stored. */
  readonly value: StoredFile | undefined;
  readonly onChange: (file: StoredFile | undefined) => void;
  readonly checked: Checked;
}) {
  const say = useTexts(uiTexts);
  const [sending, setSending] = useState<Progress>();
  const [error, setError] = useState<unknown>();
  const upload = useRef<Upload<UploadDocumentMutation>>(undefined);
  const wrong = checked.error(name);

  const take = async (file: File) => {
    setError(undefined);
    setSending({ sent: 0, total: file.size, perSecond: 0, secondsLeft: 0 });
    const body = multipartBody(
      UploadDocumentDocument,
      { input: { file: null } },
      'input.file',
      file,
    );
    upload.current = send('/graphql', body, {}, setSending);
    try {
      const { id, digest } = (await upload.current.answer).uploadDocument;
      onChange({ id, digest, name: file.name });
    } catch (thrown) {
      const isCancelled = thrown instanceof DOMException && thrown.name === 'AbortError';
      setError(isCancelled ? undefined : thrown);
    } finally {
      setSending(undefined);
    }
  };

  return (
    <fieldset id={fieldId(name)} tabIndex={-1} className="file-field">
      <legend>
        {label} <span aria-hidden="true">*</span>
      </legend>
      {error !== undefined && <ErrorWords error={error} />}
      {value === undefined ? (
        <FileDrop
          label={label}
          accept="application/pdf,image/*,text/plain,.xml"
          sizeMax={fileBytesMax}
          hint={`${hint} ${say('fileMax', { max: formatSize(fileBytesMax) })}`}
          sending={sending}
          onFile={(file) => void take(file)}
          onCancel={() => upload.current?.cancel()}
        />
      ) : (
        <p className="file-field-kept">
          <IconFileCheck size={20} stroke={1.5} aria-hidden="true" />
          <span className="file-field-name">{value.name}</span>
          <Button variant="subtle" size="compact-sm" onClick={() => onChange(undefined)}>
            {say('fileOther')}
          </Button>
        </p>
      )}
      {wrong !== undefined && (
        <p role="alert" className="drop-bad small">
          {wrong}
        </p>
      )}
    </fieldset>
  );
}
