import { useEffect, useMemo, useRef, type ReactElement } from 'react';
import { Button } from 'react-aria-components';
import type { AccessMatrixQuery } from '../generated/documents.ts';
import { CopyAs } from '../ui/copy-as.tsx';
import { markTexts } from './mark-texts.ts';
import { MarkSign } from './marks.tsx';
import { anonymous, lineAt, markOf, scopesOf, typeOf, type Matrix } from './matrix.ts';
import { nullBlastOf } from './null-blast.ts';
import { pathTo, queryOf, type Step } from './reach.ts';
import type { Shape } from './shape.ts';

interface WhyPanelProps {
  readonly matrix: Matrix;
  /** Null if the schema cannot be introspected, undefined while that is not known. */
  readonly shape: Shape | null | undefined;
  readonly holders: AccessMatrixQuery['accessScopes'];
  readonly coordinate: string;
  readonly column: string;
  readonly onClose: () => void;
}

/** Says why one cell of the matrix is as it is, how a caller gets there, and what a refusal takes along. */
export function WhyPanel({ matrix, shape, holders, coordinate, column, onClose }: WhyPanelProps): ReactElement | null {
  const panel = useRef<HTMLElement>(null);
  const line = lineAt(matrix, coordinate);
  const mayPass = useMemo(() => {
    const at = matrix.columns.indexOf(column);
    const closed = new Set(
      matrix.groups.flatMap(({ lines }) =>
        lines.filter(({ marks }) => marks[at] === 'DENIED').map((one) => one.coordinate),
      ),
    );
    return (one: string): boolean => !closed.has(one);
  }, [matrix, column]);
  useEffect(() => panel.current?.focus(), [coordinate, column]);
  if (line === undefined) return null;

  const mark = markOf(line, matrix.columns, column);
  const { access } = line;
  const reach = shape ? pathTo(shape, coordinate, mayPass) : undefined;
  const anyPath = shape ? pathTo(shape, coordinate, () => true) : undefined;
  const scopes = scopesOf(line.requirement);

  return (
    <aside
      className="panel"
      ref={panel}
      tabIndex={-1}
      aria-label={`Why: ${coordinate} as ${column}`}
      onKeyDown={({ key }) => key === 'Escape' && onClose()}
    >
      <header>
        <h2>
          <code>{coordinate}</code>
          <span className="muted"> as {column}</span>
        </h2>
        <Button className="button quiet small" onPress={onClose} aria-label="Close">
          <span aria-hidden="true">×</span>
        </Button>
      </header>

      <p className={`verdict verdict-${mark}`}>
        <MarkSign mark={mark} />
        {markTexts[mark].sentence}
      </p>

      <section>
        <h3>Requirement</h3>
        <p>{line.requirement === 'public' ? 'None: it is public.' : line.requirement}</p>
        {scopes.map((scope) => (
          <p className="small muted" key={scope}>
            <code>{scope}</code> is held by {holdersOf(holders, scope)}.
          </p>
        ))}
      </section>

      {access.rules.length > 0 && (
        <section>
          <h3>In the schema</h3>
          <ul className="plain">
            {access.rules.map(({ coordinate: on, directive, place }) => (
              <li key={`${on} ${directive}`}>
                <code>{directive}</code>
                <span className="small muted">
                  on {on}
                  {place === null ? '' : `, schema/${place}`}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}

      {access.policies.length > 0 && (
        <section>
          <h3>Policy</h3>
          <ul className="plain">
            {access.policies.map(({ type, action, condition }) => (
              <li key={`${type}.${action}`}>
                <span>
                  {type}: {action}
                </span>
                <PolicyText condition={condition} />
              </li>
            ))}
          </ul>
        </section>
      )}

      <section>
        <h3>Reach</h3>
        <Reach shape={shape} reach={reach} anyPath={anyPath} column={column} />
      </section>

      {anyPath !== undefined && (
        <section>
          <h3>If it is refused</h3>
          <NullBlastText path={reach ?? anyPath} />
        </section>
      )}

      {access.warnings.length > 0 && (
        <section>
          <h3>Side doors and warnings</h3>
          <ul className="plain">
            {access.warnings.map((warning) => (
              <li className="small" key={warning}>
                <span className="warn" aria-hidden="true">
                  ▲
                </span>{' '}
                {warning}
              </li>
            ))}
          </ul>
        </section>
      )}

      <footer>
        <CopyAs
          copies={{
            'a link to this': location.href,
            'a query that asks for it': queryOf(anyPath ?? []),
            'the command of the matrix': 'npm run -s sallyport -- access matrix',
          }}
        />
      </footer>
    </aside>
  );
}

function holdersOf(holders: AccessMatrixQuery['accessScopes'], scope: string): string {
  const roles = holders.find((one) => one.scope === scope)?.roles ?? [];
  return roles.length === 0 ? 'no role' : roles.join(', ');
}

/** A condition in words, one clause a line. */
function PolicyText({ condition }: { condition: string }): ReactElement {
  const clauses = clausesOf(condition);
  if (clauses === undefined) return <span className="small muted">{condition}</span>;
  return (
    <span className="small muted">
      {clauses.word}:
      <ul>
        {clauses.parts.map((part) => (
          <li key={part}>
            <PolicyText condition={part} />
          </li>
        ))}
      </ul>
    </span>
  );
}

/** Takes `any of (a; b)` apart at its own semicolons, not those of clauses within. */
function clausesOf(condition: string): { word: string; parts: string[] } | undefined {
  const [, word, inner] = /^(any of|all of) \((.*)\)$/s.exec(condition) ?? [];
  if (word === undefined || inner === undefined) return undefined;
  const parts = [''];
  let depth = 0;
  for (const sign of inner) {
    if (sign === '(' || sign === '{') depth += 1;
    if (sign === ')' || sign === '}') depth -= 1;
    if (sign === ';' && depth === 0) parts.push('');
    else parts[parts.length - 1] += sign;
  }
  return { word, parts: parts.map((part) => part.trim()) };
}

interface ReachProps {
  readonly shape: Shape | null | undefined;
  readonly reach: readonly Step[] | undefined;
  readonly anyPath: readonly Step[] | undefined;
  readonly column: string;
}

function Reach({ shape, reach, anyPath, column }: ReachProps): ReactElement {
  const who = column === anonymous ? 'Anonymous callers' : `${column} alone`;
  if (shape === undefined) return <p className="muted">Reading the schema…</p>;
  if (shape === null) return <p className="muted">The schema cannot be introspected here.</p>;
  if (reach !== undefined) {
    return (
      <>
        <PathText path={reach} />
        <p className="small muted">
          The shortest way for {column === anonymous ? 'anonymous callers' : `the role ${column} alone`}.
        </p>
      </>
    );
  }
  if (anyPath === undefined) return <p className="muted">No query, mutation or subscription leads here.</p>;
  return (
    <>
      <p>{who} cannot get here by any path.</p>
      <p className="small muted">The shortest way for any caller:</p>
      <PathText path={anyPath} />
    </>
  );
}

const PathText = ({ path }: { path: readonly Step[] }): ReactElement => (
  <p className="path">
    <code>
      {typeOf(path[0]?.type ?? '')}
      {path.map(({ field }) => (
        <span key={field.name}>
          <span className="muted"> › </span>
          {field.name}
        </span>
      ))}
    </code>
  </p>
);

function NullBlastText({ path }: { path: readonly Step[] }): ReactElement {
  const { at, isContained } = nullBlastOf(path);
  if (isContained) return <p>Only this field becomes null.</p>;
  if (at.length === 0) {
    return (
      <p>
        The whole answer becomes null: <code>data: null</code>. Nothing on the way may be null.
      </p>
    );
  }
  return (
    <p>
      It may not be null, so that <code>{at.join('.')}</code> becomes null with everything in it.
    </p>
  );
}
