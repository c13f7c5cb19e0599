import { countText } from './bounds.ts';
import { failAt, type Execution, type Path } from './execution.ts';
import { fieldsFor, isOutdated } from './guarded-reads.ts';
import { callCode, isReady, typenameCode } from './leaf.ts';
import type { FieldPlan, SelectionPlan } from './plan.ts';
import { emptyAnswer, isPromise, promiseForObject, type Answered } from './promises.ts';
import { runField, runRead } from './run-field.ts';

/** Answers the fields of one object; a promise only if the value of one of them is. */
export function runSelection(
  execution: Execution,
  selection: SelectionPlan,
  source: unknown,
  path: Path | undefined,
): Answered | Promise<Answered> {
  const answer = emptyAnswer();
  let isPending = false;
  try {
    let fields = fieldsFor(execution, selection, path);
    for (let at = 0; at < fields.length; at += 1) {
      const field = fields[at];
      if (field === undefined) break;
      const value = valueOf(execution, field, source, path);
      answer[field.key] = value;
      if (isPromise(value)) isPending = true;
      // A resolver may have changed whose rights count: what follows is guarded again.
      if (field.code === callCode && isOutdated(selection)) fields = selection.fields;
    }
  } catch (error) {
    if (!isPending) throw error;
    // The promises of the other fields are waited for, because they may fail as well.
    return promiseForObject(answer).finally(() => {
      throw error;
    });
  }
  return isPending ? promiseForObject(answer) : answer;
}

/**
 * Returns the value of a field. The common case is a property that is its own serialisation: it costs one comparison.
 */
function valueOf(execution: Execution, field: FieldPlan, source: unknown, path: Path | undefined): unknown {
  const { code } = field;
  if (code === typenameCode) return field.parentType.name;
  if (code === callCode || typeof source !== 'object' || source === null)
    return runField(execution, field, source, path);
  let property: unknown;
  try {
    property = (source as Readonly<Record<string, unknown>>)[field.name];
  } catch (error) {
    const at = { prev: path, key: field.key, typename: field.parentType.name };
    return failAt(execution, error, field.nodes, at, field.mayBeNull);
  }
  if (isReady(code, property)) {
    if (typeof property === 'string') countText(execution, property);
    return property;
  }
  if ((property === null || property === undefined) && field.mayBeNull) return null;
  return runRead(execution, field, source, path, property);
}

/** Answers the root fields of a mutation one after the other. */
export function runSerially(
  execution: Execution,
  { fields }: SelectionPlan,
  source: unknown,
): Answered | Promise<Answered> {
  let answered: Answered | Promise<Answered> = emptyAnswer();
  for (const field of fields) {
    const run = (answer: Answered): Answered | Promise<Answered> => {
      const value = runField(execution, field, source, undefined);
      if (!isPromise(value)) return put(answer, field.key, value);
      return value.then((settled) => put(answer, field.key, settled));
    };
    answered = isPromise(answered) ? answered.then(run) : run(answered);
  }
  return answered;
}

function put(answer: Answered, key: string, value: unknown): Answered {
  answer[key] = value;
  return answer;
}
