import { existsSync } from 'node:fs';

/** The environment that the process was given, and in development what a file `.env` adds to it. */
export function readEnvironment(): NodeJS.ProcessEnv {
  if (process.env['NODE_ENV'] !== 'production' && existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}
