/**
 * Octets of a file, read as XML into a plain tree; the one place that knows the XML library.
 *
 * A file is data from a stranger. A document type (and with it every entity) is refused, nothing is
 * loaded from elsewhere, and size, depth, text and number of elements are bounded. The encoding is
 * the file's own: its byte order mark, then its declaration, then UTF-8. Elements are told apart by
 * namespace, never by prefix: UBL's two common namespaces read as `cac:` and `cbc:` whatever the
 * file calls them.
 */
import { ParseOption, XmlDocument, XmlElement, type XmlNode, XmlParseError } from 'libxml2-wasm';
import { type Refusal, refuse } from '../kernel/decision.ts';
import { elementsMax, fileBytesMax } from './model.ts';

export type Element = {
  /** 'Invoice', 'cac:Party', 'cbc:ID'; '{uri}name' in a namespace that is not UBL's. */
  readonly name: string;
  readonly namespace: string;
  /** '/Invoice/cac:InvoiceLine[2]'; numbered only among elements of the same name. */
  readonly path: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** The text of an element without child elements, trimmed; else empty. */
  readonly text: string;
  readonly children: readonly Element[];
};

export type XmlReading = { readonly kind: 'xml'; readonly root: Element } | Refusal;

const prefixes: Readonly<Record<string, string>> = {
  'urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2': 'cac:',
  'urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2': 'cbc:',
};

const options: ParseOption =
  ParseOption.XML_PARSE_NO_XXE |
  ParseOption.XML_PARSE_NONET |
  ParseOption.XML_PARSE_NOCDATA |
  ParseOption.XML_PARSE_NO_SYS_CATALOG;

/** Reads well-formed XML, or refuses naming the line and what is wrong there. */
export function readXml(bytes: Uint8Array): XmlReading {
  const refusal = refuseBytes(bytes);
  if (refusal !== null) return refusal;
  const document = parse(bytes);
  if (!(document instanceof XmlDocument)) return document;
  try {
    if (document.dtd !== null) return doctypeRefused();
    return toTree(document.root);
  } finally {
    document.dispose();
  }
}

function refuseBytes(bytes: Uint8Array): Refusal | null {
  if (bytes.length === 0) {
    return refuse('FILE_EMPTY', 'The file is empty.', {
      path: 'file',
      seen: '0 bytes',
      expected: 'a UBL 2.1 invoice',
      help: 'Export the invoice again and upload that file.',
    });
  }
  if (bytes.length > fileBytesMax) {
    return refuse('FILE_TOO_LARGE', 'The file is larger than an invoice may be.', {
      path: 'file',
      seen: `${bytes.length} bytes`,
      expected: `at most ${fileBytesMax} bytes`,
      help: 'Leave out embedded attachments and upload the invoice alone.',
    });
  }
  const kind = kindOfBytes(bytes);
  if (kind === null) return null;
  return refuse('NOT_XML', `This is ${kind}; only the XML of an invoice can be read.`, {
    path: 'file',
    seen: kind,
    expected: 'a UBL 2.1 invoice as XML',
    help: 'Export the electronic invoice (UBL 2.1) from the program that made it.',
  });
}

/** Kinds of file that people upload by mistake, known by their first octets. */
function kindOfBytes(bytes: Uint8Array): string | null {
  const start = Buffer.from(bytes.subarray(0, 8)).toString('latin1');
  if (start.startsWith('%PDF')) return 'a PDF';
  if (start.startsWith('PK\u0003\u0004')) return 'a ZIP archive or an office document';
  if (start.startsWith('\u0089PNG') || start.startsWith('\u00ff\u00d8\u00ff')) return 'a picture';
  if (start.trimStart().startsWith('{')) return 'JSON';
  return null;
}

