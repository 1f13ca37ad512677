/** The files that were given to the verifier, each named by what it is; one that is none says so. */
import { ActionIcon, Button } from '@mantine/core';
import { IconAlertTriangle, IconFile, IconX } from '@tabler/icons-react';
import type { GivenFile } from '../../../chain/src/verify.ts';
import { useTexts } from '../lib/texts.ts';
import { Section } from '../ui/Screen.tsx';
import { useVerdictWords } from '../ui/verdict-words.ts';
import type { Given } from './given.ts';
import { verifierTexts } from './verifier-texts.ts';

export function GivenFiles({
  files,
  unused,
  onRemove,
  onClear,
}: {
  readonly files: readonly Given[];
  readonly unused: readonly Given[];
  readonly onRemove: (file: Given) => void;
  readonly onClear: () => void;
}) {
  const say = useTexts(verifierTexts);
  return (
    <Section
      title={say('files')}
      actions={
        <Button variant="default" size="xs" onClick={onClear}>
          {say('another')}
        </Button>
      }
    >
      <ul className="given">
        {files.map((each) => (
          <li key={each.text} className={isWrong(each.file) ? 'given-bad' : undefined}>
            {isWrong(each.file) ? (
              <IconAlertTriangle size={18} aria-hidden="true" />
            ) : (
              <IconFile size={18} aria-hidden="true" />
            )}
            <div className="given-words">
              <span className="given-name">{each.name}</span>
              <FileWords file={each.file} isUnused={unused.includes(each)} />
            </div>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={say('remove', { name: each.name })}
              onClick={() => onRemove(each)}
            >
              <IconX size={16} aria-hidden="true" />
            </ActionIcon>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function FileWords({ file, isUnused }: { readonly file: GivenFile; readonly isUnused: boolean }) {
  const words = useFileWords();
  const say = useTexts(verifierTexts);
  const className = isWrong(file) ? 'small' : 'small dim';
  return (
    <span className={className} role={isWrong(file) ? 'alert' : undefined}>
      {words(file)}
      {isUnused && ` ${say('unused')}`}
    </span>
  );
}

function useFileWords(): (file: GivenFile) => string {
  const say = useTexts(verifierTexts);
  const verdictWords = useVerdictWords();
  return (file) => {
    switch (file.kind) {
      case 'anchor':
        return say('isAnchor', { origin: file.anchor.origin, epoch: `${file.anchor.epoch}` });
      case 'broken':
        return say(file.form === 'anchor' ? 'isBadAnchor' : 'isBadHandovers', {
          why: verdictWords(file.why),
        });
      case 'handover':
      case 'handovers': {
        const epochs = file.steps.map(({ epoch }) => epoch).sort((a, b) => (a < b ? -1 : 1));
        const [from, to] = [`${epochs[0] ?? ''}`, `${epochs.at(-1) ?? ''}`];
        return from === to ? say('isHandover', { epoch: from }) : say('isHandovers', { from, to });
      }
      case 'calculation':
        return say('isCalculation');
      case 'pack':
        return say('isPack');
      case 'proof':
        return say('isProof');
      case 'state':
        return say('isState');
      case 'consistency':
        return say('isConsistency');
      case 'refusal':
        return say('isRefusal');
      case 'checkpoint':
        return say('isCheckpoint');
      case 'policy':
        return say('isPolicy');
      case 'unknown':
        return say('isUnknown');
    }
  };
}

/** What can neither be judged nor help to judge. */
function isWrong({ kind }: GivenFile): boolean {
  return ['broken', 'unknown', 'checkpoint', 'policy'].includes(kind);
}
