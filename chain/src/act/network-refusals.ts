/** Why the chain refuses what an act says about the network: its code, in words and with what to do. */
export const networkRefusals: Readonly<Record<string, readonly [message: string, help: string]>> = {
  GOVERNANCE_UNAUTHORISED: [
    'In this stage your organisation may not decide that.',
    'Ask the governor, or the organisation whose validator or proposal it is.',
  ],
  MEMBER_MALFORMED: ['The validator could never take part.', 'Check its name and its keys.'],
  MEMBER_TAKEN: [
    'A validator has that name or one of those keys, or had and is still answerable for it.',
    'Choose another name and new keys.',
  ],
  MEMBER_MISSING: ['There is no validator of that name.', 'Take a name from the list.'],
  MEMBER_JAILED: [
    'It broke a signing rule and votes no more.',
    'Admit another one, then remove it.',
  ],
  STAKE_UNEQUAL: [
    'In stage 0 all validators have the same stake.',
    'Give it the stake of the others, or propose stage 1 first.',
  ],
  STAKE_EXCEEDED: [
    'A stake is above zero, and all together at most 2^62.',
    'Choose another stake.',
  ],
  OPERATOR_ABOVE_THIRD: [
    'No operator may run more than a third of the stake.',
    'Choose less, or let others have more first.',
  ],
  SET_TOO_SMALL: ['Too few validators would be left.', 'Admit another one first.'],
  SET_TOO_LARGE: ['There are as many validators as there may be.', 'Remove one first.'],
  PARAMETER_OUT_OF_RANGE: [
    'The value is not within its range; unbonding must last longer than evidence counts.',
    'Choose another value.',
  ],
  CHANGES_FULL: ['Too many changes wait.', 'Take one back, or wait until some have taken effect.'],
  CHANGE_MISSING: [
    'No such change waits: it has taken effect, was taken back, or never was.',
    'Look at the changes that wait.',
  ],
  READY_INVALID: ['Not both keys of the validator signed that it is ready.', 'Let it sign again.'],
  LOG_KEY_TAKEN: [
    "That key has a purpose already: it is the log's, or a validator's.",
    'Take a new key.',
  ],
  LOG_KEY_INVALID: [
    'The new key did not sign that somebody holds it.',
    'Take the key and the signature together, as they were made.',
  ],
  APPROVAL_INVALID: ["The consent is not signed by that validator's key.", 'Let it sign again.'],
};
