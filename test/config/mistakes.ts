import { parseConfig } from '../../src/config/config.ts';
import { ConfigError, type Environment } from '../../src/config/settings.ts';

/** The least that a server of production has to be told. */
export const production = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgresql://sallyport:hunter2@db.internal:5432/sallyport',
  MASTER_KEY: 'dDdHkqNeLa3rfeuqEPlHbvWTfI1nRHkSgJ0ZxpYdVvM=',
  PUBLIC_URL: 'https://api.example.com/',
  REGISTRATION: 'closed',
};

/** The mistakes that are listed of an environment; none if it is accepted. */
export function mistakesOf(env: Environment): readonly string[] {
  try {
    parseConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
}
