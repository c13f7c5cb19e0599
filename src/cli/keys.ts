import type { EntityManager } from '@mikro-orm/postgresql';
import { parseConfig, type Config } from '../config.ts';
import { openDatabase } from '../database/open.ts';
import { entities } from '../entities.ts';
import { readEnvironment } from '../environment.ts';
import {
  generateNextKey,
  listKeys,
  resealKeys,
  retireKey,
  rotateKeys,
  type KeyRotationDeps,
} from '../identity/signing-keys/key-rotation.ts';
import { readMasterKey } from '../identity/signing-keys/master-key.ts';
import { createVault } from '../identity/signing-keys/vault.ts';
import { isUuid } from '../input.ts';
import type { Arguments } from './command.ts';
import { UsageError } from './usage.ts';

/** `keys list`: what there is, oldest first; no secret part is shown, anywhere. */
export const printKeys = (): Promise<string> =>
  withKeys(async ({ em }) => {
    const lines = await listKeys({ em });
    return lines
      .map((key) => `${key.kid}  ${key.algorithm.padEnd(5)}  ${key.state.padEnd(8)}  ${key.createdAt.toISOString()}\n`)
      .join('');
  });

export const generateKeys = (): Promise<string> =>
  withKeys(async (deps, { tokens }) => `${await generateNextKey(deps, tokens.algorithm)} is next.\n`);

export const rotate = (): Promise<string> =>
  withKeys(async (deps, { tokens }) => `${await rotateKeys(deps, tokens.algorithm)} is active.\n`);

export async function retire({ files: [kid] }: Arguments): Promise<string> {
  if (kid === undefined || !isUuid(kid)) throw new UsageError('Name the key by its id; `keys list` shows them.');
  await withKeys(({ em }) => retireKey({ em }, kid));
  return `${kid} is retired.\n`;
}

/** `keys reseal`: after MASTER_KEY was changed. The former one comes by the environment: arguments are seen by others. */
export const reseal = (): Promise<string> =>
  withKeys(async ({ em, vault }) => {
    const former = Buffer.from(readEnvironment()['PREVIOUS_MASTER_KEY'] ?? '', 'base64');
    if (former.length !== 32) throw new UsageError('Set PREVIOUS_MASTER_KEY to the key that was: 32 bytes in base64.');
    return `${await resealKeys(em, createVault(former), vault)} keys are sealed with MASTER_KEY.\n`;
  });

async function withKeys<T>(work: (deps: KeyRotationDeps, config: Config) => Promise<T>): Promise<T> {
  const config = parseConfig(readEnvironment());
  const database = await openDatabase(config.database, entities);
  try {
    const em: EntityManager = database.fork();
    return await work({ em, vault: createVault(readMasterKey(config.masterKey)), now: new Date() }, config);
  } finally {
    await database.close();
  }
}
