import type { IResolvers } from '@graphql-tools/utils';
import { asSystem } from '../database/write-guard/as-system.ts';
import type { Handler } from '../http/server/server.ts';

type Resolve = (...args: unknown[]) => unknown;

/** Lets mutations do the system's own work, for a reason; without one they are left as they are. */
export function withSystemWork(reason: string | undefined, resolvers: IResolvers | IResolvers[]): IResolvers[] {
  const all = [resolvers].flat();
  return reason === undefined ? all : all.map((map) => ({ ...map, ...mutationsOf(map, reason) }));
}

function mutationsOf({ Mutation: mutations }: IResolvers, reason: string): IResolvers {
  if (mutations === undefined) return {};
  const asked = Object.entries(mutations as Record<string, Resolve>).map(([name, resolve]): [string, Resolve] => [
    name,
    (...args) => asSystem(reason, () => resolve(...args)),
  ]);
  return { Mutation: Object.fromEntries(asked) };
}

/** Lets an endpoint do the system's own work, for a reason. */
export const systemEndpoint =
  (reason: string, handle: Handler): Handler =>
  (request, response, requestId) =>
    asSystem(reason, () => handle(request, response, requestId));
