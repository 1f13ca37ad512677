/**
 * A measure that fills at a steady rate: what is taken beyond it must be waited for.
 *
 * Nothing is refused, because a peer's octets cannot be unread; instead its socket is not read from until
 * the debt is paid, and its own queue fills up.
 *
 * Pure: the time is given.
 */
export type Bucket = {
  /** Takes `amount` and says for how many ms nothing more should be taken; 0 when there is enough. */
  readonly take: (amount: number, nowMs: number) => number;
};

export function makeBucket({
  perSecond,
  burst,
}: {
  readonly perSecond: number;
  readonly burst: number;
}): Bucket {
  let level = burst;
  let at: number | null = null;
  return {
    take: (amount, nowMs) => {
      const passed = at === null ? 0 : Math.max(0, nowMs - at);
      at = nowMs;
      level = Math.min(burst, level + (passed * perSecond) / 1000) - amount;
      return level >= 0 ? 0 : Math.ceil((-level * 1000) / perSecond);
    },
  };
}
