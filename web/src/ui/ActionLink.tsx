/** A button that leads to the screen on which one signs. */
import { Button } from '@mantine/core';
import { Link } from 'react-router';

export function ActionLink({
  to,
  children,
  quiet = false,
  danger = false,
  small = false,
}: {
  readonly to: string;
  readonly children: string;
  readonly quiet?: boolean;
  readonly danger?: boolean;
  readonly small?: boolean;
}) {
  return (
    <Button
      component={Link}
      to={to}
      size={small ? 'xs' : 'sm'}
      variant={quiet ? 'default' : 'filled'}
      {...(danger ? { c: 'var(--bad)' } : {})}
    >
      {children}
    </Button>
  );
}
