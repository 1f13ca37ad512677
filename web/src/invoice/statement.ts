/**
 * The words under which a buyer's approver signs. They are part of the act, the same in every
 * language of the page; a confirmation with other words is refused.
 */
export const confirmationStatement =
  'We promise, irrevocably and unconditionally, to pay the approved amount in full on the due date ' +
  'to whoever then holds the receivable of record, without set-off or counterclaim.';
