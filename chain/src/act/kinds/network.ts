/**
 * Acts about the network itself: who validates, with what stake, by which parameters, and the log's key.
 *
 * Each proposes one change, or speaks of one that was proposed; a change is named by the hash of the
 * act that proposed it and takes effect at a later epoch boundary (core/governance.ts).
 */
import { kind, type ParameterName, parameterNames } from '../kind.ts';

export const networkKinds = [
  kind(
    'validator.admit',
    {
      name: 'text',
      organisation: 'text',
      operator: 'text',
      consensusKey: 'bytes',
      cosignerKey: 'bytes',
      stake: 'int',
    },
    {
      contested: true,
      effects: ({ fields }) => {
        const { name, organisation, operator, consensusKey, cosignerKey, stake } = fields;
        const keys = { consensusKey, cosignerKey };
        return { governance: { op: 'admit', name, organisation, operator, ...keys, stake } };
      },
    },
  ),
  kind(
    'validator.remove',
    { name: 'text', reason: 'text' },
    {
      contested: true,
      effects: ({ fields }) => ({ governance: { op: 'remove', name: fields.name } }),
    },
  ),
  kind(
    'validator.weigh',
    { name: 'text', stake: 'int', reason: 'text' },
    {
      contested: true,
      effects: ({ fields }) => ({
        governance: { op: 'weigh', name: fields.name, stake: fields.stake },
      }),
    },
  ),
  kind(
    'parameter.set',
    { parameter: 'text', value: 'int', reason: 'text' },
    {
      contested: true,
      effects: ({ fields }) => ({
        governance: { op: 'set', parameter: parameterOf(fields.parameter), value: fields.value },
      }),
    },
  ),
  /** The log's own key from a later epoch on; the new key signs that somebody holds it. */
  kind(
    'log.rotate',
    { logKey: 'bytes', signature: 'bytes', reason: 'text' },
    {
      contested: true,
      effects: ({ fields }) => {
        const { logKey, signature } = fields;
        return { governance: { op: 'rotate', logKey, signature } };
      },
    },
  ),
  /** The veto: until it is due, a change can be taken back. */
  kind(
    'change.cancel',
    { change: 'bytes', reason: 'text' },
    {
      contested: true,
      effects: ({ fields }) => ({ governance: { op: 'cancel', change: fields.change } }),
    },
  ),
  /** Carries what the two keys of the new validator signed; whoever signs the act only brings it. */
  kind(
    'validator.ready',
    { change: 'bytes', consensusSignature: 'bytes', cosignerSignature: 'bytes' },
    {
      contested: true,
      effects: ({ fields }) => {
        const { change, consensusSignature, cosignerSignature } = fields;
        return { governance: { op: 'ready', change, consensusSignature, cosignerSignature } };
      },
    },
  ),
  /** Carries the consent of a validator of the set. */
  kind(
    'change.approve',
    { change: 'bytes', validator: 'text', signature: 'bytes' },
    {
      contested: true,
      effects: ({ fields }) => {
        const { change, validator, signature } = fields;
        return { governance: { op: 'approve', change, validator, signature } };
      },
    },
  ),
] as const;

function parameterOf(text: string): ParameterName {
  const name = parameterNames.find((each) => each === text);
  if (name === undefined) {
    throw new RangeError(`a parameter is ${parameterNames.join(', ')}; seen ${text}`);
  }
  return name;
}
