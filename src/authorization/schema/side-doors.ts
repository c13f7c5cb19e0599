import {
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isObjectType,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import type { AccessModel } from './access-model.ts';
import type { AccessWarning } from './options.ts';
import { unrestricted } from './requirement-table.ts';

/** Arguments and types by which clients filter, order and aggregate. */
const searching = /filter|where|order|sort|aggregat|group|having|search/i;

/**
 * Warns of side doors: who may not read a field, but may filter or order by it, learns its value by asking often
 * enough. Concerned are input fields and enum values that bear the name of a guarded field of the rows, without a rule
 * of their own.
 */
export function sideDoors(schema: GraphQLSchema, model: AccessModel): AccessWarning[] {
  const warnings = new Map<string, AccessWarning>();
  for (const type of Object.values(schema.getTypeMap()).filter(isObjectType)) {
    for (const field of Object.values(type.getFields())) {
      for (const guarded of guardedFields(schema, model, getNamedType(field.type).name)) {
        for (const arg of field.args) {
          if (!searching.test(`${arg.name} ${getNamedType(arg.type).name}`)) continue;
          for (const door of doorsIn(model, arg.type, guarded.name)) {
            const message = `it lets clients search by ${guarded.coordinate}, which is guarded: add @sameAs(field: "${guarded.coordinate}"), or a rule of its own.`;
            warnings.set(`${door} ${guarded.coordinate}`, { kind: 'sideDoor', coordinate: door, message });
          }
        }
      }
    }
  }
  return [...warnings.values()];
}

interface GuardedField {
  readonly coordinate: string;
  readonly name: string;
}

/**
 * Lists the fields that demand more than their type does, of the rows that a field returns, edges and nodes included.
 */
function guardedFields(schema: GraphQLSchema, model: AccessModel, name: string): readonly GuardedField[] {
  const returned = schema.getType(name);
  const types = isAbstractType(returned) ? schema.getPossibleTypes(returned) : isObjectType(returned) ? [returned] : [];
  return types
    .flatMap((type) => [type, ...rowTypes(type)])
    .flatMap((type) => {
      const ofType = model.types.get(type.name)?.requirement ?? unrestricted;
      return Object.values(type.getFields()).flatMap((field) => {
        const rule = model.fields.get(`${type.name}.${field.name}`);
        const isGuarded =
          rule !== undefined && (rule.actions.length > 0 || ![unrestricted, ofType].includes(rule.requirement));
        return isGuarded ? [{ coordinate: rule.coordinate, name: field.name }] : [];
      });
    });
}

function rowTypes(type: GraphQLObjectType): readonly GraphQLObjectType[] {
  const { nodes, edges } = type.getFields();
  const edge = edges && getNamedType(edges.type);
  const node = isObjectType(edge) ? edge.getFields()['node'] : undefined;
  return [nodes, node].flatMap((field) => (field ? [getNamedType(field.type)] : [])).filter(isObjectType);
}

/** Finds the elements of an input type that bear a name and have no rule, at any depth. */
function doorsIn(
  model: AccessModel,
  type: GraphQLInputType,
  name: string,
  seen: readonly string[] = [],
): readonly string[] {
  const input = getNamedType(type);
  if (seen.includes(input.name)) return [];
  if (isEnumType(input)) {
    const values = input.getValues().filter((value) => startsLike(value.name, name));
    return values.map((value) => `${input.name}.${value.name}`).filter((at) => !model.enumValues.has(at));
  }
  if (!isInputObjectType(input)) return [];
  return Object.values(input.getFields()).flatMap((field) => {
    const at = `${input.name}.${field.name}`;
    if (model.inputFields.has(at)) return [];
    return startsLike(field.name, name) ? [at] : doorsIn(model, field.type, name, [...seen, input.name]);
  });
}

/** Recognises `budget`, `budget_gt`, `BUDGET_DESC` and `budgetAsc` as names for `budget`. */
function startsLike(name: string, field: string): boolean {
  const words = (text: string): string => text.replaceAll(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase();
  return words(name) === words(field) || words(name).startsWith(`${words(field)}_`);
}
