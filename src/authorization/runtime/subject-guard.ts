import type { GraphQLResolveInfo } from 'graphql';
import { fetchRow } from '../policy/row-source.ts';
import { idOf, type Row } from '../policy/value.ts';
import type { SubjectRule } from '../schema/access-model.ts';
import { refusalOf, rowDenialCode, rowEvaluatorFor } from './decisions.ts';
import type { Args, Guard, Operation, Resolver } from './guard.ts';
import { currentOperation } from './operation.ts';

interface Subject {
  readonly type: string;
  readonly id: string | undefined;
  readonly row: Row;
}

/** The subjects of root fields, by the path object that each execution of a field makes for itself. */
const subjectsByPath = new WeakMap<GraphQLResolveInfo['path'], readonly Subject[]>();

/**
 * Returns the row that `@can` loaded for this root field, so that the resolver need not load it again.
 *
 * @param type the type of the subject, if `@can` names several
 * @throws TypeError if the field has no such subject
 * @example
 * note: (_source, _args, _context, info) => subjectOf<Note>(info), // note(id: ID!): Note @can(action: "read")
 */
// The type parameter is the host's word for the rows of its own loader.
// eslint-disable-next-line typescript/no-unnecessary-type-parameters
export function subjectOf<Found extends object = object>(info: GraphQLResolveInfo, type?: string): Found {
  const subject = subjectsByPath.get(info.path)?.find((known) => type === undefined || known.type === type);
  if (subject === undefined)
    throw new TypeError(`${info.parentType.name}.${info.fieldName} has no subject: mark the field with @can.`);
  // eslint-disable-next-line typescript/no-unsafe-type-assertion
  return subject.row as object as Found;
}

/**
 * Loads the rows that a root field decides on, decides, and keeps them for the resolver. Absent and unreadable look
 * alike.
 */
export function withSubjects(guard: Guard, rules: readonly SubjectRule[], resolve: Resolver): Resolver {
  return async (source, args, contextValue, info) => {
    const operation = currentOperation(guard, info, contextValue);
    const subjects: Subject[] = [];
    for (const rule of rules) {
      // One after the other: the first that refuses decides the code.
      // eslint-disable-next-line no-await-in-loop
      subjects.push(await admitSubject(operation, rule, args, subjects));
    }
    subjectsByPath.set(info.path, subjects);
    return resolve(source, args, contextValue, info);
  };
}

async function admitSubject(
  operation: Operation,
  { type, action, idPath }: SubjectRule,
  args: Args,
  subjects: readonly Subject[],
): Promise<Subject> {
  const reference = valueAt(args, idPath);
  const id = typeof reference === 'object' ? undefined : idOf(reference);
  const known = subjects.find((subject) => subject.type === type && subject.id === id);
  const row = known?.row ?? (id === undefined ? null : await readSubject(operation, type, id));
  if (row === null) throw refusalOf(operation, 'NOT_FOUND');
  if (!(await rowEvaluatorFor(operation, type, action, args).allows(row)))
    throw refusalOf(operation, rowDenialCode(operation));
  return { type, id, row };
}

/** Returns the row if it exists and may be read, which the `@can` of its type decides. */
async function readSubject(operation: Operation, type: string, id: string): Promise<Row | null> {
  const row = await loadSubject(operation, type, id);
  if (row === null) return null;
  for (const action of operation.guard.model.types.get(type)?.actions ?? []) {
    // eslint-disable-next-line no-await-in-loop
    if (!(await rowEvaluatorFor(operation, type, action).allows(row))) return null;
  }
  return row;
}

async function loadSubject(operation: Operation, type: string, id: string): Promise<Row | null> {
  try {
    return await fetchRow(operation.evaluation.rows, type, id);
  } catch (error) {
    operation.log({ kind: 'loader', type, message: `A row of ${type} could not be loaded, which denies.`, error });
    return null;
  }
}

function valueAt(args: Args, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => {
    return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
      ? Reflect.get(value, key)
      : undefined;
  }, args);
}
