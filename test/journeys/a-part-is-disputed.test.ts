/**
 * What stands between an invoice and its promise, in a real browser: the buyer disputes a part, both sides
 * speak and come to one amount; an invoice that looks like an earlier one waits until somebody has compared them;
 * and whoever looks for one finds it.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  looks,
  openBrowser,
  otherLooks,
  type People,
  type Person,
  type RunningServer,
  startServer,
} from '../support/browser.ts';
import { findChromium, noChromium } from '../support/chromium.ts';
import {
  boltInvoice,
  inspect,
  isExpected,
  leavePictures,
  sign,
  signBar,
  signedFinal,
  xml,
} from '../support/story.ts';

const executable = findChromium();
if (executable === undefined) {
  console.log(noChromium);
}
const everyLook = [...looks, ...otherLooks];

describe.skipIf(executable === undefined)('what stands between an invoice and its promise', () => {
  let server: RunningServer;
  let people: People;
  let ben: Person;
  let clara: Person;
  let dispute = '';

  beforeAll(async () => {
    server = await startServer();
    people = await openBrowser(executable ?? '', server.url);
    ben = await people.signIn('Ben Bolt');
    clara = await people.signIn('Clara Chen');
    await submit('PART-1', 'PO-77');
  }, 300_000);

  afterAll(async () => {
    await people?.close();
    await server?.stop();
    leavePictures();
  });

  it('is a part that the buyer disputes, with its reason', async () => {
    await openInvoice(clara, 'PART-1');
    await clara.page.getByRole('link', { name: 'Dispute' }).click();
    await signBar(clara.page);
    await sign(clara.page);
    await clara.page.getByText('to mend').waitFor();
    await inspect(clara.page, 'dispute-unfinished', otherLooks);
    await clara.page.locator('#field-amount').fill('1000');
    await clara.page.locator('#field-text').fill('Ten of a hundred bolts came bent.');
    await inspect(clara.page, 'dispute', everyLook);

    await sign(clara.page);

    await signedFinal(clara.page);
    await openInvoice(clara, 'PART-1');
    await clara.page.getByRole('link', { name: 'CNY 1,000.00' }).waitFor();
    await inspect(clara.page, 'disputed-invoice', everyLook);
  });

  it('is answered by the supplier, who offers an amount', async () => {
    await ben.page.goto('/');
    await ben.page
      .getByRole('row')
      .filter({ hasText: 'PART-1' })
      .getByRole('link', { name: 'Answer', exact: true })
      .first()
      .click();
    await ben.page.waitForURL('**/disputes/*');
    dispute = ben.page.url();
    await inspect(ben.page, 'dispute-seen', everyLook);
    await ben.page.getByRole('link', { name: 'Say more' }).click();
    await signBar(ben.page);
    await ben.page
      .locator('#field-words')
      .fill('Six were bent when they were packed; we saw them.');
    await inspect(ben.page, 'dispute-answer', everyLook);
    await sign(ben.page);
    await signedFinal(ben.page);

    await ben.page.goto(dispute);
    await ben.page.getByRole('link', { name: 'Offer a settlement' }).click();
    await signBar(ben.page);
    await ben.page.locator('#field-amount').fill('600');
    await inspect(ben.page, 'dispute-settle', everyLook);
    await sign(ben.page);
    await signedFinal(ben.page);
  });

  it('is settled when the buyer names the same amount, and closed by the buyer', async () => {
    await clara.page.goto(dispute);
    await clara.page.getByRole('link', { name: 'Agree to the settlement' }).click();
    await signBar(clara.page);
    expect(await clara.page.locator('#field-amount').inputValue()).toBe('600.00');
    await sign(clara.page);
    await signedFinal(clara.page);
    await clara.page.goto(dispute);
    await clara.page.getByText('Settled').first().waitFor();
    await inspect(clara.page, 'dispute-settled', everyLook);

    await clara.page.getByRole('link', { name: 'Close' }).click();
    await signBar(clara.page);
    await clara.page.locator('#field-words').fill('The credit note has come.');
    await sign(clara.page);
    await signedFinal(clara.page);
    await clara.page.goto(dispute);
    await clara.page.getByText('Closed').first().waitFor();
  });

  it('is a look-alike, which somebody compares before it is promised', async () => {
    await submit('PART-1A', 'PO-77');
    await clara.page.goto('/');
    await clara.page
      .getByRole('row')
      .filter({ hasText: 'PART-1A' })
      .getByRole('link', { name: 'Compare', exact: true })
      .click();
    await signBar(clara.page);
    await inspect(clara.page, 'look-alike', everyLook);
    await clara.page.locator('#field-verdict input[value=CLEARED]').check();
    await clara.page.locator('#field-reason').fill('Two deliveries of one order.');
    await sign(clara.page);
    await signedFinal(clara.page);
  });

  it('is found by its number, by those who may see it', async () => {
    for (const { page } of [ben, clara]) {
      await page.goto('/');
      await page.getByRole('searchbox').first().fill('PART-1');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/search?*');
      await page.getByText('PART-1A').first().waitFor();
    }
    await inspect(clara.page, 'search', everyLook);
    await clara.page.goto('/search?text=no-such-thing');
    await inspect(clara.page, 'search-nothing', otherLooks);
  });

  it('met no error on the way', () => {
    const errors = [ben, clara].flatMap(({ watched }) => watched.errors);
    expect(errors.filter((error) => !isExpected(error))).toEqual([]);
  });

  async function submit(number: string, order: string): Promise<void> {
    const { page } = ben;
    await page.goto('/invoices/upload');
    const file = xml(`${number}.xml`, boltInvoice(number, 10_000_00n, order));
    await page.setInputFiles('input[type=file]', file);
    await page.waitForURL('**/drafts/*');
    await page.getByRole('link', { name: 'Go on to submit' }).click();
    await signBar(page);
    await sign(page);
    await signedFinal(page);
  }

  async function openInvoice({ page }: Person, number: string): Promise<void> {
    await page.goto('/invoices');
    await page.getByRole('link', { name: number, exact: true }).first().click();
    await page.getByRole('heading', { name: `Invoice ${number}` }).waitFor();
  }
});
