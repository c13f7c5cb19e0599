/** The rights that a credential has now. */
export interface Rights {
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  /** True if the credential does not hold all that its user's roles give. */
  readonly isNarrowed: boolean;
}

/** Works out rights from the table of roles; handed in by `app`. */
export interface RightsOf {
  /**
   * Answers the rights of these roles, within everything that the credential was narrowed to (`null`: not narrowed).
   */
  (roles: readonly string[], ...narrowings: ReadonlyArray<readonly string[] | null>): Rights;
  /**
   * Checks scopes that a client asks for.
   * @throws FORBIDDEN if the roles do not cover one of them.
   */
  narrow(roles: readonly string[], requested: readonly string[]): string[];
  /** Tells whether scopes cover everything that these roles give. */
  covers(scopes: readonly string[], roles: readonly string[]): boolean;
  /**
   * Checks scopes that a credential hands on, such as to an API key.
   * @throws FORBIDDEN if the credential in use does not cover one of them.
   */
  within(own: readonly string[], requested: readonly string[]): string[];
}
