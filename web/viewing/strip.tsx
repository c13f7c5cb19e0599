import type { ReactElement } from 'react';
import { Button } from 'react-aria-components';
import { MarkSign } from '../access/marks.tsx';
import { urlOf, usePath } from '../app/location.ts';
import { firstPage } from '../app/pages.ts';
import { useData } from '../app/use-data.ts';
import { AccessScopes, Simulate, Viewed } from '../generated/documents.ts';
import { nameOf, pretenceOf, readCaller, type Caller, type CallerText } from '../simulator/callers.ts';
import { Link } from '../ui/link.tsx';
import { pageOperations } from './page-operations.ts';
import { askWhom, stopViewing } from './viewing.ts';

/**
 * Says on every page as whom it is viewed, with that caller's roles and scopes, and what of the page the server would
 * refuse them. The page itself keeps showing what its user may see: nothing is ever asked with another's rights.
 */
export function ViewingStrip({ as }: { as: CallerText }): ReactElement {
  const caller = readCaller(as);
  const { name, roles, scopes } = useRightsOf(caller);
  return (
    <section className="viewing" aria-label="Viewing as somebody">
      <p>
        Viewing as <strong>{name}</strong>
        {roles !== undefined && <> · {roles.length === 0 ? 'no role' : roles.join(', ')}</>}
      </p>
      {scopes !== undefined && (
        <details>
          <summary>{scopes.length === 1 ? '1 scope' : `${scopes.length} scopes`}</summary>
          <p className="mono">{scopes.join(' ') || 'none'}</p>
        </details>
      )}
      <PageVerdict as={as} caller={caller} />
      <div className="actions">
        <Button className="button small" onPress={askWhom}>
          Change…
        </Button>
        <Button className="button small" onPress={stopViewing}>
          Stop
        </Button>
      </div>
    </section>
  );
}

interface Rights {
  readonly name: string;
  readonly roles?: readonly string[] | undefined;
  readonly scopes?: readonly string[] | undefined;
}

/** The rights of the caller, as far as the user who is signed in may know them. */
function useRightsOf(caller: Caller): Rights {
  const { kind, value } = caller;
  const holders = useData(AccessScopes, {}).data?.accessScopes;
  const viewed = useData(Viewed, { id: value }, { enabled: kind === 'user' }).data?.node;
  const scopesOf = (roles: readonly string[] | undefined): readonly string[] | undefined =>
    roles && holders?.filter((one) => one.roles.some((role) => roles.includes(role))).map(({ scope }) => scope);

  if (kind === 'anonymous') return { name: 'anonymous', roles: [], scopes: [] };
  if (kind === 'scopes') return { name: 'a set of scopes', scopes: value.split(/\s+/).filter(Boolean) };
  if (kind === 'role') return { name: `role ${value}`, roles: [value], scopes: scopesOf([value]) };
  if (viewed == null || !('displayName' in viewed)) return { name: nameOf(caller) };
  const roles = viewed.roles ?? undefined;
  return { name: viewed.displayName, roles, scopes: scopesOf(roles) };
}

/** Says what of the page's own operation the server would refuse the caller. */
function PageVerdict({ as, caller }: { as: CallerText; caller: Caller }): ReactElement | null {
  const asked = pageOperations[usePath() || firstPage];
  const simulated = useData(
    Simulate,
    { input: { ...pretenceOf(caller), ...(asked ?? { operation: '{ __typename }' }) } },
    { enabled: asked !== undefined },
  );
  if (asked === undefined) return null;
  if (simulated.error) return <p className="viewing-verdict">{simulated.error.message}</p>;
  if (simulated.data === undefined) return null;
  const denied = simulated.data.simulateAccess.decisions.filter(({ outcome }) => outcome === 'DENIED');
  const [first] = denied;
  const params = { as, operation: asked.operation, variables: JSON.stringify(asked.variables ?? {}) };
  return (
    <p className="viewing-verdict">
      <MarkSign mark={first === undefined ? 'ALLOWED' : 'DENIED'} />{' '}
      {first === undefined
        ? 'The server would refuse them nothing of this page for certain.'
        : `Of this page they would be refused ${first.coordinate} (${first.requirement})${denied.length > 1 ? ` and ${denied.length - 1} more` : ''}.`}{' '}
      <Link href={urlOf('simulator', params)}>Why</Link>
    </p>
  );
}
