import { failAt, type Execution, type Path } from './execution.ts';
import { infoOf, type FieldPlan } from './plan.ts';
import { isPromise } from './promises.ts';

/** Resolves a field and completes its value; an error becomes null, or is thrown if the field is non-null. */
export function runField(execution: Execution, field: FieldPlan, source: unknown, parent: Path | undefined): unknown {
  const path = { prev: parent, key: field.key, typename: field.parentType.name };
  try {
    if (execution.ended !== undefined) throw execution.ended;
    const { resolve } = field;
    if (resolve === undefined) {
      return finishRead(execution, field, path, source, hasProperties(source) ? source[field.name] : undefined);
    }
    const args = field.argumentsOf(execution);
    const info = infoOf(execution, field, path);
    return finish(execution, field, path, resolve(source, args, execution.contextValue, info), info);
  } catch (error) {
    return failAt(execution, error, field.nodes, path, field.mayBeNull);
  }
}

/** Completes a field whose property was read already. */
export function runRead(
  execution: Execution,
  field: FieldPlan,
  source: object,
  parent: Path | undefined,
  property: unknown,
): unknown {
  const path = { prev: parent, key: field.key, typename: field.parentType.name };
  try {
    return finishRead(execution, field, path, source, property);
  } catch (error) {
    return failAt(execution, error, field.nodes, path, field.mayBeNull);
  }
}

type Properties = Readonly<Record<string, unknown>>;

function hasProperties(value: unknown): value is Properties {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** Finishes a field without a resolver as graphql-js does: by the property of its name, called if it is a function. */
function finishRead(execution: Execution, field: FieldPlan, path: Path, source: unknown, property: unknown): unknown {
  if (typeof property !== 'function') return finish(execution, field, path, property, undefined);
  const info = infoOf(execution, field, path);
  const object = source as Readonly<Record<string, (...args: unknown[]) => unknown>>;
  const answer = object[field.name]?.(field.argumentsOf(execution), execution.contextValue, info);
  return finish(execution, field, path, answer, info);
}

function finish(
  execution: Execution,
  field: FieldPlan,
  path: Path,
  result: unknown,
  info: ReturnType<typeof infoOf> | undefined,
): unknown {
  const completed = isPromise(result)
    ? result.then((resolved) => field.complete(execution, path, resolved, info))
    : field.complete(execution, path, result, info);
  if (!isPromise(completed)) return completed;
  return completed.then(undefined, (error: unknown) => failAt(execution, error, field.nodes, path, field.mayBeNull));
}
