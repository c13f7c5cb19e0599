/**
 * The SDL of the access directives, to be put beside the host's type definitions. Roles are text, because each host has
 * its own role table; a schema with an enum of roles declares `@hasRole(roles: [Role!]!)` itself. Both build, and both
 * accept `[ADMIN]`.
 *
 * @example
 * makeExecutableSchema({ typeDefs: [accessDirectives, typeDefs], resolvers });
 */
export const accessDirectives = /* GraphQL */ `
  "Open to everyone, signed in or not. A root field carries this or a requirement: silence does not build."
  directive @public on OBJECT | FIELD_DEFINITION

  enum PrincipalKind {
    USER
    API_KEY
    SERVICE
  }

  "A signed-in principal, of one of these kinds where any are named."
  directive @auth(
    kinds: [PrincipalKind!]
  ) on OBJECT | INTERFACE | FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | ENUM | ENUM_VALUE | SCALAR

  "Any one of these roles, inherited ones included."
  directive @hasRole(
    roles: [String!]!
  ) repeatable on OBJECT | INTERFACE | FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | ENUM | ENUM_VALUE | SCALAR

  "Outer list: any of. Inner list: all of. [[\\"a\\", \\"b\\"], [\\"c\\"]] reads (a and b) or c."
  directive @hasScope(
    scopes: [[String!]!]!
  ) repeatable on OBJECT | INTERFACE | FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | ENUM | ENUM_VALUE | SCALAR

  "One alternative of @access: all that it names is required."
  input AccessAlternative {
    "Any one of these roles, inherited ones included."
    roles: [String!]
    "All of these scopes."
    scopes: [String!]
    "A signed-in principal of one of these kinds."
    kinds: [PrincipalKind!]
    "The request comes from one of these networks."
    networks: [String!]
    "The host's rule of this name allows the principal."
    rule: String
  }

  "Any one of these alternatives suffices."
  directive @access(
    anyOf: [AccessAlternative!]!
  ) repeatable on OBJECT | INTERFACE | FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | ENUM | ENUM_VALUE | SCALAR

  "A policy decides on the object itself. On an object type or its field: that object. On a root field: the object of type \`on\` (by default the type that the field returns) whose id is in the argument \`id\` (a dotted path)."
  directive @can(action: String!, on: String, id: String = "id") repeatable on OBJECT | FIELD_DEFINITION

  "The principal proved a second factor within the last \`maxAge\` seconds; with \`ifEnrolled\`, only if its account has one."
  directive @mfa(maxAge: Int! = 900, ifEnrolled: Boolean! = false) on FIELD_DEFINITION

  "The user signed in, or signed in again, within the last \`maxAge\` seconds."
  directive @recentAuth(maxAge: Int! = 900) on FIELD_DEFINITION

  "The request comes from one of these configured networks."
  directive @network(names: [String!]!) on OBJECT | FIELD_DEFINITION

  "What the field of this coordinate (\`Type.field\`) requires of the principal is required here as well."
  directive @sameAs(field: String!) on FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION

  "The list answers by position: a row that is refused or absent is null in its place, instead of leaving the list."
  directive @positional on FIELD_DEFINITION
`;
