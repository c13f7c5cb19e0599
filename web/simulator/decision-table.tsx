import type { ReactElement } from 'react';
import { MarkSign } from '../access/marks.tsx';
import { markTexts } from '../access/mark-texts.ts';
import { urlOf } from '../app/location.ts';
import type { AccessOutcome } from '../generated/documents.ts';
import { Link } from '../ui/link.tsx';
import { nameOf, type Caller } from './callers.ts';
import type { TreeRow } from './decision-tree.ts';

const Outcome = ({ outcome, isTakenAlong }: OutcomeProps): ReactElement =>
  outcome === null ? (
    <span className="muted">not reached</span>
  ) : (
    <span className="mark-word">
      <MarkSign mark={outcome} />
      {markTexts[outcome].word}
      {isTakenAlong && <span className="muted nowrap">but null</span>}
    </span>
  );

interface OutcomeProps {
  readonly outcome: AccessOutcome | null;
  readonly isTakenAlong: boolean;
}

/** Names what a refusal makes null in the answer. */
function NullAt({ nullAt }: Pick<TreeRow, 'nullAt'>): ReactElement | null {
  if (nullAt === undefined) return null;
  if (nullAt.isContained) return <span className="muted">this field alone</span>;
  return nullAt.at.length === 0 ? <>the whole answer</> : <code>{nullAt.at.join('.')}</code>;
}

interface DecisionTableProps {
  readonly rows: readonly TreeRow[];
  readonly callers: readonly Caller[];
}

/** The fields of an operation as a tree, with what each caller would get, and what a refusal takes along. */
export function DecisionTable({ rows, callers }: DecisionTableProps): ReactElement {
  const hasNulls = rows.some(({ nullAt }) => nullAt !== undefined);
  return (
    <div className="table-frame" tabIndex={0} role="region" aria-label="Decisions">
      <table>
        <thead>
          <tr>
            <th scope="col">Field</th>
            {callers.map((caller, index) => (
              <th scope="col" key={`${index} ${nameOf(caller)}`}>
                {nameOf(caller)}
              </th>
            ))}
            {hasNulls && <th scope="col">Becomes null</th>}
            <th scope="col">Requirement</th>
            <th scope="col">Reason</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <th scope="row" style={{ paddingLeft: 10 + row.depth * 18 }}>
                <Link href={urlOf('matrix', { cell: row.coordinate })} title={row.coordinate}>
                  <code>{row.name}</code>
                </Link>
              </th>
              {row.outcomes.map((outcome, index) => (
                <td key={`${index} ${callers[index] === undefined ? '' : nameOf(callers[index])}`}>
                  <Outcome outcome={outcome} isTakenAlong={row.isTakenAlong[index] === true} />
                </td>
              ))}
              {hasNulls && (
                <td>
                  <NullAt nullAt={row.nullAt} />
                </td>
              )}
              <td className="muted">{row.requirement}</td>
              <td className="muted">{row.reasons.join('; ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
