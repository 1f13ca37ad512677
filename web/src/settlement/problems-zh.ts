/**
 * What is wrong with a statement file, in Chinese, by code; a wrong field by its name too. English comes
 * from the server as it is written there. Each sentence names what was seen and what is needed.
 */
export const problemsInChinese: Readonly<Record<string, string>> = {
  FILE_EMPTY: '文件是空的。',
  FILE_TOO_LARGE: '文件过大，最多 {{limit}} 字节。',
  FILE_NOT_TEXT: '文件不是 UTF-8 编码的文本。',
  FILE_NOT_CSV: '这不是每行列数一致的 CSV 文件。',
  FILE_NOT_XML: '文件不是格式正确的 XML，应为 {{expected}}。',
  FILE_NOT_CAMT: '这不是所需的银行报文：{{seen}}，应为 {{expected}}。',
  DOCTYPE_DECLARED: '文件中不得声明文档类型（DOCTYPE）。',
  HEADER_WRONG: '首行必须依次写明列名：{{expected}}。',
  NO_LINES: '对账单中没有已入账的明细。',
  TOO_MANY_LINES: '明细过多，最多 {{limit}} 条，请拆分对账单。',
  ACCOUNT_OTHER: '报文属于另一个账户：{{seen}}，应为 {{expected}}。',
  CURRENCY_OTHER: '账户币种不符：{{seen}}，应为 {{expected}}。',
  REFERENCE_REPEATED: '文件前面已有相同的银行参考号 {{seen}}，每笔须有各自的参考号。',
  BALANCE_MISSING: '对账单缺少期初或期末余额：{{seen}}。',
  BALANCE_DIFFERS: '余额与明细不符：期末为 {{seen}}，按明细应为 {{expected}}。',
  NOT_BOOKED: '尚未入账，已略过。',
  'FIELD_WRONG.bookingDate': '入账日期应为 YYYY-MM-DD 形式的有效日期：{{seen}}',
  'FIELD_WRONG.direction': '方向应为 C（贷记）或 D（借记）：{{seen}}',
  'FIELD_WRONG.amount': '金额应大于零，小数位不超过该币种的位数，例如 1250.00：{{seen}}',
  'FIELD_WRONG.currency': '币种应为三个大写字母的 ISO 4217 代码：{{seen}}',
  'FIELD_WRONG.remittance': '附言最多 {{limit}} 个字符。',
  'FIELD_WRONG.counterparty': '对方名称最多 {{limit}} 个字符。',
  'FIELD_WRONG.bankReference': '银行参考号应为 1 至 {{limit}} 个字符。',
  'FIELD_WRONG.endToEndId': '端到端标识最多 {{limit}} 个字符。',
};
