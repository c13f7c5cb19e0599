import {
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  print,
  type ConstDirectiveNode,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import { anonymous } from '../model/principal.ts';
import { conditionText } from '../policy/condition-text.ts';
import { conditionOf } from '../policy/policy-context.ts';
import { guardOf } from '../runtime/guard.ts';
import { operationFor } from '../runtime/operation.ts';
import type { SchemaElement } from '../schema/applied-directives.ts';
import { warningsOf } from '../schema/warnings.ts';
import { demandsOf } from './outcome.ts';

/** A directive that bears on an element, as the SDL writes it. */
export interface AppliedRule {
  /** The coordinate of the element that carries it: the element itself, or one from which it inherits. */
  readonly coordinate: string;
  readonly directive: string;
  /** File and line, such as `articles.graphql:12`; null for a schema made by code. */
  readonly place: string | null;
}

/** The condition that a policy puts on rows, in words. */
export interface PolicyInWords {
  readonly type: string;
  readonly action: string;
  readonly condition: string;
}

/** The grounds on which an element of a schema is open or closed. */
export interface AccessGrounds {
  readonly rules: readonly AppliedRule[];
  readonly policies: readonly PolicyInWords[];
  /** Surprises: a side door, or a null that takes more along than the field. */
  readonly warnings: readonly string[];
}

/**
 * Creates a lookup of the grounds of an element by its coordinate, as the access matrix names it.
 *
 * @throws TypeError for a schema that is not guarded
 * @example
 * accessGrounds(schema)('Query.notes').rules; // [{ coordinate: 'Query.notes', directive: '@hasRole(…)', place: 'notes.graphql:4' }]
 */
export function accessGrounds(schema: GraphQLSchema): (coordinate: string) => AccessGrounds {
  const guard = guardOf(schema);
  const names = accessNames(schema);
  const warnings = Map.groupBy(warningsOf(schema, guard.model), ({ coordinate }) => coordinate);
  const operation = operationFor(guard, undefined, anonymous, () => undefined);

  const policiesOf = (coordinate: string): PolicyInWords[] => {
    const rule = guard.model.fields.get(coordinate);
    if (rule === undefined) return [];
    const demands = new Map(demandsOf(schema, rule, operation).map((one) => [`${one.type}.${one.action}`, one]));
    return [...demands.values()].flatMap(({ type, action }) => {
      const condition = conditionOf(operation.evaluation, type, action);
      return condition === undefined ? [] : [{ type, action, condition: conditionText(condition) }];
    });
  };

  return (coordinate) => ({
    rules: elementsBehind(schema, coordinate).flatMap((element) => rulesOn(element, names)),
    policies: policiesOf(coordinate),
    warnings: (warnings.get(coordinate) ?? []).map(({ message }) => message),
  });
}

/** Names that stand on an element beside the access directives say nothing about who may use it. */
const otherNames: ReadonlySet<string> = new Set(['cost', 'deprecated', 'oneOf', 'rateLimit', 'sole', 'specifiedBy']);

const accessNames = (schema: GraphQLSchema): ReadonlySet<string> =>
  new Set(schema.getDirectives().flatMap(({ name }) => (otherNames.has(name) ? [] : [name])));

interface Carrier {
  readonly coordinate: string;
  readonly element: SchemaElement;
}

/** Lists the elements whose directives bear on one: itself, its type, the interfaces of that, and what it returns. */
function elementsBehind(schema: GraphQLSchema, coordinate: string): readonly Carrier[] {
  const [, typeName = '', fieldName = '', argName] = /^(\w+)\.(\w+)(?:\((\w+):\))?$/.exec(coordinate) ?? [];
  const type = schema.getType(typeName);
  if (type === undefined) return [];
  const own = { coordinate: typeName, element: type };
  if (isEnumType(type)) return carriers(coordinate, type.getValue(fieldName), [own]);
  if (isInputObjectType(type)) {
    const field = type.getFields()[fieldName];
    return carriers(coordinate, field, [own, ...(field ? returnedBy(schema, getNamedType(field.type)) : [])]);
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  const field = type.getFields()[fieldName];
  if (argName !== undefined) {
    const arg = field?.args.find(({ name }) => name === argName);
    return carriers(coordinate, arg, arg ? returnedBy(schema, getNamedType(arg.type)) : []);
  }
  const inherited = type
    .getInterfaces()
    .flatMap((one) => [
      ...carriers(`${one.name}.${fieldName}`, one.getFields()[fieldName], []),
      { coordinate: one.name, element: one },
    ]);
  return carriers(coordinate, field, [
    own,
    ...inherited,
    ...(field ? returnedBy(schema, getNamedType(field.type)) : []),
  ]);
}

function carriers(
  coordinate: string,
  element: SchemaElement | null | undefined,
  more: readonly Carrier[],
): readonly Carrier[] {
  return [...(element ? [{ coordinate, element }] : []), ...more];
}

function returnedBy(schema: GraphQLSchema, type: GraphQLNamedType): readonly Carrier[] {
  const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : [];
  return [type, ...possible].map((element) => ({ coordinate: element.name, element }));
}

function rulesOn({ coordinate, element }: Carrier, names: ReadonlySet<string>): AppliedRule[] {
  const nodes = [element.astNode, ...(element.extensionASTNodes ?? [])].flatMap((node) => node?.directives ?? []);
  return nodes
    .filter((node) => names.has(node.name.value))
    .map((node) => ({ coordinate, directive: print(node), place: placeOf(node) }));
}

function placeOf({ loc }: ConstDirectiveNode): string | null {
  return loc === undefined ? null : `${loc.source.name}:${loc.startToken.line}`;
}
