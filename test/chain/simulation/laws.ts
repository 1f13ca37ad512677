/**
 * Which rules hold in a run: those of the core, and those that its shell owes (P5–P7 and the door).
 *
 * A test takes one out and must see the simulation notice. The shell of the simulation is its own
 * (validator.ts); the real one is put to the same questions by shell-mutants.ts.
 */
import { allRules, type Rules } from '@tallystick/chain/src/core/rules.ts';

export type ShellRules = {
  /** §4: a message enters only when every signature in it is genuine. */
  readonly signaturesChecked: boolean;
  /** §4: one rule for signatures everywhere: what only a lax verifier takes is refused. */
  readonly strictSignatures: boolean;
  /** P1–P5: what is persisted is synced before anything leaves. */
  readonly syncsBeforeSending: boolean;
  /** P5: a checkpoint is cosigned only when its block is final and applied, never with the finalize vote. */
  readonly cosignsOnlyFinal: boolean;
  /** P5: a cosignature is durable before it leaves. */
  readonly cosignatureDurable: boolean;
  /** P5: the stored cosignature is sent again, never signed anew. */
  readonly cosignatureKept: boolean;
  /** P6: the records of a view are forgotten only when a final view above them is durable. */
  readonly prunesOnlyFinal: boolean;
  /** P7: a failed write or sync stops the process. */
  readonly stopsAtFailedSync: boolean;
  /** P7: damage before the last batch halts the validator. */
  readonly haltsAtHole: boolean;
  /** P7: a validator whose last batch is damaged asks a quorum how far it may have voted. */
  readonly asksAfterDamage: boolean;
  /** Messages of the next epoch are kept until it has begun here. */
  readonly earlyKept: boolean;
};

export type Laws = { readonly core: Rules; readonly shell: ShellRules };

const allShellRules: ShellRules = {
  signaturesChecked: true,
  strictSignatures: true,
  syncsBeforeSending: true,
  cosignsOnlyFinal: true,
  cosignatureDurable: true,
  cosignatureKept: true,
  prunesOnlyFinal: true,
  stopsAtFailedSync: true,
  haltsAtHole: true,
  asksAfterDamage: true,
  earlyKept: true,
};

/** Every rule in force. */
export const allLaws: Laws = { core: allRules, shell: allShellRules };

export type LawName = keyof Rules | keyof ShellRules;

/** The names of all rules that can be left out. */
export const lawNames: readonly LawName[] = [
  ...Object.keys(allRules).filter(isCoreRule),
  ...Object.keys(allShellRules).filter(isShellRule),
];

/** All rules but one. */
export function lawsWithout(name: LawName): Laws {
  if (isCoreRule(name)) return { ...allLaws, core: { ...allRules, [name]: false } };
  return { ...allLaws, shell: { ...allShellRules, [name]: false } };
}

function isCoreRule(name: string): name is keyof Rules {
  return name in allRules;
}

function isShellRule(name: string): name is keyof ShellRules {
  return name in allShellRules;
}
