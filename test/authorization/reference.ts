import { makeExecutableSchema } from '@graphql-tools/schema';
import { parse, type GraphQLSchema } from 'graphql';
import { accessDirectives, AccessSchemaError, definePolicy, guardSchema } from '../../src/authorization/index.ts';
import type { GuardOptions, Policy, Principal } from '../../src/authorization/index.ts';

/** The host of the examples in the reference: its roles, scopes, policies and loader. */

export const roles = {
  VIEWER: { scopes: ['notes:read'] },
  EDITOR: { includes: ['VIEWER'], scopes: ['notes:write'] },
  ADMIN: { includes: ['EDITOR'], scopes: ['*'] },
};

export function policiesOf(sdl: string): readonly Policy[] {
  const hasTags = sdl.includes('tags: [Tag]');
  return [
    definePolicy('Note', ({ everyone, is, owner }) => ({
      read: everyone,
      edit: owner('author'),
      translate: is((_, args) => ({ locale: args['locale'] as string })),
      ...(hasTags ? { tagged: is({ tags: { name: 'x' } }) } : {}),
    })),
  ];
}

/** The hosts of the examples that are about a host's own mistakes, by the titles of their sections. */
const hosts: Readonly<Record<string, Pick<Partial<GuardOptions>, 'roles' | 'scopes' | 'policies'>>> = {
  'Role table': {
    roles: {
      EDITOR: { includes: ['VIEWR'], scopes: ['notes: write'] },
      ADMIN: { includes: ['OWNER'] },
      OWNER: { includes: ['ADMIN'] },
    },
    scopes: [''],
  },
  'Policies that name what is not there': {
    policies: [
      definePolicy('Note', ({ related, role, scope, some, everyone }) => ({
        byRole: role('EDITTOR'),
        byScope: scope('notes:raed'),
        byOne: related('titel', 'read'),
        byAction: related('tag', 'raed'),
        byMany: some('tag', everyone),
      })),
    ],
  },
  'Policies in a circle': {
    policies: [
      definePolicy('Note', ({ related }) => ({ edit: related('tag', 'edit') })),
      definePolicy('Tag', ({ related }) => ({ edit: related('note', 'edit') })),
    ],
  },
  'Two policies of one type': {
    policies: [
      definePolicy('Note', ({ everyone }) => ({ edit: everyone })),
      definePolicy('Note', ({ nobody }) => ({ delete: nobody })),
    ],
  },
};

/** Writes the rules into a schema that an example has by code, as its comment says. */
function withExtensions(schema: GraphQLSchema, sdl: string): GraphQLSchema {
  const [, type = '', field = '', access = ''] = /# extensions\.access of (\w+)\.(\w+): (.*)/.exec(sdl) ?? [];
  const own = type === '' ? undefined : schema.getQueryType()?.getFields()[field];
  if (own !== undefined) own.extensions = { access: JSON.parse(access) as unknown };
  return schema;
}

/** The message with which the SDL of an example does not build; empty if it builds. */
export function messageOf(sdl: string, title = ''): string {
  const given = sdl.includes('directive @auth(') ? [sdl] : [accessDirectives, sdl];
  const typeDefs = sdl.includes('# by gql') ? given.map((text) => parse(text, { noLocation: true })) : given;
  // What graphql-js would refuse by itself comes from schemas that are built by code, or without validation.
  const schema = makeExecutableSchema({ typeDefs, assumeValidSDL: true });
  try {
    guardSchema<Principal>(withExtensions(schema, sdl), {
      principal: (context) => context,
      roles,
      policies: policiesOf(sdl),
      load: sdl.includes('# without a loader') ? undefined : async () => null,
      federation: sdl.includes('# federation'),
      ...hosts[title],
    });
    return '';
  } catch (error) {
    if (error instanceof AccessSchemaError) return error.message.split('\n').slice(1).join('\n');
    throw error;
  }
}
