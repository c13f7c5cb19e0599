import type { OperationBounds } from '../access/simulate.ts';
import { FewRepeatsRule } from '../graphql/few-repeats.ts';
import { checkLimits } from '../graphql/operation-limits.ts';

/** The bounds of an operation that is explained: those of every one that runs. */
export const operationBounds: OperationBounds = { rules: [FewRepeatsRule], check: checkLimits };
