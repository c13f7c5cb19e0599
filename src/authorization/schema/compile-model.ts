import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLInputObjectType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import type { Clause } from '../model/clause.ts';
import type { AccessModel, FieldRule, SubjectRule, TypeRule } from './access-model.ts';
import type { CanUse, ElementReader, ElementRules } from './element-reader.ts';
import { fieldClauses, fieldLineage, typeClauses, type ClausesOf, type Composite, type Field } from './field-demand.ts';
import { createRequirementTable, unrestricted } from './requirement-table.ts';

/** Compiles the directives of a schema into rules. What cannot be read is among the problems of the element reader. */
export function compileModel(schema: GraphQLSchema, elements: ElementReader): AccessModel {
  const requirements = createRequirementTable();
  const types = new Map<string, TypeRule>();
  const fields = new Map<string, FieldRule>();
  const inputFields = new Map<string, number>();
  const enumValues = new Map<string, number>();
  const number = requirements.numberOf;
  const clausesOf = clausesBy(elements);

  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type)) continue;
    types.set(type.name, { requirement: number(typeClauses(clausesOf, type)), actions: typeActions(elements, type) });
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        const rule = fieldRule(elements, schema, type, field, number);
        fields.set(rule.coordinate, rule);
      }
    }
    if (isInputObjectType(type)) {
      for (const [coordinate, clauses] of inputClauses(elements, type)) inputFields.set(coordinate, number(clauses));
    }
    if (isEnumType(type)) {
      for (const value of type.getValues()) {
        const coordinate = `${type.name}.${value.name}`;
        const { clauses } = elements.of(value, coordinate);
        if (clauses.length > 0) enumValues.set(coordinate, number(clauses));
      }
    }
  }
  return { requirements, types, fields, inputFields, enumValues };
}

function clausesBy(elements: ElementReader): ClausesOf {
  return (element, coordinate) => elements.of(element, coordinate).clauses;
}

function typeActions(elements: ElementReader, type: GraphQLNamedType): readonly string[] {
  if (!isObjectType(type)) return [];
  return elements.of(type, type.name).cans.map(({ action }) => action);
}

function fieldRule(
  elements: ElementReader,
  schema: GraphQLSchema,
  type: Composite,
  field: Field,
  number: (clauses: readonly Clause[]) => number,
): FieldRule {
  const lines = fieldLineage(type, field.name).map((line) => ({
    ...line,
    rules: elements.of(line.field, line.coordinate),
  }));
  const returned = getNamedType(field.type);
  const cans = lines.flatMap(({ rules }) => rules.cans);
  const isRoot = rootNames(schema).has(type.name);
  return {
    coordinate: `${type.name}.${field.name}`,
    typeName: type.name,
    fieldName: field.name,
    requirement: number(fieldClauses(clausesBy(elements), type, field)),
    actions: isRoot ? [] : [...new Set(cans.map(({ action }) => action))],
    subjects: isRoot ? cans.map((can) => subjectRule(can, returned.name)) : [],
    args: argRules(elements, lines, number),
    returns: returned.name,
    isPublic: elements.of(field, `${type.name}.${field.name}`).isPublic,
    isRoot,
    isPositional: lines.some(({ rules }) => rules.isPositional) || isEntityList(isRoot, field),
  };
}

/** Recognises Federation's `_entities`, which answers its representations by position (subgraph specification). */
function isEntityList(isRoot: boolean, { name, args }: Field): boolean {
  return isRoot && name === '_entities' && args.some((arg) => arg.name === 'representations');
}

function subjectRule({ action, on, id = 'id' }: CanUse, returned: string): SubjectRule {
  return { type: on ?? returned, action, idPath: id.split('.') };
}

function argRules(
  elements: ElementReader,
  lines: ReadonlyArray<{ field: Field; coordinate: string; rules: ElementRules }>,
  number: (clauses: readonly Clause[]) => number,
): ReadonlyMap<string, number> {
  const rules = new Map<string, Clause[]>();
  for (const { field, coordinate } of lines) {
    for (const arg of field.args) {
      const clauses = [...elements.of(arg, `${coordinate}(${arg.name}:)`).clauses, ...leafClauses(elements, arg)];
      rules.set(arg.name, [...(rules.get(arg.name) ?? []), ...clauses]);
    }
  }
  const numbered = [...rules].map(([name, clauses]) => [name, number(clauses)] as const);
  return new Map(numbered.filter(([, requirement]) => requirement !== unrestricted));
}

function inputClauses(
  elements: ElementReader,
  type: GraphQLInputObjectType,
): ReadonlyArray<[string, readonly Clause[]]> {
  return Object.values(type.getFields()).flatMap((field): Array<[string, readonly Clause[]]> => {
    const coordinate = `${type.name}.${field.name}`;
    const clauses = [...elements.of(field, coordinate).clauses, ...leafClauses(elements, field)];
    return clauses.length === 0 ? [] : [[coordinate, clauses]];
  });
}

/** Returns the clauses of an input type itself, which bind the caller that passes it in. */
function leafClauses(elements: ElementReader, { type }: Pick<GraphQLArgument, 'type'>): readonly Clause[] {
  const leaf = getNamedType(type);
  return elements.of(leaf, leaf.name).clauses;
}

export function rootNames(schema: GraphQLSchema): ReadonlySet<string> {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return new Set(roots.flatMap((root) => (root ? [root.name] : [])));
}
