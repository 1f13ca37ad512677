/**
 * The frames in which everything travels between processes.
 *
 *   frame = length u32be ‖ type u8 ‖ payload          length counts type and payload, 1 … frameBytesMax
 *
 * The length is judged as soon as its four octets are there, before a single octet is set aside for what
 * it announces. What is held never exceeds one frame and the chunk that was read last.
 */
import { frameBytesMax } from './limits.ts';

/** Numbers are never reused. */
export const frameTypes = {
  pulse: 0,
  hello: 1,
  message: 2,
  acts: 3,
  cosigned: 4,
  ask: 5,
  answer: 6,
  recosign: 7,
  evidence: 8,
} as const;

export type FrameType = keyof typeof frameTypes;

export type Frame = { readonly type: FrameType; readonly payload: Uint8Array };

/** A peer has broken a rule that no honest one breaks. */
export class PeerFault extends Error {
  override readonly name = 'PeerFault';
}

const headBytes = 4;

export function encodeFrame({ type, payload }: Frame): Uint8Array {
  const length = payload.length + 1;
  if (length > frameBytesMax) throw new RangeError('a frame is too large');
  const bytes = new Uint8Array(headBytes + length);
  new DataView(bytes.buffer).setUint32(0, length);
  bytes[headBytes] = frameTypes[type];
  bytes.set(payload, headBytes + 1);
  return bytes;
}

export type FrameReader = {
  /** The frames that are whole now, in order. Throws a PeerFault for a length or a type that is not allowed. */
  readonly push: (chunk: Uint8Array) => readonly Frame[];
  /** Octets held for a frame that is not whole yet. */
  readonly held: () => number;
};

export function makeFrameReader(): FrameReader {
  let chunks: Uint8Array[] = [];
  let held = 0;
  /** Octets of the frame that is being read, its length included; null until the length is known. */
  let wanted: number | null = null;

  /** Takes exactly `count` octets of what is held. */
  const take = (count: number): Uint8Array => {
    const taken = new Uint8Array(count);
    let at = 0;
    while (at < count) {
      const chunk = chunks[0];
      if (chunk === undefined) throw new RangeError('more is taken than is held');
      const part = chunk.subarray(0, count - at);
      taken.set(part, at);
      at += part.length;
      if (part.length === chunk.length) chunks.shift();
      else chunks[0] = chunk.subarray(part.length);
    }
    held -= count;
    return taken;
  };

  const next = (): Frame | null => {
    if (wanted === null) {
      if (held < headBytes) return null;
      const length = new DataView(take(headBytes).buffer).getUint32(0);
      if (length < 1 || length > frameBytesMax) {
        throw new PeerFault(`a frame of ${length} octets is not allowed`);
      }
      wanted = length;
    }
    if (held < wanted) return null;
    const bytes = take(wanted);
    wanted = null;
    const type = typeOf(bytes[0] ?? -1);
    return { type, payload: bytes.subarray(1) };
  };

  return {
    push: (chunk) => {
      if (chunk.length > 0) chunks.push(chunk);
      held += chunk.length;
      const frames: Frame[] = [];
      for (let frame = next(); frame !== null; frame = next()) frames.push(frame);
      if (held === 0) chunks = [];
      return frames;
    },
    held: () => held,
  };
}

const typeNames = new Map<number, FrameType>(
  Object.entries(frameTypes).map(([name, code]) => [code, name as FrameType]),
);

function typeOf(code: number): FrameType {
  const type = typeNames.get(code);
  if (type === undefined) throw new PeerFault(`no frame has the type ${code}`);
  return type;
}
