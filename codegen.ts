import type { CodegenConfig } from '@graphql-codegen/cli';
import { globSync, readFileSync } from 'node:fs';

/**
 * What resolvers of a type are handed: the row of the entity of the same name (the entity, if the file names no row), a page of such rows for its connection,
 * the row for its edge and for what `viewerCan` answers.
 */
function rowMappers(): Record<string, string> {
  const sdl = globSync('schema/**/*.graphql')
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  const types = new Set([...sdl.matchAll(/^type (\w+)/gm)].map(([, name]) => name));
  const mappers = globSync('src/**/*.entity.ts')
    .toSorted()
    .flatMap((file) => {
      const text = readFileSync(file, 'utf8');
      const [, name = ''] = /^export class (\w+)/m.exec(text) ?? [];
      const row = `../${file.slice('src/'.length)}#${text.includes(`export type ${name}Row `) ? '' : `${name} as `}${name}Row`;
      return [
        [name, row],
        [`${name}Connection`, `../database/pages.ts#Connection<${name}Row>`],
        [`${name}Edge`, row],
        [`${name}Permissions`, row],
      ];
    });
  return Object.fromEntries(mappers.filter(([type]) => types.has(type)));
}

/** Documents as typed strings, in one file that is all a caller needs. */
const typedDocuments = (documents: string) => ({
  documents,
  plugins: ['typescript-operations', 'typed-document-node'],
  config: {
    documentMode: 'string',
    documentVariableSuffix: '',
    enumsAsTypes: true,
    useTypeImports: true,
    // What a page does not use of the client is not bundled.
    pureMagicComment: true,
    scalars: { ID: 'string', DateTime: 'string', EmailAddress: 'string', JSON: 'unknown' },
  },
});

/** Gives the preset's map of documents a type, where it writes none. */
const withTypedMap = (_: string, content: string): string =>
  content.replace('(documents as any)', '(documents as Readonly<Record<string, unknown>>)');

/** Documents by the client preset, as an app of one's own has them. */
const clientPreset = (documents: string, config: { documentMode?: 'string' } = {}) => ({
  documents,
  preset: 'client' as const,
  presetConfig: { fragmentMasking: false },
  hooks: { beforeOneFileWrite: withTypedMap },
  config: {
    ...config,
    enumsAsTypes: true,
    useTypeImports: true,
    importExtension: '.ts' as const,
    scalars: { ID: 'string', DateTime: 'string', EmailAddress: 'string' },
  },
});

/** `npm run codegen`: resolver types for the server, typed documents for clients. Both are committed. */
const config: CodegenConfig = {
  schema: 'schema/**/*.graphql',
  ignoreNoDocuments: false,
  generates: {
    'client/generated/documents.ts': typedDocuments('client/*.graphql'),
    'web/generated/documents.ts': typedDocuments('web/*.graphql'),
    'src/http/pages/generated/documents.ts': typedDocuments('src/http/pages/*.graphql'),
    'examples/client/generated/': clientPreset('examples/client/*.graphql', { documentMode: 'string' }),
    'examples/spa/generated/': clientPreset('examples/spa/*.tsx'),
    'src/generated/resolvers.ts': {
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        contextType: '../request/context.ts#RequestContext',
        enumsAsTypes: true,
        useTypeImports: true,
        optionalResolveType: true,
        avoidOptionals: { field: true, inputValue: false },
        maybeValue: 'T | null',
        inputMaybeValue: 'T | null | undefined',
        resolversNonOptionalTypename: false,
        scalars: {
          ID: 'string',
          DateTime: 'Date',
          EmailAddress: 'string',
        },
        mappers: {
          ...rowMappers(),
          TokenInspection: '../identity/sessions/token-inspection.ts#TokenInspection as InspectedToken',
          FieldAccess: '../authorization/index.ts#FieldAccess as FieldAccessLine',
          ShownResult: '../audit/audit-event.entity.ts#AuditEventRow as ShownResultRow',
          AuthTokens: '../identity/sign-in/delivery.ts#DeliveredTokens',
        },
      },
    },
  },
};

export default config;
