import { compileRoles, userIdOf, type Principal, type RoleTable } from '../authorization/index.ts';
import { isUuid } from '../database/ids.ts';
import type { RowSession } from '../database/row-session.ts';

/**
 * Returns a function that says what the database is told of a principal. Every setting is there: none is left from what
 * the connection did before.
 */
export function createSessionOf(table: RoleTable): (principal: Principal) => RowSession {
  const { held } = compileRoles(table);
  return (principal) => {
    const userId = userIdOf(principal) ?? '';
    const isSignedIn = principal.kind !== 'anonymous';
    return {
      'sallyport.system': 'off',
      'sallyport.signed_in': isSignedIn ? 'on' : 'off',
      'sallyport.user_id': isUuid(userId) ? userId : '',
      'sallyport.roles': isSignedIn ? [...held(principal.roles)].join(' ') : '',
      'sallyport.scopes': isSignedIn ? principal.scopes.filter(isOneWord).join(' ') : '',
    };
  };
}

const isOneWord = (scope: string): boolean => /^\S+$/.test(scope);
