/** Refusals in Chinese, by code; `CODE.help` is the way out. */
export const refusalsInChinese: Readonly<Record<string, string>> = {
  FOUR_EYES_SAME_PERSON: '提出和批准必须由两个人完成。',
  'FOUR_EYES_SAME_PERSON.help': '请由另一位有权批准的同事处理。',
  MANDATE_MISSING: '您没有办理此事项的授权。',
  'MANDATE_MISSING.help': '请联系本机构的管理员授予授权。',
  MANDATE_EXCEEDED: '金额超过您的授权限额。',
  'MANDATE_EXCEEDED.help': '请由限额更高的同事办理。',
  MANDATE_EXPIRED: '您的授权已过有效期。',
  'MANDATE_EXPIRED.help': '请联系本机构的管理员续期。',
  SEQUENCE_STALE: '您的另一项操作先完成了，请重新签署。',
  PENDING_RESERVATION: '此前的一项操作还未确定。',
  'PENDING_RESERVATION.help': '请等它确定之后再试，通常不到一秒。',
  STALE_VERSION: '内容在您打开之后已有变化。',
  'STALE_VERSION.help': '请刷新页面，核对后再操作。',
  IDEMPOTENCY_CONFLICT: '同一份表单曾以不同内容提交过。',
  'IDEMPOTENCY_CONFLICT.help': '请从头填写一份新表单。',
};
