/**
 * A signed checkpoint: the text, an empty line, the log's own line, the cosignatures.
 *
 *   <origin> <size> <root>             one line each
 *   (empty line)
 *   <log line>
 *   <cosignature line> …               in the order of the cosigners' names, each once
 *
 * It is the note that the log serves, and the end of every proof file. Parsing is strict.
 *
 * Pure.
 */
import { limits } from '../act/limits.ts';
import { compareBytes, utf8 } from '../crypto/digest.ts';
import type { Checkpoint, NoteLine } from './checkpoint.ts';
import {
  checkpointBody,
  NoteError,
  noteLine,
  parseCheckpointBody,
  parseNoteLine,
} from './checkpoint.ts';

export type SignedCheckpoint = {
  readonly checkpoint: Checkpoint;
  readonly logLine: NoteLine;
  readonly cosignatures: readonly NoteLine[];
};

/** The note. Cosignatures may come in any order and are written in that of their names. */
export function encodeNote({ checkpoint, logLine, cosignatures }: SignedCheckpoint): string {
  return [
    checkpointBody(checkpoint),
    '\n',
    noteLine(logLine),
    ...inOrderOfNames(cosignatures).map(noteLine),
  ].join('');
}

/** The signed checkpoint that `text` is; throws NoteError for every other text. No signature is judged here. */
export function parseNote(text: string): SignedCheckpoint {
  if (text.length > limits.proofCharactersMax) throw new NoteError('the note is too long');
  const [body, lines, ...rest] = text.split('\n\n');
  if (body === undefined || lines === undefined || rest.length > 0) {
    throw new NoteError('a note is a text, an empty line and its signatures');
  }
  const note = { checkpoint: parseCheckpointBody(`${body}\n`), ...parseSignatures(lines) };
  if (encodeNote(note) !== text) throw new NoteError('the note is not written canonically');
  return note;
}

/** The lines under a text; throws NoteError. */
export function parseSignatures(text: string): Omit<SignedCheckpoint, 'checkpoint'> {
  if (!text.endsWith('\n')) throw new NoteError('the last line is whole');
  const lines = text.slice(0, -1).split('\n');
  if (lines.length > 1 + limits.validatorsMax) {
    throw new NoteError(`at most ${limits.validatorsMax} cosignatures are read`);
  }
  const [logLine, ...cosignatures] = lines.map(parseNoteLine);
  if (logLine === undefined) throw new NoteError('the log has signed');
  if (new Set(cosignatures.map(({ name }) => name)).size !== cosignatures.length) {
    throw new NoteError('a cosigner signs once');
  }
  return { logLine, cosignatures };
}

function inOrderOfNames(lines: readonly NoteLine[]): readonly NoteLine[] {
  return [...lines].sort((a, b) => compareBytes(utf8(a.name), utf8(b.name)));
}
