/**
 * Settlement, decided: statements come in, and each of their lines pays what it names.
 *
 * Nobody signs a payment in person. `payment.*` acts are made by the automation and decided by looking
 * at the line, the legs and the earlier lines again. Each concern has its file: statements.ts what comes
 * in, lines.ts what a line pays, funding.ts, redemption.ts, and queue.ts what waits for a person.
 */
import { fund } from './funding.ts';
import { park } from './queue.ts';
import { redeem } from './redemption.ts';
import { importStatement } from './statements.ts';

export const settlementHandlers = [importStatement, fund, redeem, park] as const;
