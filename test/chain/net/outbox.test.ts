/** What waits for a peer is bounded, and what is dropped is what matters least. */
import { describe, expect, it } from 'vitest';
import { makeBucket } from '../../../chain/src/net/bucket.ts';
import { makeOutbox } from '../../../chain/src/net/outbox.ts';

const frame = (mark: number) => new Uint8Array(10).fill(mark);

describe('an outbox', () => {
  it('sends the urgent first, then blocks, then acts, each in order', () => {
    const outbox = makeOutbox(1_000);
    outbox.push('acts', frame(1));
    outbox.push('bulk', frame(2));
    outbox.push('urgent', frame(3));
    outbox.push('urgent', frame(4));

    const sent = [1, 2, 3, 4, 5].map(() => outbox.shift()?.[0]);

    expect(sent).toEqual([3, 4, 2, 1, undefined]);
    expect(outbox.bytes()).toBe(0);
  });

  it('drops the oldest blocks first, and votes only when there is nothing else', () => {
    const outbox = makeOutbox(30);
    outbox.push('bulk', frame(1));
    outbox.push('urgent', frame(2));
    outbox.push('urgent', frame(3));
    const isKept = outbox.push('urgent', frame(4));
    outbox.push('urgent', frame(5));

    const sent = [1, 2, 3, 4].map(() => outbox.shift()?.[0]);

    expect(isKept).toBe(false);
    expect(sent).toEqual([3, 4, 5, undefined]);
    expect(outbox.dropped()).toBe(2);
  });

  it('does not take acts in when it is full, because those before them are needed', () => {
    const outbox = makeOutbox(20);
    outbox.push('acts', frame(1));
    outbox.push('acts', frame(2));
    const isTaken = outbox.push('acts', frame(3));

    expect(isTaken).toBe(false);
    expect([outbox.shift()?.[0], outbox.shift()?.[0]]).toEqual([1, 2]);
  });
});

describe('a measure', () => {
  it('lets a burst through, then as much as fills in', () => {
    const bucket = makeBucket({ perSecond: 100, burst: 50 });

    const waits = [bucket.take(50, 0), bucket.take(10, 0), bucket.take(0, 99), bucket.take(0, 100)];

    expect(waits).toEqual([0, 100, 1, 0]);
  });

  it('never holds more than a burst, and a clock that goes back gives nothing', () => {
    const bucket = makeBucket({ perSecond: 100, burst: 50 });
    bucket.take(0, 0);

    expect(bucket.take(60, 1_000_000)).toBe(100);
    expect(bucket.take(0, 0)).toBe(100);
  });
});
