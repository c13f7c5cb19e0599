/** One alternative of `anyOf`: all that it names is required. */
export interface AccessRuleAlternative<Role extends string = string> {
  readonly roles?: readonly Role[];
  readonly scopes?: readonly string[];
  readonly kinds?: ReadonlyArray<'USER' | 'API_KEY' | 'SERVICE'>;
  readonly networks?: readonly string[];
  readonly rule?: string;
}

/**
 * The rule of a type, field, argument, input field or value of a schema that is built by code, as `extensions.access`
 * holds it: what the directives say in SDL. Several keys add up.
 *
 * @example
 * new GraphQLObjectType({ name: 'Note', extensions: { access: { can: 'read' } satisfies AccessRule }, fields });
 */
export interface AccessRule<Role extends string = string> {
  readonly public?: true;
  readonly auth?: true | { readonly kinds?: ReadonlyArray<'USER' | 'API_KEY' | 'SERVICE'> };
  readonly kinds?: ReadonlyArray<'USER' | 'API_KEY' | 'SERVICE'>;
  /** Any one of these roles. */
  readonly roles?: readonly Role[];
  /** Outer list: any of. Inner list: all of. */
  readonly scopes?: ReadonlyArray<readonly string[]>;
  readonly networks?: readonly string[];
  /** The action that the policy has to allow. */
  readonly can?: string | { readonly action: string; readonly on?: string; readonly id?: string };
  readonly mfa?: true | { readonly maxAge?: number; readonly ifEnrolled?: boolean };
  readonly recentAuth?: true | { readonly maxAge?: number };
  readonly anyOf?: ReadonlyArray<AccessRuleAlternative<Role>>;
  /** The coordinate of a field whose requirement is required here as well. */
  readonly sameAs?: string;
  readonly positional?: true;
}
