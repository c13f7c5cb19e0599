import { makeExecutableSchema } from '@graphql-tools/schema';
import { accessDirectives, AccessSchemaError, definePolicy, guardSchema } from '../../src/authorization/index.ts';
import type { Policy, Principal } from '../../src/authorization/index.ts';

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

/** The message with which the SDL of an example does not build; empty if it builds. */
export function messageOf(sdl: string): string {
  const typeDefs = sdl.includes('directive @auth(') ? [sdl] : [accessDirectives, sdl];
  // What graphql-js would refuse by itself comes from schemas that are built by code, or without validation.
  const schema = makeExecutableSchema({ typeDefs, assumeValidSDL: true });
  try {
    guardSchema<Principal>(schema, {
      principal: (context) => context,
      roles,
      policies: policiesOf(sdl),
      load: sdl.includes('# without a loader') ? undefined : async () => null,
      federation: sdl.includes('# federation'),
    });
    return '';
  } catch (error) {
    if (error instanceof AccessSchemaError) return error.message.split('\n').slice(1).join('\n');
    throw error;
  }
}
