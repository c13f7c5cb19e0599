import { readFileSync } from 'node:fs';
import type { JSONWebKeySet } from 'jose';
import { matrixFormats, matrixText } from '../access/matrix-text.ts';
import { createRights } from '../access/rights-of-roles.ts';
import { roles } from '../access/roles.ts';
import { verifyPage } from '../access/signed-page.ts';
import { madeUp, pretend, simulate } from '../access/simulate.ts';
import { operationBounds } from '../app/operation-bounds.ts';
import { accessMatrix, type AccessReport, type Principal } from '../authorization/index.ts';
import type { Arguments } from './command.ts';
import { schemaAlone } from './schema.ts';
import { UsageError } from './usage.ts';
import { withDatabase } from './with-database.ts';

/** `access matrix`: who can see every field. */
export function printMatrix({ options: { format = 'table' } }: Arguments): string {
  const found = matrixFormats.find((known) => known === format);
  if (found === undefined) throw new UsageError(`--format must be one of ${matrixFormats.join(', ')}.`);
  return matrixText(accessMatrix(schemaAlone()), found);
}

/** `access explain`: what a principal would be refused in an operation, and why; nothing of it is run. */
export async function explainAccess({ files: [file], options: { as } }: Arguments): Promise<string> {
  if (file === undefined || as === undefined)
    throw new UsageError('Give the caller with --as, and the file with the operation.');
  const principal = await principalNamed(as);
  return reportText(simulate(schemaAlone(), principal, { operation: readFileSync(file, 'utf8') }, operationBounds));
}

/** `access verify`: whether a page is as a server has signed it, by the public keys of that server. */
export async function verifyMatrix({ files: [file], options: { jwks } }: Arguments): Promise<string> {
  if (file === undefined || jwks === undefined)
    throw new UsageError('Give the page, and the file with the public keys of the server with --jwks.');
  const keys = JSON.parse(readFileSync(jwks, 'utf8')) as JSONWebKeySet;
  const { issuer, keyId, signedAt } = await verifyPage(readFileSync(file), keys);
  return `Genuine: signed by ${issuer} at ${signedAt.toISOString()} with the key ${keyId}.\n`;
}

async function principalNamed(who: string): Promise<Principal> {
  const [, kind = '', name = ''] = /^([a-z]+)(?::(.*))?$/s.exec(who) ?? [];
  const stage = { rightsOf: createRights(roles), now: new Date() };
  if (kind === 'anonymous') return madeUp(stage, {});
  if (kind === 'role' && Object.hasOwn(roles, name)) return madeUp(stage, { roles: [name] });
  if (kind === 'scopes') return madeUp(stage, { scopes: name.split(/[\s,]+/).filter(Boolean) });
  if (kind === 'user') return withDatabase(({ database }) => pretend(database.rows(), stage, { userId: name }));
  throw new UsageError(
    `--as must be anonymous, user:<id>, scopes:<scopes>, or role: followed by one of ${Object.keys(roles).join(', ')}.`,
  );
}

function reportText({ allowed, decisions }: AccessReport): string {
  const lines = decisions.map(
    ({ path, outcome, requirement, reason }) =>
      `${outcome.padEnd(17)}  ${path.join('.')}  (${requirement})${reason === null ? '' : `: ${reason}`}`,
  );
  return `${[...lines, allowed ? 'Nothing is refused for certain.' : 'Refused.'].join('\n')}\n`;
}