function parse(bytes: Uint8Array): XmlDocument | Refusal {
  try {
    return XmlDocument.fromBuffer(bytes, { option: options });
  } catch (error) {
    if (!(error instanceof XmlParseError)) throw error;
    const [first] = error.details;
    const said = (first?.message ?? error.message).trim().split('\n')[0] ?? '';
    if (/entit/i.test(said) && Buffer.from(bytes).includes('<!DOCTYPE')) return doctypeRefused();
    const where = first === undefined ? '' : `line ${first.line}, column ${first.col}`;
    return refuse('NOT_WELL_FORMED', `The file is not well-formed XML: ${said}.`, {
      path: 'file',
      seen: where === '' ? said : `${said} at ${where}`,
      expected: 'well-formed XML 1.0',
      help: 'Export the invoice again; a file edited by hand often loses a tag.',
    });
  }
}

function doctypeRefused(): Refusal {
  return refuse('DOCTYPE_REFUSED', 'The file declares a document type or entities.', {
    path: 'file',
    seen: '<!DOCTYPE …>',
    expected: 'an XML file without a document type',
    help: 'Export the invoice without a DOCTYPE; UBL has none.',
  });
}

function toTree(root: XmlElement): XmlReading {
  let count = 0;

  function convert(node: XmlElement, path: string): Element {
    count += 1;
    const children = elementChildren(node);
    const names = children.map(qualifiedName);
    const total = new Map<string, number>();
    for (const name of names) total.set(name, (total.get(name) ?? 0) + 1);
    const seen = new Map<string, number>();
    return {
      name: qualifiedName(node),
      namespace: node.namespaceUri,
      path,
      attributes: new Map(node.attrs.map((attribute) => [attribute.name, attribute.value])),
      text: children.length === 0 ? node.content.trim() : '',
      children: children.flatMap((child, order) => {
        if (count >= elementsMax) return [];
        const name = names[order] ?? '';
        const place = (seen.get(name) ?? 0) + 1;
        seen.set(name, place);
        return [convert(child, `${path}/${name}${(total.get(name) ?? 0) > 1 ? `[${place}]` : ''}`)];
      }),
    };
  }

  const tree = convert(root, `/${root.name}`);
  if (count < elementsMax) return { kind: 'xml', root: tree };
  return refuse('FILE_TOO_LARGE', 'The file has more elements than an invoice may have.', {
    path: 'file',
    seen: `${elementsMax} or more`,
    expected: `fewer than ${elementsMax} elements`,
    help: 'Split the invoice into several.',
  });
}

function elementChildren(node: XmlElement): readonly XmlElement[] {
  const children: XmlElement[] = [];
  for (let child: XmlNode | null = node.firstChild; child !== null; child = nextOf(child)) {
    if (child instanceof XmlElement) children.push(child);
  }
  return children;
}

function nextOf(node: XmlNode): XmlNode | null {
  return 'next' in node ? (node.next as XmlNode | null) : null;
}

function qualifiedName(node: XmlElement): string {
  const prefix = prefixes[node.namespaceUri];
  if (prefix !== undefined) return prefix + node.name;
  return node.parent === null || node.namespaceUri === node.parent.namespaceUri
    ? node.name
    : `{${node.namespaceUri}}${node.name}`;
}

/** The first child element of that name. */
export function child(parent: Element, name: string): Element | null {
  return parent.children.find((each) => each.name === name) ?? null;
}

/** All child elements of that name. */
export function childrenOf(parent: Element, name: string): readonly Element[] {
  return parent.children.filter((each) => each.name === name);
}

/** The first element at a path of names: 'cac:Party/cac:PartyName'. */
export function find(parent: Element, path: string): Element | null {
  return path
    .split('/')
    .reduce<Element | null>((at, name) => (at === null ? null : child(at, name)), parent);
}

/** The text at a path, its spaces single; null where there is none. */
export function textAt(parent: Element, path: string): string | null {
  const element = find(parent, path);
  if (element === null) return null;
  const text = textOf(element);
  return text === '' ? null : text;
}

/** The text of an element, composed (NFC), its spaces single. */
export function textOf(element: Element): string {
  return element.text.normalize('NFC').replace(/\s+/gu, ' ').trim();
}
