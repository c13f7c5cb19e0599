import type { CreateContestant } from '../contestant.ts';
import { planRunnerOf } from '../documents.ts';
import { guardedSchema, refusals } from './sallyport.ts';

export const create: CreateContestant = () => ({ refusals, run: planRunnerOf(guardedSchema()) });
