/** The documents' tables on Prisma. A document is visible to its owner and to readers in `access`. */
import type { PrismaClient } from '../db/client.ts';
import { invariant } from '../kernel/invariant.ts';
import type { DocumentRow, DocumentStore } from './service.ts';

/** A transaction waits for a file to be synced, or for another to be done with the same file. */
const addMsMax = 30_000;

export function documentStore(prisma: PrismaClient): DocumentStore {
  return {
    async organisationKey(ownerParty, fresh, createdMs) {
      await prisma.organisationKey.createMany({
        data: [{ ownerParty, wrappedKey: Uint8Array.from(fresh), createdMs }],
        skipDuplicates: true,
      });
      const row = await prisma.organisationKey.findUnique({ where: { ownerParty } });
      invariant(row !== null, 'an organisation key that was added is there');
      return row.wrappedKey;
    },

    byBlob: (ownerParty, blob) =>
      prisma.document.findUnique({ where: { ownerParty_blob: { ownerParty, blob } } }),

    async visible(reader, id) {
      const row = await prisma.document.findUnique({ where: { id } });
      if (row === null || row.ownerParty === reader) return row;
      const granted = await prisma.access.findUnique({
        where: { reader_object: { reader, object: id } },
      });
      return granted?.level === 'F' ? row : null;
    },

    add: (row, write) =>
      prisma.$transaction((tx) => addOnce(tx, row, write), {
        timeout: addMsMax,
        maxWait: addMsMax,
      }),
  };
}

type Transaction = Pick<PrismaClient, 'document'>;

/** The unique key makes a second transaction with the same blob wait for the first. */
async function addOnce(
  tx: Transaction,
  row: DocumentRow,
  write: () => Promise<void>,
): Promise<DocumentRow> {
  const { ownerParty, blob } = row;
  const { count } = await tx.document.createMany({
    data: [{ ...row, wrappedKey: Uint8Array.from(row.wrappedKey) }],
    skipDuplicates: true,
  });
  if (count === 1) {
    await write();
    return row;
  }
  const kept = await tx.document.findUnique({ where: { ownerParty_blob: { ownerParty, blob } } });
  invariant(kept !== null, 'a document that could not be added is there already');
  return kept;
}
