import type { ReactElement } from 'react';
import { urlOf } from '../app/location.ts';
import { DecisionTable } from '../simulator/decision-table.tsx';
import { nameOf, writeCaller } from '../simulator/callers.ts';
import { treeOf } from '../simulator/decision-tree.ts';
import { Alert } from '../ui/alert.tsx';
import { Link } from '../ui/link.tsx';
import type { Asked } from './fetcher.ts';
import { whatSuffices } from './what-suffices.ts';

/** The outcome of the last operation, below the answer: how long it took, what was refused, or what would be. */
export function OutcomePanel({ asked: { params, outcome } }: { asked: Asked }): ReactElement {
  const href = urlOf('simulator', {
    operation: params.query,
    ...(params.variables == null ? {} : { variables: JSON.stringify(params.variables) }),
    ...(outcome.kind === 'explained' ? { as: writeCaller(outcome.as) } : {}),
  });
  return (
    <section className="explorer-outcome" aria-label="What came of it">
      <div className="explorer-outcome-head">
        <div role="status">
          <Sentence outcome={outcome} />
        </div>
        <Link href={href}>Open in the simulator</Link>
      </div>
      {outcome.kind === 'run' && outcome.errors.length > 0 && <Refusals errors={outcome.errors} />}
      {outcome.kind === 'explained' && (
        <DecisionTable rows={treeOf([outcome.report.decisions])} callers={[outcome.as]} />
      )}
    </section>
  );
}

function Sentence({ outcome }: Pick<Asked, 'outcome'>): ReactElement {
  if (outcome.kind === 'problem') return <Alert>{outcome.message}</Alert>;
  if (outcome.kind === 'run')
    return (
      <p>
        Answered in {Math.round(outcome.tookMs)} ms,{' '}
        {outcome.errors.length === 0 ? 'nothing refused.' : `${outcome.errors.length} refused.`}
      </p>
    );
  const denied = outcome.report.decisions.filter((decision) => decision.outcome === 'DENIED').length;
  return (
    <p>
      Explained as <strong>{nameOf(outcome.as)}</strong>, not run:{' '}
      {denied === 0
        ? 'nothing is refused for certain.'
        : `${denied} of ${outcome.report.decisions.length} fields would be refused.`}
    </p>
  );
}

type Errors = Extract<Asked['outcome'], { kind: 'run' }>['errors'];

function Refusal({ error }: { error: Errors[number] }): ReactElement {
  const { message, path, extensions } = error;
  const sufficient = whatSuffices(error);
  return (
    <>
      <code>{path?.join('.') ?? 'the operation'}</code> <code className="muted">{extensions?.code}</code> {message}
      {sufficient !== undefined && <span className="muted"> It would take {sufficient}.</span>}
    </>
  );
}

const Refusals = ({ errors }: { errors: Errors }): ReactElement => (
  <ul className="plain">
    {errors.slice(0, 20).map((error, index) => (
      <li key={`${index} ${error.path?.join('.') ?? ''}`}>
        <Refusal error={error} />
      </li>
    ))}
  </ul>
);
