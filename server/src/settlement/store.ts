/** Legs, statements and their lines as one organisation may see them; and lines that wait. */
import type pg from 'pg';
import type { RequestRow } from '../financing/model.ts';
import { type CalculationRow, calculationIn } from '../kernel/calculation.ts';
import type { DueActs } from '../platform/automation.ts';
import { databaseReader } from '../platform/reader.ts';
import type { Condition, PageInput, See, Seen } from '../platform/see.ts';
import { followUps } from './lines.ts';
import type {
  AssignmentRow,
  InstructedPaymentRow,
  InstructionRow,
  InstructionState,
  LegKind,
  LegRow,
  LegState,
  LineRow,
  LineState,
  StatementRow,
} from './model.ts';

export type LegView = Seen<LegRow>;
export type LineView = Seen<LineRow>;
export type AssignmentView = Seen<AssignmentRow>;
export type InstructionView = Seen<InstructionRow>;
export type StatementView = Seen<StatementRow>;

/** Things that a day's work looks at. */
const workMax = 50;
/** Lines that one look matches. */
const dueMax = 100;
/** A line younger than this is still in the hands of its own import. */
const settlingMs = 2_000n;

export function settlementStore(see: See) {
  return {
    leg: (id: string) => see.row<LegRow>('leg', id),
    legs: (
      input: PageInput,
      filter: {
        readonly states?: readonly LegState[] | null;
        readonly kinds?: readonly LegKind[] | null;
        readonly payer?: string | null;
      },
    ) =>
      see.page<LegRow>(
        ...(['leg', 'Leg', input] as const),
        [
          ...among('kind', filter.kinds),
          ...among('payer', filter.payer == null ? null : [filter.payer]),
        ],
        filter.states,
      ),
    requestOfLeg: ({ request }: LegView) =>
      request === null ? null : see.row<RequestRow>('finance_request', request),
    legsOfRequest: (request: string) => see.children<LegRow>('leg', 'request', request),
    /** By what an amount of a payment, a bank line or a quote was decided, newest first. */
    async calculationsOf(subject: string) {
      const rows = await see.childrenBy<CalculationRow>(
        ...(['calculation', 'subject', subject, 'subject'] as const),
      );
      return rows.map(calculationIn).reverse();
    },
    line: (id: string) => see.row<LineRow>('statement_line', id),
    lines: (input: PageInput, states: readonly LineState[] | null) =>
      see.page<LineRow>('statement_line', 'StatementLine', input, [], states),
    linesOfLeg: (leg: string) => see.children<LineRow>('statement_line', 'leg', leg),
    linesOfStatement: (statement: string) =>
      see.children<LineRow>('statement_line', 'statement', statement),
    statement: (id: string) => see.row<StatementRow>('statement', id),
    assignment: (id: string) => see.row<AssignmentRow>('assignment', id),
    assignmentsOf: (line: string) => see.children<AssignmentRow>('assignment', 'line', line),
    /** What one person of the owner says, and another one has yet to confirm. */
    async openAssignments(owner: string): Promise<readonly AssignmentView[]> {
      const page = await see.page<AssignmentRow>(
        ...(['assignment', 'Assignment', { first: workMax }] as const),
        [{ sql: `t."owner" = ? AND t."state" = 'OPEN'`, values: [owner] }],
      );
      return page.rows;
    },
    instruction: (id: string) => see.row<InstructionRow>('instruction', id),
    instructions: (input: PageInput, states: readonly InstructionState[] | null) =>
      see.page<InstructionRow>(
        ...(['instruction', 'Instruction', input] as const),
        among('state', states),
      ),
    /** The payments of a file whose legs the reader may see, in their order there. */
    async paymentsOfFile(instruction: string) {
      const rows = await see.childrenBy<InstructedPaymentRow>(
        ...(['instructed_payment', 'instruction', instruction, 'leg'] as const),
      );
      return [...rows].sort((a, b) => a.place - b.place);
    },
    /** The live file that a leg stands in. */
    async fileOfLeg(leg: string) {
      const rows = await see.childrenBy<InstructedPaymentRow>(
        ...(['instructed_payment', 'leg', leg, 'instruction'] as const),
      );
      const live = rows.find((row) => row.live);
      return live === undefined ? null : see.row<InstructionRow>('instruction', live.instruction);
    },
    /** Files of the payer in this state. */
    async filesIn(owner: string, state: InstructionState): Promise<readonly InstructionView[]> {
      const page = await see.page<InstructionRow>(
        ...(['instruction', 'Instruction', { first: workMax }] as const),
        [{ sql: `t."owner" = ? AND t."state" = ?`, values: [owner, state] }],
      );
      return page.rows;
    },
    /** What the payer has yet to pay. */
    async toPay(payer: string): Promise<readonly LegView[]> {
      const page = await see.page<LegRow>(
        ...(['leg', 'Leg', { first: workMax }] as const),
        [{ sql: `t."payer" = ?`, values: [payer] }],
        openStates,
      );
      return page.rows;
    },
    /** Lines on the party's own accounts that nobody could match. */
    async parked(owner: string): Promise<readonly LineView[]> {
      const page = await see.page<LineRow>(
        ...(['statement_line', 'StatementLine', { first: workMax }] as const),
        [{ sql: `t."owner" = ?`, values: [owner] }],
        ['PARKED'],
      );
      return page.rows;
    },
  };
}

const openStates: readonly LegState[] = ['SCHEDULED', 'INSTRUCTED', 'SENT', 'PART_SETTLED'];

function among(column: string, values: readonly string[] | null | undefined): readonly Condition[] {
  return values == null ? [] : [{ sql: `t."${column}" = ANY(?)`, values: [values] }];
}

/** Lines that were not matched with their import: a crash, or a leg that waited for the chain. */
export function settlementDue(pool: pg.Pool): DueActs {
  return async (now) => {
    const result = await pool.query<LineRow>({
      name: 'lines that wait',
      text: `SELECT * FROM statement_line WHERE "state" = 'UNMATCHED' AND "pendingAct" IS NULL AND "createdMs" < $1
        ORDER BY "createdMs", "id" LIMIT ${dueMax}`,
      values: [now - settlingMs],
    });
    return result.rows.length === 0 ? [] : followUps(databaseReader(pool), result.rows);
  };
}
