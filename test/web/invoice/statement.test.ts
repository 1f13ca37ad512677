/** The page shows and signs the very words that the server asks for. */
import { confirmationStatement as asked } from '@tallystick/server/src/invoice/model.ts';
import { confirmationStatement as shown } from '@tallystick/web/src/invoice/statement.ts';
import { expect, it } from 'vitest';

it('has the buyer promise in the words that the programme prescribes', () => {
  expect(shown).toBe(asked);
});
