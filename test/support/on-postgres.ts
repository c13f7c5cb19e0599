import { describe, test } from '@jest/globals';
import { postgresUrl } from './database.ts';

/**
 * What a server alone can show, such as races: the embedded database runs one transaction after the other. Skipped by
 * `npm test`, and run by `.ci/run`, which gives the same suite a server.
 */
export const testOnPostgres = postgresUrl === undefined ? test.skip : test;
export const describeOnPostgres = postgresUrl === undefined ? describe.skip : describe;
