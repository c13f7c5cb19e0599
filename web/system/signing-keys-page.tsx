import type { ReactElement } from 'react';
import { useData } from '../app/use-data.ts';
import { RotateSigningKeys, SigningKeys, type KeyFactsFragment, type SigningKeyState } from '../generated/documents.ts';
import { Alert } from '../ui/alert.tsx';
import { CopyAs } from '../ui/copy-as.tsx';
import { ExportAs } from '../ui/export-as.tsx';
import { commandText, operationText } from '../ui/operation-text.ts';
import { DataTable, Moment, PageHead } from '../ui/page.tsx';
import { Failed, Loading, Stale } from '../ui/states.tsx';
import { useAction, type Action } from '../ui/step-up.tsx';
import '../styles/signing-keys.css';

const states: Readonly<Record<SigningKeyState, string>> = {
  NEXT: '◌ next: published, signs nothing yet',
  ACTIVE: '● active: signs',
  RETIRING: '◐ retiring: what it signed still counts',
  RETIRED: '○ retired',
};

/** The keys that sign access tokens: which signs, since when, and a way to rotate. */
export function SigningKeysPage(): ReactElement {
  const action = useAction();
  return (
    <>
      <Keys action={action} />
      {action.dialog}
    </>
  );
}

function Keys({ action: { run, isBusy, problem } }: { action: Action }): ReactElement {
  const asked = useData(SigningKeys, {});
  if (asked.data === undefined) {
    if (asked.error)
      return <Failed error={asked.error} needs="signing-keys:read" onRetry={() => void asked.refetch()} />;
    return <Loading what="the signing keys" />;
  }
  const keys = asked.data.signingKeys;
  const from = Math.min(...keys.map(({ createdAt }) => Date.parse(createdAt)));
  return (
    <div className="page">
      {asked.error && <Stale since={asked.dataUpdatedAt} />}
      <PageHead title="Signing keys" about="They sign access tokens. A rotation ends no session.">
        <button className="button" disabled={isBusy} onClick={() => run(RotateSigningKeys, {})}>
          Rotate
        </button>
        <ExportAs
          name="signing-keys"
          rows={keys.map(({ id, state, algorithm, createdAt, signedUntil }) => ({
            id,
            state,
            algorithm,
            createdAt,
            signedUntil,
          }))}
        />
        <CopyAs
          copies={{
            'the command that rotates': commandText('keys rotate'),
            'the mutation that rotates': operationText(RotateSigningKeys),
            'a GraphQL query': SigningKeys.toString(),
            'a link to this': location.href,
            JSON: JSON.stringify(keys, null, 2),
          }}
        />
      </PageHead>
      {problem !== undefined && <Alert>{problem}</Alert>}
      <DataTable label="Signing keys" columns={['Key', 'State', 'Algorithm', 'Age', 'Made', 'Signed until', 'Time']}>
        {keys.map((key) => (
          <tr key={key.id}>
            <th scope="row">
              <code>{key.id}</code>
            </th>
            <td className="nowrap">{states[key.state]}</td>
            <td>{key.algorithm}</td>
            <td className="nowrap">{ageOf(key)}</td>
            <td className="nowrap">
              <Moment at={key.createdAt} />
            </td>
            <td className="nowrap">
              <Moment at={key.signedUntil} none={key.state === 'NEXT' ? 'not yet' : 'still signs'} />
            </td>
            <td>
              <Span signingKey={key} from={from} />
            </td>
          </tr>
        ))}
      </DataTable>
    </div>
  );
}

const dayMs = 86_400_000;

function ageOf({ createdAt }: KeyFactsFragment): string {
  const days = Math.floor((Date.now() - Date.parse(createdAt)) / dayMs);
  return days < 1 ? 'today' : days === 1 ? '1 day' : `${days} days`;
}

/** A bar from when a key was made until it stopped signing, among all keys; the columns beside it say the same. */
function Span({ signingKey: { createdAt, signedUntil, state }, from }: SpanProps): ReactElement {
  const now = Date.now();
  const share = (at: number): number => (100 * (at - from)) / Math.max(now - from, 1);
  const start = share(Date.parse(createdAt));
  const end = share(signedUntil === null ? now : Date.parse(signedUntil));
  return (
    <svg className="key-span" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect className="key-span-ground" width="100" height="8" rx="2" />
      <rect
        className={`key-span-${state}`}
        x={Math.min(start, 98)}
        width={Math.max(end - start, 2)}
        height="8"
        rx="2"
      />
    </svg>
  );
}

interface SpanProps {
  readonly signingKey: KeyFactsFragment;
  readonly from: number;
}
