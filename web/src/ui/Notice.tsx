/** Something to know before going on: an icon, a title, a sentence. */
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconInfoCircle,
  IconOctagon,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import './Notice.css';

const icons = {
  info: IconInfoCircle,
  good: IconCircleCheck,
  warn: IconAlertTriangle,
  bad: IconOctagon,
} as const;

export function Notice({
  tone,
  title,
  children,
  action,
}: {
  readonly tone: keyof typeof icons;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}) {
  const Icon = icons[tone];
  return (
    <div className={`notice notice-${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <Icon size={20} aria-hidden="true" className="notice-icon" />
      <div className="notice-words">
        <p className="notice-title">{title}</p>
        {children !== undefined && <div className="small">{children}</div>}
      </div>
      {action !== undefined && <div className="notice-action">{action}</div>}
    </div>
  );
}
