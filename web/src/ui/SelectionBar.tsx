/** The bar that appears with a selection: how many, how much, and what can be done with all of them. */
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTexts } from '../lib/texts.ts';
import { uiTexts } from './texts.ts';
import './SelectionBar.css';

/** Chosen at once: one page, which the signing screen shows as a whole. */
const chosenMax = 50;

export function SelectionBar({
  count,
  sums,
  onNone,
  children,
}: {
  readonly count: number;
  /** The sum of each currency. */
  readonly sums: string;
  readonly onNone: () => void;
  /** What can be done; not offered for more than can be done at once. */
  readonly children: ReactNode;
}) {
  const say = useTexts(uiTexts);
  if (count === 0) {
    return null;
  }
  return (
    <div className="selection-bar" role="status" data-chosen={count}>
      <span className="selection-words">
        <strong>{say('chosen', { count })}</strong> <span className="figures">{sums}</span>
      </span>
      {count > chosenMax ? <span>{say('atOnceMax', { max: chosenMax })}</span> : children}
      <Button variant="subtle" size="compact-sm" onClick={onNone}>
        {say('chooseNone')}
      </Button>
    </div>
  );
}
