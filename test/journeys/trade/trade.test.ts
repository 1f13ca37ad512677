/** The journeys of the trade, one after the other on one stage, by GraphQL as everybody would play them. */
import { afterAll, beforeAll } from 'vitest';
import { coreEnterpriseConfirms } from './j2-core-enterprise-confirms.ts';
import { disclosureAddsUp } from './j2-disclosure.ts';
import { banksCompete } from './j3-bank-bids.ts';
import { certificateTravels } from './j4-deep-tier.ts';
import { fraudIsNoticed } from './j7-fraud.ts';
import { partsAreDisputedAndCredited } from './j9-dispute-and-credit.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.stop());

const on = (): Stage => stage;
coreEnterpriseConfirms(on);
banksCompete(on);
certificateTravels(on);
partsAreDisputedAndCredited(on);
fraudIsNoticed(on);
disclosureAddsUp(on);
