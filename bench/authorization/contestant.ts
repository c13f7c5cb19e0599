import type { ExecutionResult } from 'graphql';
import type { Caller, CaseName } from './task.ts';

/** The shape that a contestant gives a refused value. All of them keep it from the caller; they differ in the shape. */
export interface Refusals {
  /** `value`: null and an error at each path. `selection`: null, one error for a field. `operation`: no data at all. */
  readonly fields: 'value' | 'selection' | 'operation' | 'none';
  /** `row`: the row is null or left out. `operation`: no data at all. `none`: it has no rules on rows. */
  readonly rows: 'row' | 'operation' | 'none';
}

type Answer = Pick<ExecutionResult, 'data' | 'errors'>;

export interface Contestant {
  readonly refusals: Refusals;
  /** Executes a case with a context of its own, as a server does for each request. The documents are parsed before. */
  readonly run: (caseName: CaseName, caller: Caller) => Answer | Promise<Answer>;
  readonly close?: () => Promise<void>;
}

/** The export `create` of each file in `contestants/`. */
export type CreateContestant = () => Contestant | Promise<Contestant>;

/** In the order of the table; `needs` are packages that the project itself does not have. */
export const contestants = {
  unguarded: { title: 'graphql-js, unguarded', file: 'unguarded.ts' },
  sallyport: { title: 'Sallyport', file: 'sallyport.ts' },
  'unguarded-plan': { title: 'Plans, unguarded', file: 'unguarded-plan.ts' },
  'sallyport-plan': { title: 'Sallyport with plans', file: 'sallyport-plan.ts' },
  'map-schema-async': { title: 'mapSchema recipe, async wrappers', file: 'map-schema-async.ts' },
  'map-schema-sync': { title: 'mapSchema recipe, synchronous', file: 'map-schema-sync.ts' },
  shield: { title: 'graphql-shield', file: 'shield.mjs' },
  'generic-auth': { title: 'Envelop generic-auth', file: 'generic-auth.mjs' },
  pothos: { title: 'Pothos scope-auth', file: 'pothos.mjs' },
  authz: { title: 'graphql-authz', file: 'authz.mjs' },
  mercurius: { title: 'Mercurius, unguarded', file: 'mercurius.mjs' },
  'mercurius-auth': { title: 'Mercurius with mercurius-auth', file: 'mercurius-auth.mjs' },
  'mercurius-jit': { title: 'Mercurius with JIT, unguarded', file: 'mercurius-jit.mjs' },
  'mercurius-auth-jit': { title: 'Mercurius with JIT and mercurius-auth', file: 'mercurius-auth-jit.mjs' },
} as const;

export type ContestantName = keyof typeof contestants;

export async function openContestant(name: ContestantName): Promise<Contestant> {
  const url = new URL(`./contestants/${contestants[name].file}`, import.meta.url).href;
  const { create } = (await import(url)) as { create: CreateContestant };
  return create();
}
