/** What somebody looks for in the log: a block by its number, or an act by its hash. */

export type Sought =
  | { readonly kind: 'block'; readonly height: number }
  | { readonly kind: 'act'; readonly actHash: string }
  | { readonly kind: 'nothing' };

/** What the text asks for. A number is a block, 64 hexadecimal digits are an act, in either case of letters. */
export function soughtIn(text: string): Sought {
  const plain = text.trim().toLowerCase();
  if (/^[0-9a-f]{64}$/.test(plain)) return { kind: 'act', actHash: plain };
  if (/^[1-9][0-9]{0,8}$/.test(plain)) return { kind: 'block', height: Number(plain) };
  return { kind: 'nothing' };
}
