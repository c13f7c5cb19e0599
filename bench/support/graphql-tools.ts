/** The project's own versions: from within `authorization/`, the contestants' older ones would be found first. */
export { makeExecutableSchema } from '@graphql-tools/schema';
export { getDirective, MapperKind, mapSchema } from '@graphql-tools/utils';
