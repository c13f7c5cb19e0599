import type { ReactElement } from 'react';
import { MarkSign } from '../access/marks.tsx';
import { markTexts } from '../access/mark-texts.ts';
import { urlOf } from '../app/location.ts';
import type { AccessOutcome } from '../generated/documents.ts';
import { Link } from '../ui/link.tsx';
import { nameOf, type Caller } from './callers.ts';
import type { TreeRow } from './decision-tree.ts';

const Outcome = ({ outcome }: { outcome: AccessOutcome | null }): ReactElement =>
  outcome === null ? (
    <span className="muted">not reached</span>
  ) : (
    <span className="mark-word">
      <MarkSign mark={outcome} />
      {markTexts[outcome].word}
    </span>
  );

interface DecisionTableProps {
  readonly rows: readonly TreeRow[];
  readonly callers: readonly Caller[];
}

/** The fields of an operation as a tree, with what each caller would get. */
export function DecisionTable({ rows, callers }: DecisionTableProps): ReactElement {
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
                  <Outcome outcome={outcome} />
                </td>
              ))}
              <td className="muted">{row.requirement}</td>
              <td className="muted">{row.reasons.join('; ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
