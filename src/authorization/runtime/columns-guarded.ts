import type { GraphQLSchema } from 'graphql';
import { columnsRead } from '../policy/columns-read.ts';
import { guardOf } from './guard.ts';

/**
 * Lists the properties of a row that the guards of a type and of some of its fields read: what a host that loads only
 * what is selected must load besides.
 *
 * @returns `undefined` if that is not known before a row is judged: then load them all
 */
export function columnsGuarded(
  schema: GraphQLSchema,
  type: string,
  fields: Iterable<string>,
): readonly string[] | undefined {
  const { model, policies } = guardOf(schema);
  const policy = policies.get(type);
  const ofFields = [...fields].flatMap((field) => model.fields.get(`${type}.${field}`)?.actions ?? []);
  const found = new Set<string>();
  for (const action of [...(model.types.get(type)?.actions ?? []), ...ofFields]) {
    const read = policy === undefined ? [] : columnsRead(policy, action);
    if (read === undefined) return undefined;
    for (const name of read) found.add(name);
  }
  return [...found];
}
