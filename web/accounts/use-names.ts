import { useQueries } from '@tanstack/react-query';
import { ask } from '../app/client.ts';
import { otherUser, type AuditEvent, type Names } from './audit-sentence.ts';

type Found = Readonly<Record<string, { readonly displayName?: string } | null>>;

/** An operation has no more root fields than this. */
const most = 20;

/** Asks for as many users as there are ids, by one operation. */
const documentFor = (ids: readonly string[]): string => {
  const variables = ids.map((_, index) => `$id${index}: ID!`).join(', ');
  const fields = ids.map((_, index) => `user${index}: node(id: $id${index}) { ... on User { displayName } }`);
  return `query Names(${variables}) {\n  ${fields.join('\n  ')}\n}`;
};

async function namesOf(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyArray<readonly [string, string]>> {
  const variables = Object.fromEntries(ids.map((id, index) => [`id${index}`, id]));
  const found = await ask<Found, typeof variables>(documentFor(ids), variables, signal);
  return ids.flatMap((id, index) => {
    const name = found[`user${index}`]?.displayName;
    return name === undefined ? [] : [[id, name] as const];
  });
}

/** The names of the users to whom events were done, as far as they have come. Names are public. */
export function useNames(events: readonly AuditEvent[]): Names {
  const ids = [...new Set(events.flatMap((event) => otherUser(event) ?? []))].toSorted();
  const parts = Array.from({ length: Math.ceil(ids.length / most) }, (_, part) =>
    ids.slice(part * most, (part + 1) * most),
  );
  return useQueries({
    queries: parts.map((part) => ({
      queryKey: ['names', ...part],
      queryFn: ({ signal }: { signal: AbortSignal }) => namesOf(part, signal),
    })),
    combine: (asked) => new Map(asked.flatMap(({ data }) => data ?? [])),
  });
}
