/** A state: a dot and a word. The colour never stands alone. */
import './StateTag.css';

export type Tone = 'good' | 'warn' | 'bad' | 'accent' | 'quiet';

export function StateTag({ tone, children }: { readonly tone: Tone; readonly children: string }) {
  return (
    <span className={`state state-${tone}`}>
      <span className="state-dot" aria-hidden="true" />
      {children}
    </span>
  );
}
