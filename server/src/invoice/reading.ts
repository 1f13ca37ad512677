/**
 * From the octets of a file to an invoice and what is wrong with it. The one door for files.
 */
import type { Refusal } from '../kernel/decision.ts';
import type { Reading } from './model.ts';
import { readUbl } from './ubl.ts';
import { readXml } from './xml.ts';

/** Reads a file; refuses what is no UBL 2.1 invoice. The same octets always read the same. */
export function readInvoiceFile(bytes: Uint8Array): Reading | Refusal {
  const xml = readXml(bytes);
  return xml.kind === 'xml' ? readUbl(xml.root) : xml;
}
