/**
 * Settlement, decided: statements come in, and each of their lines pays what it names.
 *
 * Nobody signs a payment in person. `payment.*` acts are made by the automation and decided by looking
 * at the line, the legs and the earlier lines again. Each concern has its file: statements.ts what comes
 * in, lines.ts what a line pays, funding.ts, redemption.ts, queue.ts what waits for a person, and
 * instructions.ts what goes out to a bank.
 */
import { fund } from './funding.ts';
import {
  approveInstruction,
  cancelInstruction,
  proposeInstruction,
  rejectInstruction,
  sendInstruction,
} from './instructions.ts';
import { assignLine, confirmLine, dismissLine, park, refundLine, returnLine } from './queue.ts';
import { redeem } from './redemption.ts';
import { importStatement } from './statements.ts';

export const settlementHandlers = [
  ...[importStatement, fund, redeem, park],
  ...[assignLine, confirmLine, returnLine, refundLine, dismissLine],
  ...[proposeInstruction, approveInstruction, cancelInstruction],
  ...[sendInstruction, rejectInstruction],
] as const;
