/** The credentials of the scheme Basic (RFC 7617 §2). */
export interface BasicCredentials {
  readonly user: string;
  readonly password: string;
}

const basicScheme = /^Basic +([A-Za-z0-9+/]+={0,2})$/i;

export const isBasic = (authorization: string | undefined): authorization is string =>
  /^Basic\b/i.test(authorization ?? '');

/** Reads an `Authorization` header as UTF-8; null if it is not well-formed Basic. The password may contain colons. */
export function parseBasic(authorization: string): BasicCredentials | null {
  const encoded = basicScheme.exec(authorization)?.[1];
  const [, user, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString()) ?? [];
  return user === undefined || password === undefined ? null : { user, password };
}
