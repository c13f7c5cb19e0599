import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isScalarType,
} from 'graphql';
import type {
  GraphQLArgument,
  GraphQLField,
  GraphQLInputObjectType,
  GraphQLInterfaceType,
  GraphQLNamedType,
  GraphQLObjectType,
  GraphQLSchema,
} from 'graphql';
import type { Clause } from '../requirement.ts';
import type { CanUse, ElementRules } from './element.ts';
import type { AccessModel, FieldRule, SubjectRule, TypeRule } from './model.ts';
import { createRequirementTable, OPEN } from './requirement-table.ts';
import type { Rulebook } from './rulebook.ts';

type Field = GraphQLField<unknown, unknown>;
type Composite = GraphQLObjectType | GraphQLInterfaceType;

/** Compiles the directives of a schema into rules; what cannot be read was added to the book's offences. */
export function compileModel(schema: GraphQLSchema, book: Rulebook): AccessModel {
  const requirements = createRequirementTable();
  const types = new Map<string, TypeRule>();
  const fields = new Map<string, FieldRule>();
  const inputFields = new Map<string, number>();
  const enumValues = new Map<string, number>();
  const number = requirements.numberOf;

  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type)) continue;
    types.set(type.name, { requirement: number(typeClauses(book, type)), actions: typeActions(book, type) });
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        const rule = fieldRule(book, schema, type, field, number);
        fields.set(rule.coordinate, rule);
      }
    }
    if (isInputObjectType(type)) {
      for (const [coordinate, clauses] of inputClauses(book, type)) inputFields.set(coordinate, number(clauses));
    }
    if (isEnumType(type)) {
      for (const value of type.getValues()) {
        const coordinate = `${type.name}.${value.name}`;
        const { clauses } = book.of(value, coordinate);
        if (clauses.length > 0) enumValues.set(coordinate, number(clauses));
      }
    }
  }
  return { requirements, types, fields, inputFields, enumValues };
}

/** What a type demands of everyone: its own clauses and those of its interfaces. */
function typeClauses(book: Rulebook, type: GraphQLNamedType): readonly Clause[] {
  return lineage(type).flatMap((ancestor) => book.of(ancestor, ancestor.name).clauses);
}

function typeActions(book: Rulebook, type: GraphQLNamedType): readonly string[] {
  if (!isObjectType(type)) return [];
  return book.of(type, type.name).cans.map(({ action }) => action);
}

/** A type and all interfaces that it implements, which demand of it what they demand of themselves. */
function lineage(type: GraphQLNamedType): readonly GraphQLNamedType[] {
  return isObjectType(type) || isInterfaceType(type) ? [type, ...type.getInterfaces()] : [type];
}

/** A field and those of the interfaces that it implements, each with its coordinate. */
function fieldLineage(type: Composite, name: string): ReadonlyArray<{ field: Field; coordinate: string }> {
  return [type, ...type.getInterfaces()].flatMap((ancestor) => {
    const field = ancestor.getFields()[name];
    return field === undefined ? [] : [{ field, coordinate: `${ancestor.name}.${name}` }];
  });
}

function fieldRule(
  book: Rulebook,
  schema: GraphQLSchema,
  type: Composite,
  field: Field,
  number: (clauses: readonly Clause[]) => number,
): FieldRule {
  const lines = fieldLineage(type, field.name).map((line) => ({
    ...line,
    rules: book.of(line.field, line.coordinate),
  }));
  const returned = getNamedType(field.type);
  const own = [...typeClauses(book, type), ...lines.flatMap(({ rules }) => rules.clauses)];
  const cans = lines.flatMap(({ rules }) => rules.cans);
  const isRoot = rootNames(schema).has(type.name);
  return {
    coordinate: `${type.name}.${field.name}`,
    typeName: type.name,
    fieldName: field.name,
    requirement: number([...own, ...typeClauses(book, returned)]),
    actions: isRoot ? [] : [...new Set(cans.map(({ action }) => action))],
    subjects: isRoot ? cans.map((can) => subjectRule(can, returned.name)) : [],
    args: argRules(book, lines, number),
    returns: returned.name,
    isPublic: book.of(field, `${type.name}.${field.name}`).isPublic,
    isRoot,
  };
}

function subjectRule({ action, on, id = 'id' }: CanUse, returned: string): SubjectRule {
  return { type: on ?? returned, action, idPath: id.split('.') };
}

function argRules(
  book: Rulebook,
  lines: ReadonlyArray<{ field: Field; coordinate: string; rules: ElementRules }>,
  number: (clauses: readonly Clause[]) => number,
): ReadonlyMap<string, number> {
  const rules = new Map<string, Clause[]>();
  for (const { field, coordinate } of lines) {
    for (const arg of field.args) {
      const clauses = [...book.of(arg, `${coordinate}(${arg.name}:)`).clauses, ...leafClauses(book, arg)];
      rules.set(arg.name, [...(rules.get(arg.name) ?? []), ...clauses]);
    }
  }
  const numbered = [...rules].map(([name, clauses]) => [name, number(clauses)] as const);
  return new Map(numbered.filter(([, requirement]) => requirement !== OPEN));
}

function inputClauses(book: Rulebook, type: GraphQLInputObjectType): ReadonlyArray<[string, readonly Clause[]]> {
  return Object.values(type.getFields()).flatMap((field): Array<[string, readonly Clause[]]> => {
    const coordinate = `${type.name}.${field.name}`;
    const clauses = [...book.of(field, coordinate).clauses, ...leafClauses(book, field)];
    return clauses.length === 0 ? [] : [[coordinate, clauses]];
  });
}

/** A scalar or enum binds whoever passes it in. */
function leafClauses(book: Rulebook, { type }: Pick<GraphQLArgument, 'type'>): readonly Clause[] {
  const leaf = getNamedType(type);
  return isScalarType(leaf) || isEnumType(leaf) ? book.of(leaf, leaf.name).clauses : [];
}

export function rootNames(schema: GraphQLSchema): ReadonlySet<string> {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return new Set(roots.flatMap((root) => (root ? [root.name] : [])));
}
