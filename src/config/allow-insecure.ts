import type { Settings } from './settings.ts';

/** The insecurities that production refuses unless an operator says that they are known. */
export const insecurities = ['master-key', 'public-url', 'database', 'redis'] as const;
export type Insecurity = (typeof insecurities)[number];

export const isAllowed = (settings: Settings, insecurity: Insecurity): boolean =>
  settings
    .text('ALLOW_INSECURE', '')
    .split(/[\s,]+/)
    .includes(insecurity);
