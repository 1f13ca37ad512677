/** Frames survive any cutting of the stream, and a length is judged before anything is set aside for it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeFrame,
  type Frame,
  type FrameType,
  frameTypes,
  makeFrameReader,
  PeerFault,
} from '../../../chain/src/net/frame.ts';
import { frameBytesMax } from '../../../chain/src/net/limits.ts';

const types = Object.keys(frameTypes) as readonly FrameType[];

const frame = fc.record({
  type: fc.constantFrom(...types),
  payload: fc.uint8Array({ maxLength: 300 }),
});

function plain({ type, payload }: Frame): readonly [string, string] {
  return [type, Buffer.from(payload).toString('hex')];
}

describe('a reader of frames', () => {
  it('gives back what was written, in order, however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 20 }),
        (frames, cuts) => {
          const stream = Buffer.concat(frames.map(encodeFrame));
          const reader = makeFrameReader();
          const read: Frame[] = [];
          let at = 0;
          for (let turn = 0; at < stream.length; turn += 1) {
            const length = cuts[turn % cuts.length] ?? 1;
            read.push(...reader.push(stream.subarray(at, at + length)));
            at += length;
          }

          expect(read.map(plain)).toEqual(frames.map(plain));
          expect(reader.held()).toBe(0);
        },
      ),
      { seed: 20_261_122, numRuns: 200 },
    );
  });

  it('takes a frame of the largest size, and refuses one octet more at its length', () => {
    const largest = encodeFrame({ type: 'acts', payload: new Uint8Array(frameBytesMax - 1) });
    const reader = makeFrameReader();

    expect(reader.push(largest)[0]?.payload.length).toBe(frameBytesMax - 1);

    const tooLong = new Uint8Array(4);
    new DataView(tooLong.buffer).setUint32(0, frameBytesMax + 1);
    expect(() => makeFrameReader().push(tooLong)).toThrow(PeerFault);
    expect(() => encodeFrame({ type: 'acts', payload: new Uint8Array(frameBytesMax) })).toThrow(
      RangeError,
    );
  });

  it('refuses 2^32 − 1 octets, none at all, and a type that nobody speaks', () => {
    for (const bytes of [
      [255, 255, 255, 255],
      [0, 0, 0, 0],
      [0, 0, 0, 1, 99],
    ]) {
      expect(() => makeFrameReader().push(Uint8Array.from(bytes))).toThrow(PeerFault);
    }
  });

  it('holds no more than what has come', () => {
    const reader = makeFrameReader();
    const head = new Uint8Array(4);
    new DataView(head.buffer).setUint32(0, frameBytesMax);

    reader.push(head);
    reader.push(new Uint8Array(10));

    expect(reader.held()).toBe(10);
  });
});
