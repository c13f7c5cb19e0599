import { buildClientSchema, getIntrospectionQuery, type GraphQLSchema, type IntrospectionQuery } from 'graphql';
import type { AccessMatrixQuery } from '../generated/documents.ts';

export const introspectionQuery = getIntrospectionQuery({ inputValueDeprecation: true });

/** Builds the schema whose descriptions say what each field requires, for those who may know. */
export function ruledSchema(
  introspection: IntrospectionQuery,
  lines: AccessMatrixQuery['accessMatrix'] | undefined,
): GraphQLSchema {
  const requirements = new Map((lines ?? []).map(({ coordinate, requirement }) => [coordinate, requirement]));
  const types = introspection.__schema.types.map((type) => {
    if (type.kind !== 'OBJECT') return type;
    const fields = type.fields.map((field) => {
      const rule = requirements.get(`${type.name}.${field.name}`);
      if (rule === undefined) return field;
      const text = rule === 'public' ? 'Public.' : `Requires ${rule}.`;
      return { ...field, description: [field.description, `**${text}**`].filter(Boolean).join('\n\n') };
    });
    return { ...type, fields };
  });
  return buildClientSchema({ ...introspection, __schema: { ...introspection.__schema, types } });
}
