import {
  getArgumentValues,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { defaultPageSizeOf } from '../request/page-size.ts';
import { weightOf } from './cost-directive.ts';
import { isExecuted, type Fragments, type Variables } from './executed-fields.ts';

/** The assumed length of a list without `first` and `last`; lists of introspection are many, and short. */
const unboundedListLength = 10;
const introspectionListLength = 4;

const isIntrospection = ({ name }: GraphQLCompositeType): boolean => name.startsWith('__');
const lengthOf = (type: GraphQLCompositeType): number =>
  isIntrospection(type) ? introspectionListLength : unboundedListLength;

const metaFields = [SchemaMetaFieldDef, TypeMetaFieldDef, TypeNameMetaFieldDef];

function definitionOf(parent: GraphQLCompositeType, name: string): GraphQLField<unknown, unknown> | undefined {
  const own = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
  return own ?? metaFields.find((field) => field.name === name);
}

/** The size of an operation; `cost` adds the weights of the fields of its answer, with every list full. */
export interface Size {
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
  readonly cost: number;
}

const nothing: Size = { depth: 0, aliases: 0, directives: 0, cost: 0 };

/**
 * Measures a selection on a type, without what is skipped. A fragment counts wherever it is used, but is measured once,
 * so that measuring stays cheap.
 */
export function createMeasure(
  schema: GraphQLSchema,
  fragments: Fragments,
  variables: Variables,
): (set: SelectionSetNode, type: GraphQLCompositeType) => Size {
  const measured = new Map<string, Size>();
  return (set, type) => measureSet(set, type, undefined);

  function measureSet(
    { selections }: SelectionSetNode,
    type: GraphQLCompositeType,
    listLength: number | undefined,
  ): Size {
    let size = nothing;
    for (const node of selections) {
      size = { ...size, directives: size.directives + (node.directives?.length ?? 0) };
      if (!isExecuted(node, variables)) continue;
      if (node.kind === Kind.FIELD) size = beside(size, measureField(node, type, listLength));
      else if (node.kind === Kind.INLINE_FRAGMENT) {
        size = beside(
          size,
          measureSet(node.selectionSet, typeNamed(node.typeCondition?.name.value) ?? type, listLength),
        );
      } else size = beside(size, measureFragment(node.name.value, listLength));
    }
    return size;
  }

  function measureFragment(name: string, listLength: number | undefined): Size {
    const key = `${name} ${listLength}`;
    const known = measured.get(key);
    if (known !== undefined) return known;
    const fragment = fragments.get(name);
    const type = typeNamed(fragment?.typeCondition.name.value);
    const size =
      fragment === undefined || type === undefined ? nothing : measureSet(fragment.selectionSet, type, listLength);
    measured.set(key, size);
    return size;
  }

  /** Measures a field: the lists of a connection are as long as its page, any other list as its own `first`. */
  function measureField(node: FieldNode, parent: GraphQLCompositeType, listLength: number | undefined): Size {
    const aliases = node.alias === undefined ? 0 : 1;
    const field = definitionOf(parent, node.name.value);
    const type = field === undefined ? undefined : getNamedType(field.type);
    const weight = field === undefined ? 1 : weightOf(schema, field);
    if (field === undefined || !isCompositeType(type) || node.selectionSet === undefined) {
      return { depth: 1, aliases, directives: 0, cost: weight };
    }
    const size = pageSizeOf(field, node);
    const isList = isListType(getNullableType(field.type));
    const below = measureSet(node.selectionSet, type, isList ? undefined : size);
    const factor = isList ? (size ?? listLength ?? lengthOf(type)) : 1;
    // graphql-js has a rule of its own for the depth of introspection; its cost is bounded here.
    return {
      depth: isIntrospection(type) ? 1 : below.depth + 1,
      aliases: aliases + below.aliases,
      directives: below.directives,
      cost: weight + factor * below.cost,
    };
  }

  /** Returns the number of rows that a field with `first` or `last` answers; `undefined` for any other. */
  function pageSizeOf(field: GraphQLField<unknown, unknown>, node: FieldNode): number | undefined {
    if (!field.args.some(({ name }) => name === 'first')) return undefined;
    try {
      const { first, last } = getArgumentValues(field, node, variables);
      const size = first ?? last;
      return typeof size === 'number' && size > 0 ? size : defaultPageSizeOf(field);
    } catch {
      return defaultPageSizeOf(field);
    }
  }

  function typeNamed(name: string | undefined): GraphQLCompositeType | undefined {
    const type = name === undefined ? undefined : schema.getType(name);
    return isCompositeType(type) ? type : undefined;
  }
}

const beside = (a: Size, b: Size): Size => ({
  depth: Math.max(a.depth, b.depth),
  aliases: a.aliases + b.aliases,
  directives: a.directives + b.directives,
  cost: a.cost + b.cost,
});
