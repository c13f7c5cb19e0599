import type { CodegenConfig } from '@graphql-codegen/cli';

/** `npm run codegen`: resolver types for the server, typed documents for clients. Both are committed. */
const config: CodegenConfig = {
  schema: 'schema/**/*.graphql',
  documents: 'examples/client/*.graphql',
  ignoreNoDocuments: false,
  generates: {
    'examples/client/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode: 'string',
        enumsAsTypes: true,
        useTypeImports: true,
        importExtension: '.ts',
        scalars: { ID: 'string', DateTime: 'string', EmailAddress: 'string' },
      },
    },
    'src/generated/resolvers.ts': {
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        contextType: '../request.ts#RequestScope',
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
          TokenInspection: '../identity/sessions/token-inspection.ts#TokenInspection as InspectedToken',
          UserConnection: '../users/users.service.ts#UserPage',
          FieldAccess: '../authorization/index.ts#FieldAccess as FieldAccessLine',
          User: '../users/user.entity.ts#User as UserRow',
          Session: '../identity/sessions/session.entity.ts#Session as SessionRow',
          ApiKey: '../identity/api-keys/api-key.entity.ts#ApiKey as ApiKeyRow',
          AuditEvent: '../audit/audit-event.entity.ts#AuditEvent as AuditEventRow',
          AuditEventConnection: '../audit/audit.service.ts#AuditPage',
          AuthTokens: '../identity/sessions/delivery.ts#DeliveredTokens',
          Article: '../articles/article.entity.ts#Article as ArticleRow',
          ArticlePermissions: '../articles/article.entity.ts#Article as ArticleRow',
          ArticleConnection: '../articles/articles.service.ts#ArticlePage',
          ArticleEdge: '../articles/article.entity.ts#Article as ArticleRow',
          Comment: '../comments/comment.entity.ts#Comment as CommentRow',
          CommentPermissions: '../comments/comment.entity.ts#Comment as CommentRow',
          CommentConnection: '../comments/comments.service.ts#CommentPage',
        },
      },
    },
  },
};

export default config;
