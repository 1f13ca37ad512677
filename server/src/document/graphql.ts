/** Translates between GraphQL and documents. No decision lives here. */
import type { Schema } from '../graphql/builder.ts';
import { signedIn } from '../graphql/context.ts';
import type { NodeLoader } from '../graphql/node.ts';
import { type Document, documentLimits, documentPath, isText } from './model.ts';
import type { Documents } from './service.ts';

/** What a resolver of another slice returns for a Document field: a document and who reads it. */
export type DocumentView = Document & { readonly reader: string };

export function defineDocument(schema: Schema, documents: Documents) {
  const { builder, NodeType } = schema;
  const DocumentType = builder.objectRef<DocumentView>('Document').implement({
    description: 'A file as it came, encrypted at rest and never changed.',
    interfaces: [NodeType],
    fields: (t) => ({
      name: t.exposeString('name', { description: 'As it was called where it came from.' }),
      mediaType: t.exposeString('mediaType', { description: 'As its sender declared it.' }),
      size: t.exposeInt('byteLength', { description: 'In bytes.' }),
      digest: t.expose('digest', {
        type: 'Bytes',
        description: 'SHA-256 of the content, in the form in which an act carries it.',
      }),
      url: t.string({
        description: 'Where it is downloaded, with the session of the page.',
        resolve: ({ id }) => `${documentPath}/${id}`,
      }),
      text: t.string({
        nullable: true,
        description: `The content of a text, its first ${documentLimits.textLengthMax} characters; null for other files.`,
        resolve: async ({ id, mediaType, reader }) => {
          if (!isText(mediaType)) return null;
          const { bytes } = await documents.read(reader, id);
          return new TextDecoder().decode(bytes).slice(0, documentLimits.textLengthMax);
        },
      }),
    }),
  });

  const UploadInput = builder.inputType('UploadDocumentInput', {
    description: 'A contract, an order, an agreement: what an act will carry the digest of.',
    fields: (t) => ({
      file: t.field({ type: 'Upload', required: true, description: 'The file as it is.' }),
    }),
  });
  builder.mutationField('uploadDocument', (t) =>
    t.field({
      type: DocumentType,
      description:
        'Keeps a file for your organisation. The same content again gives the same document. Not an act.',
      args: { input: t.arg({ type: UploadInput, required: true, description: 'The file.' }) },
      resolve: async (_root, { input }, context) => {
        const { party } = signedIn(context);
        const { document } = await documents.store(party, input.file);
        return { ...document, reader: party };
      },
    }),
  );

  /** The document as that reader sees it, or null. */
  async function documentOf(reader: string, id: string): Promise<DocumentView | null> {
    const document = await documents.find(reader, id);
    return document === null ? null : { ...document, reader };
  }

  const nodes: readonly NodeLoader[] = [
    { prefix: 'doc', type: 'Document', load: ({ see }, id) => documentOf(see.reader, id) },
  ];
  return { DocumentType, documentOf, nodes };
}
