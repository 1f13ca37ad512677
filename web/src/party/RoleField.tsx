/** What somebody does in the organisation, from the roles that have a word. */
import { Select } from '@mantine/core';
import { useActWords } from '../ui/act-words.ts';
import { fieldId } from '../ui/Form.tsx';

const roles = [
  ...['clerk', 'approver', 'treasurer', 'analyst', 'owner', 'auditor', 'dispatcher'],
  'administrator',
];

export function RoleField({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const words = useActWords();
  return (
    <Select
      id={fieldId('role')}
      label={label}
      data={roles.map((role) => ({ value: role, label: words.role(role) }))}
      value={value}
      onChange={(role) => onChange(role ?? 'clerk')}
      allowDeselect={false}
    />
  );
}
