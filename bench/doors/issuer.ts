import { openIssuer, times, type Issuer } from '../../test/support/issuer.ts';

export const audience = 'https://api.bench.example';
const issuer = 'https://issuer.bench.example';

/** An issuer on loopback, which a server trusts with these settings; in development alone, where loopback is allowed. */
export async function openTrustedIssuer(): Promise<{
  readonly issuer: Issuer;
  readonly environment: Readonly<Record<string, string>>;
  readonly tokenOf: (subject: string, header?: object) => Promise<string>;
}> {
  const opened = await openIssuer('ES256');
  const trusted = {
    issuer,
    audience,
    algorithms: ['ES256'],
    jwksUri: opened.jwksUri,
    defaultRoles: ['VIEWER'],
    provision: true,
  };
  return {
    issuer: opened,
    environment: { NODE_ENV: 'development', DEMO: 'off', TRUSTED_ISSUERS: JSON.stringify([trusted]) },
    tokenOf: (subject, header = {}) =>
      opened.sign({ iss: issuer, aud: audience, sub: subject, ...times(new Date()) }, { ...header }),
  };
}
