/**
 * Rows as CSV (RFC 4180). A text that a spreadsheet would take for a formula is made inert by an
 * apostrophe; amounts are plain decimals and stay numbers. Pure.
 */
export function csvLine(fields: readonly string[]): string {
  return `${fields.map(csvField).join(',')}\r\n`;
}

function csvField(text: string): string {
  const isFormula = /^[\s]*[=+\-@\t\r\n|%]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text);
  const plain = isFormula ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
