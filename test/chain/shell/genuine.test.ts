/** Which signatures are genuine: each distinct one is verified once, and speaks for its own key only. */
import { sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../../chain/src/crypto/digest.ts';
import { areGenuine } from '../../../chain/src/shell/genuine.ts';
import { person } from '../../support/chain-world.ts';

const [ada, bob] = [person('ada'), person('bob')];

function demand(who: typeof ada, text: string, signedBy = who) {
  const message = utf8(text);
  const signature = new Uint8Array(sign(null, message, signedBy.privateKey));
  return { publicKey: who.publicKey, message, signature };
}

describe('signatures in question', () => {
  it('are answered one by one, in their order', async () => {
    const right = demand(ada, 'one');
    const wrong = demand(bob, 'one', ada);

    expect(await areGenuine([right, wrong, right, demand(bob, 'two'), wrong])).toEqual([
      ...[true, false, true, true, false],
    ]);
    expect(await areGenuine([wrong, right])).toEqual([false, true]);
    expect(await areGenuine([])).toEqual([]);
  });

  it('are false for a message of the same signer that was altered', async () => {
    const said = demand(ada, 'pay 10');

    expect(await areGenuine([said, { ...said, message: utf8('pay 99') }])).toEqual([true, false]);
  });
});
