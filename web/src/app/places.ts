/** The places of each role: five to seven, Today first. */
import {
  IconArrowsExchange,
  IconBuilding,
  IconBuildingBank,
  IconCertificate,
  IconFileCheck,
  IconFileInvoice,
  IconGauge,
  IconListCheck,
  IconNetwork,
  IconReportMoney,
  IconShieldCheck,
  IconTruckDelivery,
  IconUsersGroup,
} from '@tabler/icons-react';
import type { PartyRole } from '../lib/graphql/graphql.ts';

export type PlaceName =
  | 'today'
  | 'invoices'
  | 'certificates'
  | 'shipments'
  | 'financing'
  | 'limits'
  | 'payments'
  | 'programme'
  | 'parties'
  | 'reports'
  | 'acts'
  | 'verify'
  | 'network';

type Place = { readonly name: PlaceName; readonly to: string; readonly icon: typeof IconListCheck };

const places: Readonly<Record<PlaceName, Place>> = {
  today: { name: 'today', to: '/', icon: IconListCheck },
  invoices: { name: 'invoices', to: '/invoices', icon: IconFileInvoice },
  certificates: { name: 'certificates', to: '/certificates', icon: IconCertificate },
  shipments: { name: 'shipments', to: '/shipments', icon: IconTruckDelivery },
  financing: { name: 'financing', to: '/financing', icon: IconBuildingBank },
  limits: { name: 'limits', to: '/limits', icon: IconGauge },
  payments: { name: 'payments', to: '/payments', icon: IconArrowsExchange },
  programme: { name: 'programme', to: '/programme', icon: IconUsersGroup },
  parties: { name: 'parties', to: '/parties', icon: IconBuilding },
  reports: { name: 'reports', to: '/reports', icon: IconReportMoney },
  acts: { name: 'acts', to: '/acts', icon: IconShieldCheck },
  verify: { name: 'verify', to: '/verify', icon: IconFileCheck },
  network: { name: 'network', to: '/network', icon: IconNetwork },
};

const byRole: Readonly<Record<PartyRole, readonly PlaceName[]>> = {
  SUPPLIER: ['today', 'invoices', 'certificates', 'financing', 'payments', 'shipments', 'reports'],
  CORE: ['today', 'invoices', 'certificates', 'payments', 'shipments', 'programme', 'reports'],
  BANK: ['today', 'financing', 'limits', 'payments', 'certificates', 'reports', 'network'],
  CARRIER: ['today', 'shipments', 'programme', 'acts'],
  // A file is verified from the acts, too; the network stands in the menu of one's name, as do acts.
  AUDITOR: ['today', 'acts', 'reports', 'invoices', 'certificates', 'financing', 'payments'],
  GOVERNOR: ['today', 'parties', 'network', 'acts', 'verify', 'programme'],
  OPERATOR: ['today', 'parties', 'network', 'acts', 'verify', 'programme'],
};

const order: readonly PartyRole[] = [
  'CORE',
  'BANK',
  'SUPPLIER',
  'CARRIER',
  'AUDITOR',
  'GOVERNOR',
  'OPERATOR',
];

/** The rail of an organisation with these roles: that of its first role in our order. */
export function placesFor(roles: readonly PartyRole[]): readonly Place[] {
  const main = order.find((role) => roles.includes(role)) ?? 'SUPPLIER';
  return byRole[main].map((name) => places[name]);
}
