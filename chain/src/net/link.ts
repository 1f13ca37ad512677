/**
 * One connection to a peer that has shown its pinned key: frames in, frames out, within limits.
 *
 * What is sent waits in a bounded outbox while the peer does not read. What comes in is measured; whoever
 * sends faster than allowed is not read from until the measure has filled again. Silence ends the link.
 */
import type { TLSSocket } from 'node:tls';
import { makeBucket } from './bucket.ts';
import { encodeFrame, type Frame, makeFrameReader, PeerFault } from './frame.ts';
import {
  inboundBytes,
  inboundFrames,
  outboxBytesMax,
  pulseMs,
  silenceMsMax,
  socketBytesMax,
} from './limits.ts';
import { makeOutbox, type Urgency } from './outbox.ts';

export type Link = {
  /** Queues the octets of a frame. */
  readonly send: (urgency: Urgency, frame: Uint8Array) => void;
  /** Octets that wait to be sent. */
  readonly queued: () => number;
  readonly dropped: () => number;
  /** The peer pays for work as if it had sent so much. */
  readonly charge: (bytes: number) => void;
  /** Nothing is read until as many releases came as holds. */
  readonly hold: () => void;
  readonly release: () => void;
  readonly close: () => void;
};

export type LinkOptions = {
  readonly socket: TLSSocket;
  /** A PeerFault that it throws, or any other error, ends the link and is handed to `onClosed`. */
  readonly onFrame: (frame: Frame) => void;
  readonly onClosed: (fault: Error | null) => void;
};

const pulse = encodeFrame({ type: 'pulse', payload: new Uint8Array() });

export function makeLink({ socket, onFrame, onClosed }: LinkOptions): Link {
  const reader = makeFrameReader();
  const outbox = makeOutbox(outboxBytesMax);
  const measures = { bytes: makeBucket(inboundBytes), frames: makeBucket(inboundFrames) };
  let isOpen = true;
  let heardMs = performance.now();
  let holds = 0;
  let resting: NodeJS.Timeout | null = null;

  const close = (fault: Error | null): void => {
    if (!isOpen) return;
    isOpen = false;
    clearInterval(heart);
    if (resting !== null) clearTimeout(resting);
    socket.destroy();
    onClosed(fault);
  };

  // Reading

  const rest = (forMs: number): void => {
    if (forMs <= 0 || !isOpen) return;
    socket.pause();
    if (resting !== null) clearTimeout(resting);
    resting = setTimeout(() => {
      resting = null;
      goOn();
    }, forMs);
  };

  const goOn = (): void => {
    if (isOpen && holds === 0 && resting === null) socket.resume();
  };

  const take = (chunk: Uint8Array): void => {
    heardMs = performance.now();
    const frames = reader.push(chunk);
    for (const frame of frames) if (isOpen && frame.type !== 'pulse') onFrame(frame);
    const debt = measures.bytes.take(chunk.length, heardMs);
    rest(Math.max(debt, measures.frames.take(frames.length, heardMs)));
  };

  socket.on('data', (chunk) => {
    try {
      take(chunk);
    } catch (error) {
      close(error instanceof Error ? error : new PeerFault(String(error)));
    }
  });
  socket.on('drain', () => flush());
  socket.on('close', () => close(null));
  socket.on('error', () => close(null));
  socket.on('end', () => close(null));

  // Writing

  const flush = (): void => {
    while (isOpen && socket.writableLength < socketBytesMax) {
      const frame = outbox.shift();
      if (frame === undefined) return;
      socket.write(frame);
    }
  };

  const heart = setInterval(() => {
    if (performance.now() - heardMs > silenceMsMax && resting === null && holds === 0) close(null);
    else if (socket.writableLength === 0) socket.write(pulse);
  }, pulseMs);

  return {
    send: (urgency, frame) => {
      if (!isOpen) return;
      outbox.push(urgency, frame);
      flush();
    },
    queued: () => outbox.bytes() + socket.writableLength,
    dropped: outbox.dropped,
    charge: (bytes) => rest(measures.bytes.take(bytes, performance.now())),
    hold: () => {
      holds += 1;
      socket.pause();
    },
    release: () => {
      holds -= 1;
      goOn();
    },
    close: () => close(null),
  };
}
