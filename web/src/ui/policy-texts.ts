/** Words of what a policy said to a decision; rules in Chinese by pack and name, English as the rule itself says it. */
import { defineTexts } from '../lib/texts.ts';

export const policyTexts = defineTexts('policy', {
  en: {
    title: 'Policy',
    PASS: 'passes',
    WARN: 'warning',
    REFUSE: 'refused',
    rule: 'Rule',
    seen: 'Seen',
    decided: 'Decided',
    reason: 'Reason',
    outcome: 'Said',
    today: 'Today',
    hash: 'SHA-256 of the rules',
    same: 'the same',
    gone: 'no such rule',
    previewReason: 'The policy wants a reason',
    previewRefused: 'The policy does not admit it',
    payable: 'Money moves on',
    payableLater_one: '{{day}}, {{count}} day later: the due date is a holiday',
    payableLater_other: '{{day}}, {{count}} days later: the due date is a holiday',
    payableEarlier_one: '{{day}}, {{count}} day earlier: the due date is a holiday',
    payableEarlier_other: '{{day}}, {{count}} days earlier: the due date is a holiday',
    unpublished:
      'The holidays of that year are not published yet for {{calendars}}: the day may still move.',
  },
  zh: {
    title: '政策规则',
    PASS: '符合',
    WARN: '提示',
    REFUSE: '不符',
    rule: '规则',
    seen: '情况',
    decided: '决定日',
    reason: '理由',
    outcome: '结论',
    today: '今日结论',
    hash: '规则的 SHA-256',
    same: '相同',
    gone: '规则已取消',
    previewReason: '政策规则要求说明理由',
    previewRefused: '政策规则不允许',
    payable: '资金划付日',
    payableLater_other: '{{day}}，因到期日为节假日顺延 {{count}} 天',
    payableEarlier_other: '{{day}}，因到期日为节假日提前 {{count}} 天',
    unpublished: '{{calendars}} 该年的节假日尚未发布，日期可能变动。',
  },
});

/** The rules of packs in Chinese. */
export const rulesInChinese: Readonly<Record<string, string>> = {
  'CN-77/1 TERM_MAX_12M': '凭证期限最长不超过 12 个月。',
  'CN-77/1 TERM_OVER_6M': '凭证期限原则上不超过 6 个月，超过的须说明理由。',
  'CN-77/1 NO_FORCED_VOUCHER': '供应商有权拒收凭证，拒收后发票仍为应付。',
  'CN-77/1 TRADE_DOC_EACH_HOP': '每次流转均须有真实贸易背景，并附贸易单据。',
};
