import type { Chore } from '../../housekeeping/chore.ts';
import { sweep } from '../../housekeeping/sweep.ts';

const day = 86_400;

/** Removes tokens of mails that were used or ran out; the budgets of an hour have forgotten them by then. */
export const spentTokens: Chore = {
  name: 'spent-tokens',
  everySeconds: day,
  run: (scope) => {
    const before = new Date(scope.now.getTime() - day * 1000);
    return sweep(scope, 'account_tokens', 'expires_at < ? or ended_at < ?', [before, before]);
  },
};
