/** The limits of acts and proofs, each with its unit and its reason. */
export const limits = {
  /** Containers within containers, the outermost counted: enough for every form of the protocol. */
  codecDepthMax: 8,
  /** Octets of a header: a split into 256 notes fits; a log entry stays below the 65,535 of C2SP tiles. */
  headerBytesMax: 32_768,
  /** Octets of a stored body: free texts and a delivery event fit. */
  bodyBytesMax: 262_144,
  /** Characters of one text field. */
  textCharactersMax: 65_536,
  /** Elements of one list in a body or among public effects. */
  listMax: 256,
  /** Acts that one act refers to. */
  refsMax: 64,
  /** Acts under one signature. */
  batchMax: 4096,
  /** Validators of one epoch: a certificate's bitmap and a proof stay small. */
  validatorsMax: 128,
  /** Characters of a name in a signed note. */
  nameCharactersMax: 100,
  /** Characters of a proof file: 64 hashes, 128 cosignatures and a whole entry. */
  proofCharactersMax: 131_072,
  /** Characters of a proof pack: generous, so that a pack of several acts still opens. */
  packCharactersMax: 1_048_576,
  /** Characters of an anchor file. */
  anchorCharactersMax: 262_144,
  /** Acts that support the one that a pack proves. */
  supportingMax: 16,
  /** Handovers between the anchor's epoch and the checkpoint's. */
  handoversMax: 256,
} as const;
