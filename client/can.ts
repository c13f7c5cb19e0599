import { textOfDocument, type AnyDocument, type QueryArguments, type TypedDocument } from './document.ts';
import { SimulateAccess } from './generated/documents.ts';
import type { SessionValue } from './session-value.ts';

/** An object as a query answered it. With `viewerCan` among its fields, nothing has to be asked. */
export interface Subject {
  readonly __typename?: string;
  readonly id: string;
  readonly viewerCan?: Readonly<Record<string, unknown>>;
}

/** A question about what the user may do: an action on an object, an operation, or an operation on an object. */
export interface Question {
  readonly subject?: Subject;
  /** A field of the subject's `viewerCan`, such as `update`. */
  readonly action?: string;
  readonly operation?: AnyDocument;
  readonly variables?: unknown;
}

/** The part of a client that `can` needs: the rights that count are those of its session. */
export interface CanClient {
  readonly session: Pick<SessionValue, 'get'>;
  readonly query: <Data, Variables>(
    document: TypedDocument<Data, Variables>,
    ...rest: QueryArguments<Variables>
  ) => Promise<Data>;
}

interface Asked {
  readonly subject: Subject;
  readonly action: string;
  readonly answer: (can: boolean) => void;
  readonly fail: (error: unknown) => void;
}

type Found = Readonly<Record<string, { readonly viewerCan?: { readonly can: boolean } } | null>>;

/** The number of root fields that the server takes. */
const atOnce = 20;
const waiting = new WeakMap<CanClient, Asked[]>();

/**
 * Asks the server whether it would allow something: for an object by its `viewerCan`, for an operation by
 * `simulateAccess`, which needs the scope `access:simulate`. Both given, both must allow it. Questions about objects of
 * one moment are one request.
 */
export async function can(client: CanClient, { subject, action, operation, variables }: Question): Promise<boolean> {
  if (operation !== undefined && !(await canRun(client, operation, variables))) return false;
  if (subject === undefined || action === undefined) return operation !== undefined;
  const known = subject.viewerCan?.[action];
  return typeof known === 'boolean' ? known : canDo(client, subject, action);
}

async function canRun({ query, session }: CanClient, operation: AnyDocument, variables: unknown): Promise<boolean> {
  const state = session.get();
  const whom = state.status === 'signed-in' ? { userId: state.user.id, scopes: [...state.scopes] } : {};
  const input = { ...whom, operation: textOfDocument(operation), variables };
  return (await query(SimulateAccess, { input })).simulateAccess.allowed;
}

const canDo = (client: CanClient, subject: Subject, action: string): Promise<boolean> =>
  new Promise((answer, fail) => {
    const asked = waiting.get(client) ?? [];
    if (asked.push({ subject, action, answer, fail }) > 1) return;
    waiting.set(client, asked);
    setTimeout(() => {
      waiting.delete(client);
      for (let start = 0; start < asked.length; start += atOnce) void ask(client, asked.slice(start, start + atOnce));
    }, 0);
  });

async function ask({ query }: CanClient, asked: readonly Asked[]): Promise<void> {
  try {
    const ids = Object.fromEntries(asked.map(({ subject }, at) => [`i${at}`, subject.id]));
    const question: TypedDocument<Found, object> = questionOf(asked);
    const found = await query(question, ids);
    asked.forEach(({ answer }, at) => answer(found[`o${at}`]?.viewerCan?.can === true));
  } catch (error) {
    for (const { fail } of asked) fail(error);
  }
}

function questionOf(asked: readonly Asked[]): string {
  const objects = asked.map(({ subject, action }, at) => {
    return `o${at}:node(id:$i${at}){...on ${name(subject.__typename)}{viewerCan{can:${name(action)}}}}`;
  });
  return `query(${asked.map((_, at) => `$i${at}:ID!`).join(',')}){${objects.join(' ')}}`;
}

/** Returns a text that is a name and nothing else, so that it can become a part of a document. @throws TypeError */
function name(text: string | undefined): string {
  if (text !== undefined && /^[_A-Za-z]\w*$/.test(text)) return text;
  throw new TypeError(`A question needs an action, and a subject with its \`__typename\`; got ${String(text)}.`);
}
