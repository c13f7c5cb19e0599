import type { Role, SimulateAccessInput } from '../generated/documents.ts';

/** Whom to pretend to be, as it stands in the URL: `anonymous`, `role:EDITOR`, `scopes:a b`, `user:<id>`. */
export type CallerText = string;

export const callerKinds = ['anonymous', 'role', 'scopes', 'user'] as const;
export type CallerKind = (typeof callerKinds)[number];

export interface Caller {
  readonly kind: CallerKind;
  readonly value: string;
}

export function readCaller(text: CallerText): Caller {
  const [kind = '', ...rest] = text.split(':');
  const known = callerKinds.find((one) => one === kind) ?? 'anonymous';
  return { kind: known, value: known === 'anonymous' ? '' : rest.join(':') };
}

export const writeCaller = ({ kind, value }: Caller): CallerText => (kind === 'anonymous' ? kind : `${kind}:${value}`);

const wordsOf = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);

/** Returns the input of the simulation for a caller; undefined as long as no caller is chosen. */
export function pretenceOf({ kind, value }: Caller): Omit<SimulateAccessInput, 'operation'> | undefined {
  if (kind === 'anonymous') return {};
  if (kind === 'scopes') return { scopes: wordsOf(value) };
  if (value === '') return undefined;
  return kind === 'role' ? { roles: wordsOf(value) as Role[] } : { userId: value };
}

export const nameOf = ({ kind, value }: Caller): string =>
  kind === 'anonymous' ? 'anonymous' : `${kind} ${value === '' ? '…' : value}`;
