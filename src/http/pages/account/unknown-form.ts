import { AppError } from '../../../errors.ts';

/** Says that no page of the account has such a form: it is of another version, or was made up. */
export const unknownForm = (): AppError => new AppError('BAD_REQUEST', 'This form is not known: open the page again.');
