import type { GraphQLResolveInfo } from 'graphql';
import { refusal } from '../errors.ts';
import { fetchRow } from '../policy/rows.ts';
import { idOf } from '../policy/value.ts';
import type { Row } from '../policy/value.ts';
import type { SubjectRule } from '../schema/model.ts';
import type { Args, Guard, Resolver } from './guard.ts';
import { currentOperation, judgeOf, rowDenialCode } from './operation.ts';
import type { Operation } from './operation.ts';

interface Subject {
  readonly type: string;
  readonly id: string | undefined;
  readonly row: Row;
}

/** The subjects of root fields, by the path that each execution of a field makes for itself. */
const SUBJECTS = new WeakMap<GraphQLResolveInfo['path'], readonly Subject[]>();

/**
 * The row that `@can` loaded for this root field, so that the resolver need not load it again.
 *
 * @param type tells the subjects apart where `@can` names several
 * @throws TypeError where the field has no such subject
 */
// The type parameter is the caller's word for the rows of its own loader.
// eslint-disable-next-line typescript/no-unnecessary-type-parameters
export function subjectOf<Found extends object = object>(info: GraphQLResolveInfo, type?: string): Found {
  const subject = SUBJECTS.get(info.path)?.find((known) => type === undefined || known.type === type);
  if (subject === undefined) throw new TypeError(`${info.parentType.name}.${info.fieldName} has no subject by @can.`);
  // eslint-disable-next-line typescript/no-unsafe-type-assertion
  return subject.row as object as Found;
}

/** Loads what a root field decides on, decides, and hands the row on. Absent and unreadable are the same answer. */
export function withSubjects(guard: Guard, rules: readonly SubjectRule[], resolve: Resolver): Resolver {
  return async (source, args, contextValue, info) => {
    const operation = currentOperation(guard, info, contextValue);
    const subjects: Subject[] = [];
    for (const rule of rules) {
      // One after the other: the first that refuses decides the code.
      // eslint-disable-next-line no-await-in-loop
      subjects.push(await admitSubject(operation, rule, args, subjects));
    }
    SUBJECTS.set(info.path, subjects);
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
  if (row === null) throw refusal('NOT_FOUND');
  if (!(await judgeOf(operation, type, action).allows(row))) throw refusal(rowDenialCode(operation));
  return { type, id, row };
}

/** The row, if it exists and may be read: that is, if the type's own policy admits it. */
async function readSubject(operation: Operation, type: string, id: string): Promise<Row | null> {
  const row = await loadSubject(operation, type, id);
  if (row === null) return null;
  for (const action of operation.guard.model.types.get(type)?.actions ?? []) {
    // eslint-disable-next-line no-await-in-loop
    if (!(await judgeOf(operation, type, action).allows(row))) return null;
  }
  return row;
}

async function loadSubject(operation: Operation, type: string, id: string): Promise<Row | null> {
  try {
    return await fetchRow(operation.asker.rows, type, id);
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
