import type { CreateContestant } from '../contestant.ts';
import { runnerOf } from '../documents.ts';
import { mapSchemaRecipe, refuse } from './map-schema.ts';

export const create: CreateContestant = () => ({
  refusals: { fields: 'value', rows: 'row' },
  run: runnerOf(
    mapSchemaRecipe((check, resolve) => async (row, args, context, info) => {
      if (!check(row, context)) refuse();
      return resolve(row, args, context, info);
    }),
  ),
});
