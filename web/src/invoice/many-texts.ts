/** Words of the screens on which many invoices are proposed or confirmed at once. */
import { defineTexts } from '../lib/texts.ts';

export const manyTexts = defineTexts('invoice-many', {
  en: {
    choose: 'Choose invoice {{number}}',
    confirm_one: 'Confirm {{count}}',
    confirm_other: 'Confirm {{count}}',
    propose_one: 'Propose {{count}}',
    propose_other: 'Propose {{count}}',
    reason: 'Why less',
    totals_one: '{{count}} invoice, {{sums}}',
    totals_other: '{{count}} invoices, {{sums}}',
    nothing: 'None of the chosen invoices can be done together.',
    toList: 'Choose invoices',
    leftOut_one: 'One is left out; it is decided by itself',
    leftOut_other: '{{count}} are left out; each is decided by itself',
    notWaiting: 'does not wait for a promise.',
    noProposal: 'has no open proposal.',
    proposalOpen: 'is proposed already.',
    noDueDate: 'states no due date, so somebody has to choose one.',
    aboveLimit: 'is above what you may sign.',

    confirmTitle_one: 'Confirm {{count}} invoice',
    confirmTitle_other: 'Confirm {{count}} invoices',
    confirmSentence_one:
      '{{buyer}} promises to pay this invoice as it stands above, {{sums}} in all.',
    confirmSentence_other:
      '{{buyer}} promises to pay each of these {{count}} invoices as it stands above, {{sums}} in all.',
    confirmHappens1:
      'Each supplier gets a certificate over what is promised, to keep, split, pass on or turn into cash.',
    confirmHappens2: '{{buyer}} owes each amount on its day to whoever then holds it.',
    confirmForGood:
      'Each promise is irrevocable. What is wrong with the goods is settled with the supplier apart from it.',
    confirmAction_one: 'Confirm {{count}} invoice, {{sums}}',
    confirmAction_other: 'Confirm {{count}} invoices, {{sums}}',

    proposeTitle_one: 'Propose a promise for {{count}} invoice',
    proposeTitle_other: 'Propose a promise for {{count}} invoices',
    proposeSentence_one:
      'I propose that {{buyer}} promises this invoice in full on the day that its file states, {{sums}} in all.',
    proposeSentence_other:
      'I propose that {{buyer}} promises each of these {{count}} invoices in full on the day that its file states, {{sums}} in all.',
    proposeHappens1: 'An approver of {{buyer}} sees them; that must be someone else than you.',
    proposeHappens2: 'Nothing is promised yet.',
    proposeAction_one: 'Propose {{count}} invoice, {{sums}}',
    proposeAction_other: 'Propose {{count}} invoices, {{sums}}',
  },
  zh: {
    choose: '选择发票 {{number}}',
    confirm_other: '确认 {{count}} 张',
    propose_other: '提议 {{count}} 张',
    reason: '少付原因',
    totals_other: '共 {{count}} 张发票，{{sums}}',
    nothing: '所选发票都不能一起办理。',
    toList: '选择发票',
    leftOut_other: '有 {{count}} 张未列入，请逐张处理',
    notWaiting: '不在等待承诺。',
    noProposal: '没有待批准的提议。',
    proposalOpen: '已经提议。',
    noDueDate: '未载明到期日，需要有人选定。',
    aboveLimit: '超过您的授权限额。',

    confirmTitle_other: '确认 {{count}} 张发票',
    confirmSentence_other: '{{buyer}} 承诺按上表所列支付这 {{count}} 张发票，合计 {{sums}}。',
    confirmHappens1: '每家供应商获得与承诺金额相同的凭证，可持有、拆分、转让或融资。',
    confirmHappens2: '{{buyer}} 在各自到期日向届时的持有人支付相应金额。',
    confirmForGood: '每一项承诺都不可撤销。货物问题另行与供应商解决。',
    confirmAction_other: '确认 {{count}} 张发票，{{sums}}',

    proposeTitle_other: '为 {{count}} 张发票提议承诺',
    proposeSentence_other:
      '我提议 {{buyer}} 在各发票载明的到期日全额支付这 {{count}} 张发票，合计 {{sums}}。',
    proposeHappens1: '{{buyer}} 的批准人会看到它们，批准人必须是另一个人。',
    proposeHappens2: '目前尚未作出任何承诺。',
    proposeAction_other: '提议 {{count}} 张发票，{{sums}}',
  },
});
