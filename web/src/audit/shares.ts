/** Shares of the stake, and of the time, in percent as people read them. */

/** '33.3' of 1 in 3; whole numbers without a decimal. Zero of nothing. */
export function stakeShare(part: string | bigint, whole: string | bigint): string {
  const [of, total] = [BigInt(part), BigInt(whole)];
  return total === 0n ? '0' : (Number((of * 1000n) / total) / 10).toString();
}

/** Never rounded up to 100: who was away for a moment was not always there. */
export function timeShare(share: number): string {
  return (Math.floor(share * 1000) / 10).toString();
}
