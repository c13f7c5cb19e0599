import type { OperationBounds } from '../access/simulate.ts';
import { FewRepeatsRule } from '../graphql/few-repeats.ts';
import { checkLimits } from '../graphql/operation-limits.ts';
import { requireReading } from '../graphql/require-reading.ts';

/** The bounds of an operation that is explained: those of every one that runs. */
export const operationBounds: OperationBounds = { rules: [FewRepeatsRule], check: checkLimits };

/** The bounds of a query whose result is shown as another caller gets it: those, and that it reads alone. */
export const resultBounds: OperationBounds = {
  rules: [FewRepeatsRule],
  check(schema, operation, fragments, variables) {
    requireReading(schema, operation, fragments);
    checkLimits(schema, operation, fragments, variables);
  },
};
