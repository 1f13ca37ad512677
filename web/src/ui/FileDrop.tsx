/** A place for one file, or several one after the other: dropped, chosen or pasted by keyboard; then its way to the server, with rate and time left. */
import { Button, Progress } from '@mantine/core';
import { IconFileUpload } from '@tabler/icons-react';
import { type DragEvent, type ReactNode, useRef, useState } from 'react';
import { useTexts } from '../lib/texts.ts';
import { formatSize, type Progress as Sending } from '../lib/upload.ts';
import { uiTexts } from './texts.ts';
import './FileDrop.css';

export function FileDrop({
  label,
  accept,
  sizeMax,
  hint,
  sending,
  fileName,
  several = false,
  onFile,
  onCancel,
}: {
  readonly label: string;
  /** As in an input: '.xml,application/xml'. */
  readonly accept: string;
  readonly sizeMax: number;
  readonly hint?: ReactNode;
  /** What is on its way; undefined when nothing is. */
  readonly sending?: Sending | undefined;
  readonly fileName?: string | undefined;
  /** Several may be given at once; each is handed over by itself. */
  readonly several?: boolean;
  readonly onFile: (file: File) => void;
  readonly onCancel?: () => void;
}) {
  const say = useTexts(uiTexts);
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [tooBig, setTooBig] = useState(false);

  const take = (list: FileList | null) => {
    const files = [...(list ?? [])].slice(0, several ? undefined : 1);
    setTooBig(files.some(({ size }) => size > sizeMax));
    for (const file of files) {
      if (file.size <= sizeMax) {
        onFile(file);
      }
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };

  if (sending !== undefined) {
    return (
      <SendingFile
        sending={sending}
        {...(fileName === undefined ? {} : { fileName })}
        {...(onCancel === undefined ? {} : { onCancel })}
      />
    );
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button inside is the first
    <div
      className={over ? 'drop drop-over' : 'drop'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <IconFileUpload size={32} stroke={1.5} aria-hidden="true" className="drop-icon" />
      <p className="drop-title">{say(several ? 'dropTitleSeveral' : 'dropTitle')}</p>
      <p className="dim small">{say('dropOr')}</p>
      <Button variant="default" onClick={() => input.current?.click()}>
        {say(several ? 'chooseSeveral' : 'choose')}
      </Button>
      <input
        ref={input}
        type="file"
        accept={accept}
        multiple={several}
        className="hidden-but-read"
        tabIndex={-1}
        aria-label={label}
        onChange={(event) => {
          take(event.currentTarget.files);
          event.currentTarget.value = '';
        }}
      />
      {hint !== undefined && <p className="dim small">{hint}</p>}
      {tooBig && (
        <p role="alert" className="drop-bad small">
          {say('tooBig', { max: formatSize(sizeMax) })}
        </p>
      )}
    </div>
  );
}

function SendingFile({
  sending,
  fileName,
  onCancel,
}: {
  readonly sending: Sending;
  readonly fileName?: string;
  readonly onCancel?: () => void;
}) {
  const say = useTexts(uiTexts);
  const share = sending.total === 0 ? 0 : (100 * sending.sent) / sending.total;
  const sent = sending.sent >= sending.total && sending.total > 0;
  return (
    <div className="drop drop-sending" role="status">
      {fileName !== undefined && <p className="drop-title">{fileName}</p>}
      <Progress
        value={share}
        animated={sent}
        w="100%"
        aria-label={say('sending', {
          done: formatSize(sending.sent),
          total: formatSize(sending.total),
        })}
      />
      <p className="small dim figures">
        {sent
          ? say('checking')
          : `${say('sending', { done: formatSize(sending.sent), total: formatSize(sending.total) })} · ${say(
              'rate',
              {
                rate: formatSize(sending.perSecond),
                seconds: Math.ceil(sending.secondsLeft),
              },
            )}`}
      </p>
      {onCancel !== undefined && !sent && (
        <Button variant="subtle" size="compact-sm" onClick={onCancel}>
          {say('cancel')}
        </Button>
      )}
    </div>
  );
}
