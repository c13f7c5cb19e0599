import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { lexicographicSortSchema, type GraphQLSchema } from 'graphql';
import { createGuardedSchema } from '../app/guarded-schema.ts';

/** The guarded schema without its resolvers: all that can be said about access, and no database. */
export const schemaAlone = (): GraphQLSchema =>
  createGuardedSchema({
    resolvers: [],
    load: async () => null,
    loadMany: async () => [],
    relations: () => undefined,
    access: { mode: 'partial', introspection: 'visible' },
    log: ({ message }) => process.stderr.write(`${message}\n`),
  });

export const printSchema = (): string => `${printSchemaWithDirectives(lexicographicSortSchema(schemaAlone()))}\n`;
