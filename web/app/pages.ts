import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import { isDevelopment } from './facts.ts';

export interface Page {
  readonly path: string;
  readonly title: string;
  /** The letter that leads here after `g`. */
  readonly key: string;
  readonly group: 'Overview' | 'Access' | 'Accounts' | 'System';
  /** True for a page that anonymous callers may use. */
  readonly isOpen?: boolean;
  readonly content: LazyExoticComponent<ComponentType>;
}

/** Every page of the console, in the order of its navigation. */
export const pages: readonly Page[] = [
  {
    path: 'home',
    title: 'Home',
    key: 'h',
    group: 'Overview',
    content: lazy(async () => ({ default: (await import('../system/home-page.tsx')).HomePage })),
  },
  {
    path: 'matrix',
    title: 'Access matrix',
    key: 'm',
    group: 'Access',
    content: lazy(async () => ({ default: (await import('../access/matrix-page.tsx')).MatrixPage })),
  },
  {
    path: 'simulator',
    title: 'Simulator',
    key: 's',
    group: 'Access',
    content: lazy(async () => ({ default: (await import('../simulator/simulator-page.tsx')).SimulatorPage })),
  },
  {
    path: 'explorer',
    title: 'Explorer',
    key: 'e',
    group: 'Access',
    isOpen: true,
    content: lazy(async () => ({ default: (await import('../explorer/explorer-page.tsx')).ExplorerPage })),
  },
  {
    path: 'users',
    title: 'Users',
    key: 'u',
    group: 'Accounts',
    content: lazy(async () => ({ default: (await import('../accounts/users-page.tsx')).UsersPage })),
  },
  {
    path: 'audit',
    title: 'Audit',
    key: 'a',
    group: 'Accounts',
    content: lazy(async () => ({ default: (await import('../accounts/audit-page.tsx')).AuditPage })),
  },
  {
    path: 'sessions',
    title: 'Sessions',
    key: 'd',
    group: 'Accounts',
    content: lazy(async () => ({ default: (await import('../accounts/sessions-page.tsx')).SessionsPage })),
  },
  {
    path: 'api-keys',
    title: 'API keys',
    key: 'k',
    group: 'Accounts',
    content: lazy(async () => ({ default: (await import('../accounts/api-keys-page.tsx')).ApiKeysPage })),
  },
  {
    path: 'token',
    title: 'Token inspector',
    key: 't',
    group: 'System',
    content: lazy(async () => ({ default: (await import('../system/token-page.tsx')).TokenPage })),
  },
  {
    path: 'signing-keys',
    title: 'Signing keys',
    key: 'y',
    group: 'System',
    content: lazy(async () => ({ default: (await import('../system/signing-keys-page.tsx')).SigningKeysPage })),
  },
  ...(isDevelopment
    ? [
        {
          path: 'mail',
          title: 'Mail',
          key: 'l',
          group: 'System',
          content: lazy(async () => ({ default: (await import('../system/mail-page.tsx')).MailPage })),
        } as const,
      ]
    : []),
];

export const firstPage = 'home';
