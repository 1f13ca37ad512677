/**
 * Verifying a proof without us: the page needs no sign-in and, once it is open, no network. The files
 * are read and judged here and go nowhere. Several may be given at once and in any order: proofs, the
 * anchor to judge them by, and the handovers that lead from the anchor to a proof that carries none.
 */
import { Button } from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import {
  type Anchor,
  anchorFingerprint,
  givenFile,
  parseAnchor,
} from '../../../chain/src/verify.ts';
import { markVerified, pinnedAnchor } from '../lib/anchor-pin.ts';
import { shortFingerprint } from '../lib/fingerprint.ts';
import { useTexts } from '../lib/texts.ts';
import { formatSize } from '../lib/upload.ts';
import { FileDrop } from '../ui/FileDrop.tsx';
import { Notice } from '../ui/Notice.tsx';
import { RecomputedFile } from '../ui/Recompute.tsx';
import { Card, Screen } from '../ui/Screen.tsx';
import { GivenFiles } from './GivenFiles.tsx';
import { type Given, judge } from './given.ts';
import { JudgedFile } from './JudgedFile.tsx';
import { verifierTexts } from './verifier-texts.ts';
import './Verifier.css';

/** No proof is larger, nor are the handovers of as many epochs as are read; a larger file is not even read. */
const fileBytesMax = 16 * 1024 * 1024;

/** The verifier itself; `fileToTake` is where the whole of it can be had as one file, `handoversAt` where the log hands out the handovers. */
export function Verifier({
  fileToTake,
  handoversAt,
}: {
  readonly fileToTake?: string;
  readonly handoversAt?: string;
}) {
  const say = useTexts(verifierTexts);
  const [files, setFiles] = useState<readonly Given[]>([]);
  const pinned = pinnedAnchor();
  const { anchors, judged, unused } = useMemo(
    () => judge(files, readAnchor(pinned)),
    [files, pinned],
  );
  const [anchor, ...otherAnchors] = anchors;
  const proven = judged.flatMap(({ verdict }) => verdict.proven?.actHash ?? []).join();
  useEffect(() => {
    for (const hash of proven.split(',').filter((each) => each !== '')) markVerified(hash);
  }, [proven]);

  const take = async (file: File) => {
    const text = await file.text().catch(() => '');
    const given: Given = { name: file.name, text, file: givenFile(text) };
    setFiles((before) => [...before.filter((each) => each.text !== text), given]);
    return given.file.kind;
  };

  return (
    <Screen title={say('title')} lead={say('lead')} narrow>
      <AnchorChoice
        anchor={anchor}
        isGiven={files.some(({ file }) => file.kind === 'anchor')}
        onFile={async (file) => (await take(file)) === 'anchor'}
      />
      {files.length > 0 && (
        <GivenFiles
          files={files}
          unused={unused}
          onRemove={(gone) => setFiles((before) => before.filter((each) => each !== gone))}
          onClear={() => setFiles((before) => before.filter(({ file }) => file.kind === 'anchor'))}
        />
      )}
      {otherAnchors.length > 0 && (
        <Notice tone="bad" title={say('anchorsTitle')}>
          {say('anchorsText')}
        </Notice>
      )}
      {judged.map((each) => (
        <JudgedFile
          key={each.given.text}
          judged={each}
          {...(handoversAt === undefined ? {} : { handoversAt })}
        />
      ))}
      {files
        .filter(({ file }) => file.kind === 'calculation')
        .map(({ name, text }) => (
          <section key={text} className="judged" aria-label={name}>
            <h2 className="judged-name">{name}</h2>
            <Card>
              <RecomputedFile text={text} />
            </Card>
          </section>
        ))}
      <FileDrop
        label={say('label')}
        accept=".json,.tlog-proof,.state-proof,.txt,application/json"
        sizeMax={fileBytesMax}
        hint={say('hint', { max: formatSize(fileBytesMax) })}
        several
        onFile={(file) => void take(file)}
      />
      {fileToTake !== undefined && (
        <p className="small">
          <a href={fileToTake} download="tallystick-verify.html">
            {say('save')}
          </a>
          <span className="dim"> {say('saveHint')}</span>
        </p>
      )}
    </Screen>
  );
}

function AnchorChoice({
  anchor,
  isGiven,
  onFile,
}: {
  readonly anchor: Anchor | undefined;
  readonly isGiven: boolean;
  /** Whether the file is an anchor. */
  readonly onFile: (file: File) => Promise<boolean>;
}) {
  const say = useTexts(verifierTexts);
  const input = useRef<HTMLInputElement>(null);
  const [bad, setBad] = useState(false);
  const choose = async (file: File | undefined) => {
    if (file !== undefined) setBad(!(await onFile(file)));
  };
  const fingerprint = anchor === undefined ? '' : shortFingerprint(anchorFingerprint(anchor));

  return (
    <Card>
      <div className="verify-anchor">
        <div>
          <p className="small dim">{say('against')}</p>
          <p>
            {anchor === undefined
              ? say('none')
              : say(isGiven ? 'given' : 'pinned', { fingerprint })}
          </p>
          {bad && (
            <p role="alert" className="verify-bad small">
              {say('anchorBad')}
            </p>
          )}
        </div>
        <Button variant="default" size="xs" onClick={() => input.current?.click()}>
          {say('choose')}
        </Button>
        <input
          ref={input}
          type="file"
          accept=".json,application/json"
          className="hidden-but-read"
          tabIndex={-1}
          aria-label={say('choose')}
          onChange={(event) => {
            void choose(event.currentTarget.files?.[0]);
            event.currentTarget.value = '';
          }}
        />
      </div>
    </Card>
  );
}

function readAnchor(text: string | undefined): Anchor | undefined {
  try {
    return text === undefined ? undefined : parseAnchor(text);
  } catch {
    return undefined;
  }
}
