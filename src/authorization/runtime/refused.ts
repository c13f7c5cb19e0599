/** Stands for a row that was refused, until it is known whether it leaves a list, becomes null, or ends in an error. */
export const REFUSED = Symbol('refused');
