/**
 * What a verdict says of a step, as a code with its values; the English words of every code stand here.
 *
 * A program reads the code, a page words it in its reader's language, the command line says it in
 * English. A code keeps its meaning once it is released; its words may be put better.
 *
 * Pure.
 */

/** The words of each code; a value stands in double braces. */
export const verdictWords = {
  'not.judged': 'not judged',
  unreadable: '{{why}}',

  'file.long': 'the file is too long',
  'file.canonical': 'the file is not written canonically',
  'file.begins': 'the file begins with {{format}}',
  'file.format': 'the format is {{format}}',
  'file.json': 'the file is JSON',
  'file.object': 'an object is expected',
  'file.list': 'a list of at most {{max}} is expected',
  'file.text': 'text is expected',
  'file.base64': 'base64 is expected',
  'file.octets': 'base64 of {{length}} octets is expected',
  'file.parts': 'a proof file has three parts',
  'file.checkpoint': 'the file has no checkpoint',
  'file.signatures': 'the file has no signatures',
  'file.index': 'the file has an index',
  'file.line': 'a line begins with "{{word}}"',
  'file.hash': 'a hash is the base64 of 32 octets',
  'file.hashes': 'a proof has at most {{max}} hashes',
  'file.positions': 'a path names hashes of the pack',
  'file.handovers': 'at most {{max}} handovers are read',

  'form.note': '{{rule}}',
  'form.octets': '{{rule}}',
  'form.act': '{{rule}}',
  'form.effects': '{{rule}}',
  'form.field': '{{path}}: {{rule}}',

  'leaf.kind': '{{kind}}',
  'leaf.refused': '{{kind}}, refused: {{refusal}}',
  'leaf.header': 'the header of block {{height}}',
  'leaf.base64': 'the leaf is base64',
  'leaf.none': 'the file carries no leaf; give the entry, or the proof pack',
  'leaf.other': 'the file carries another leaf than the one given',
  'leaf.inPack': 'the proof in a pack carries no leaf',
  'leaf.noHeader': 'the file carries the leaf of a block header',
  'leaf.evidence': 'evidence names its chain, an epoch and a validator',
  'leaf.unknown': 'the kind {{kind}} is not known here',
  'leaf.type': 'a type is one of its list',

  'fields.shown': '{{shown}} fields shown of {{all}}',
  'fields.place': 'leaf {{index}} of {{kind}} is not "{{path}}"',
  'fields.salt': 'the salt of "{{path}}" does not have 16 octets',
  'fields.depth': 'the path of "{{path}}" has a wrong length',
  'fields.value': '"{{path}}" is not of its type',
  'fields.root': '"{{path}}" does not lead to the body\'s root',
  'fields.order': 'each field is shown once, in order',

  'act.signed': 'signed with {{key}}',
  'act.unsigned': '{{kind}} is not signed by its key',

  'key.custody': '{{key}}, custody: {{custody}}',
  'key.noAutomation': 'the anchor does not name the key as one of the platform’s automation',
  'key.other': 'the public key is not the one that {{kind}} names',
  'key.acts': 'a pack has at most one act for the key, then one for the mandate',
  'key.role': 'a role is key or mandate',
  'key.refused': '{{kind}} was refused',
  'key.later': '{{kind}} came later',
  'key.chain': '{{kind}} is of another chain',
  'key.unregistered': 'no act in the file registers the key, and the genesis does not name it',
  'key.registersOther': "{{kind}} does not register the act's key",
  'key.organisation': 'the supporting act is about another organisation',
  'key.person': 'the supporting act is about another person',
  'key.grant': 'a mandate is granted by mandate.grant',
  'key.mandate': 'the act does not show that it was done under the granted mandate',

  'state.is': '{{type}} {{id}}: {{status}}',
  'state.path': 'the path does not lead to the state of block {{height}}',
  'state.leaf': 'a leaf is a place and a hash',

  'inclusion.is': 'leaf {{index}} of {{size}}',
  'inclusion.block': 'leaf {{index}} of {{size}}, block {{height}}',
  'inclusion.noLeaf': 'the leaf is not at {{index}} in the log of this checkpoint',
  'inclusion.noHeader': 'the block header is not at {{index}} in the log of this checkpoint',
  'inclusion.noAct': '{{kind}} is not at {{index}} in the log of this checkpoint',
  'inclusion.otherBlock': 'the act is not in the block of this header',
  'inclusion.notLast': 'the header does not stand at the end of its block',

  'consistency.is': 'the first {{size}} leaves are the same',
  'consistency.otherLog': 'the two checkpoints are of different logs',
  'consistency.rewritten':
    'the log of {{size}} leaves is not shown to be the beginning of that of {{newer}}',

  'checkpoint.is': '{{origin}}, {{size}} leaves, root {{root}}',
  'checkpoint.two':
    '{{origin}}, {{size}} leaves, root {{root}}; then {{newer}} leaves, root {{newerRoot}}',

  'signatures.are': '{{signed}} of {{total}} validators signed',
  'signatures.log': 'the log line is not signed by the log key',
  'signatures.logKey':
    'the log line names the key {{seen}}, and the key of the log was {{expected}} then',
  'signatures.stranger': '{{name}} is no validator of this epoch',
  'signatures.invalid': 'the signature of {{name}} is invalid',
  'signatures.twice': 'a validator signs once',

  'quorum.is': '{{weight}}/{{total}} of the stake ({{share}} %), {{organisations}} organisations',
  'quorum.short':
    '{{weight}}/{{total}} of the stake ({{share}} %), of {{names}}, is not more than two thirds',
  'quorum.none': 'no validator has cosigned',
  'quorum.older': 'size {{size}} lacks a quorum of epoch {{epoch}}',

  'epoch.is': 'epoch {{epoch}}, handovers from the anchor: {{handovers}}',
  'epoch.before': 'size {{size}} is before epoch {{epoch}}, which begins with size {{firstSize}}',
  'epoch.beforeAnchor': 'size {{size}} is before the anchor, which begins with {{firstSize}}',
  'epoch.later': "the block is of epoch {{epoch}}, after the checkpoint's",
  'epoch.otherSet': 'the block names another set than epoch {{epoch}} has',
  'handover.leaf': 'the handover after epoch {{epoch}} carries no leaf',
  'handover.order': 'the handover after epoch {{epoch}} names another epoch',
  'handover.log': 'the handover after epoch {{epoch}} is of another log',
  'handover.chain': 'the handover after epoch {{epoch}} is of another chain',
  'handover.previous': 'the handover after epoch {{epoch}} does not name the one before',
  'handover.end': 'the handover after epoch {{epoch}} does not end its epoch',
  'handover.inclusion': 'the handover after epoch {{epoch}} is not in its log',
  'handover.other': 'the file of handovers holds something else than a handover',
  'handover.quorum': 'the handover after epoch {{epoch}} lacks a quorum of its epoch',

  'anchor.is': '{{origin}}, epoch {{epoch}}',
  'anchor.none': 'unanchored: no trust anchor is pinned or given, so nothing is proven',
  'anchor.otherLog': 'the anchor is of {{anchor}}, the file of {{file}}',
  'anchor.otherChain': 'the block is of another chain than the anchor',
  'anchor.actChain': 'the act is of another chain than the anchor',

  'warning.oneOperator':
    'All {{count}} validators are run by one operator, {{operator}}, perhaps in one process.',
  'warning.largeOperator': 'One operator, {{operator}}, runs a third of the stake or more.',
  'warning.oneOrganisation': 'All validators stand for one organisation.',
  'warning.earlierOperator':
    'On the way from the anchor, epoch {{epoch}} was run by one operator, {{operator}}.',
  'warning.custodial': 'The key is held by the platform for its owner.',
  'warning.automation': "Signed by the platform's automation; anyone can derive this act again.",
  'warning.operator': 'Signed by the operator of the platform.',
  'warning.network':
    'Signed by the key of a machine of the network, which says nothing of the trade.',
} as const;

export type SaidCode = keyof typeof verdictWords;
export type Said = {
  readonly code: SaidCode;
  readonly values: Readonly<Record<string, string>>;
};

type Names<Words extends string> = Words extends `${string}{{${infer Name}}}${infer Rest}`
  ? Name | Names<Rest>
  : never;
type Values<C extends SaidCode> = Readonly<
  Record<Names<(typeof verdictWords)[C]>, string | number | bigint>
>;

/** A code with exactly the values that its words name. */
export function said<C extends SaidCode>(code: C, values: Values<C>): Said {
  const entries = Object.entries<string | number | bigint>(values);
  return { code, values: Object.fromEntries(entries.map(([name, value]) => [name, `${value}`])) };
}

export function inEnglish({ code, values }: Said): string {
  return verdictWords[code].replaceAll(/\{\{(\w+)\}\}/g, (_whole, name) => values[name] ?? '');
}

/** An error that says why by a code; its message is the same in English. */
export class SaidError extends Error {
  readonly said: Said;

  constructor(why: Said) {
    super(inEnglish(why));
    this.said = why;
  }
}
