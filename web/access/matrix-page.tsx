import { useMemo, useRef, useState, type ReactElement } from 'react';
import { Button, FileTrigger } from 'react-aria-components';
import { setParams, useParam } from '../app/location.ts';
import { useData } from '../app/use-data.ts';
import { AccessMatrix, SchemaShape, SignedAccessMatrix } from '../generated/documents.ts';
import { ActionMenu, type Actions } from '../ui/action-menu.tsx';
import { Alert } from '../ui/alert.tsx';
import { CopyAs } from '../ui/copy-as.tsx';
import { operationText } from '../ui/operation-text.ts';
import { save } from '../ui/save.ts';
import { Empty, Failed, Loading, Stale } from '../ui/states.tsx';
import { useAction } from '../ui/step-up.tsx';
import { changesOf, matrixCsv, markdownOf, readCommitted } from './export-matrix.ts';
import { markTexts } from './mark-texts.ts';
import { MarkSign } from './marks.tsx';
import { MatrixGrid } from './matrix-grid.tsx';
import { countsOf, filtered, matrixOf, rowsOf, scopesNamed, shows, type Matrix, type Show } from './matrix.ts';
import { shapeOf } from './shape.ts';
import { WhyPanel } from './why-panel.tsx';
import '../styles/matrix.css';

const showTexts: Readonly<Record<Show, string>> = {
  all: 'All',
  guarded: 'Guarded',
  public: 'Public',
  unguarded: 'Unguarded',
  warnings: 'Warnings',
  changed: 'Changed',
};

/** The access matrix: every field of the schema against every role, as the server itself decides. */
export function MatrixPage(): ReactElement {
  const access = useData(AccessMatrix, {});
  const introspected = useData(SchemaShape, {});
  const matrix = useMemo(() => access.data && matrixOf(access.data.accessMatrix), [access.data]);
  const shape = useMemo(
    () => (introspected.error ? null : introspected.data && shapeOf(introspected.data)),
    [introspected.data, introspected.error],
  );

  if (matrix === undefined) {
    if (access.error)
      return <Failed error={access.error} needs="access:simulate" onRetry={() => void access.refetch()} />;
    return <Loading what="the access matrix" />;
  }
  return (
    <div className="page matrix-page">
      {access.error && <Stale since={access.dataUpdatedAt} />}
      <MatrixView matrix={matrix} shape={shape} holders={access.data?.accessScopes ?? []} />
    </div>
  );
}

interface MatrixViewProps {
  readonly matrix: Matrix;
  readonly shape: Parameters<typeof WhyPanel>[0]['shape'];
  readonly holders: Parameters<typeof WhyPanel>[0]['holders'];
}

function MatrixView({ matrix, shape, holders }: MatrixViewProps): ReactElement {
  const [text, setText] = useParam('q');
  const [show, setShow] = useParam('show', 'all');
  const [column, setColumn] = useParam('role');
  const [outcome, setOutcome] = useParam('outcome');
  const [scope, setScope] = useParam('scope');
  const [closedText, setClosedText] = useParam('closed');
  const [cell] = useParam('cell');
  const [as] = useParam('as');
  const [committed, setCommitted] = useState<ReadonlyMap<string, string>>();
  const body = useRef<HTMLDivElement>(null);

  const changes = useMemo(() => committed && changesOf(matrix, committed), [matrix, committed]);
  const counts = useMemo(() => ({ ...countsOf(matrix), changed: changes?.changed.size ?? 0 }), [matrix, changes]);
  const isShow = (shows as readonly string[]).includes(show);
  const shown = useMemo(
    () =>
      filtered(matrix, {
        text,
        show: isShow ? (show as Show) : 'all',
        column,
        outcome,
        scope,
        among: changes?.changed,
      }),
    [matrix, text, show, isShow, column, outcome, scope, changes],
  );
  const closed = useMemo(
    () => new Set(closedText === '*' ? shown.groups.map(({ type }) => type) : closedText.split(',').filter(Boolean)),
    [closedText, shown],
  );
  const rows = useMemo(() => rowsOf(shown, closed), [shown, closed]);

  const compare = async (file: File | null | undefined): Promise<void> => {
    if (file == null) return;
    setCommitted(readCommitted(await file.text()));
    setShow('changed');
  };
  const toggle = (type: string, isOpen: boolean): void => {
    const next = new Set(closed);
    if (isOpen) next.delete(type);
    else next.add(type);
    setClosedText([...next].join(','));
  };
  const closePanel = (): void => {
    setParams({ cell: '', as: '' });
    body.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  };

  return (
    <>
      <header className="page-head">
        <div>
          <h1>Access matrix</h1>
          <p className="muted">
            {counts.all} fields: {counts.guarded} guarded, {counts.public} public, {counts.unguarded} unguarded.
            Computed by the server from its schema and its policies.
          </p>
        </div>
        <div className="actions">
          <CopyAs
            copies={{
              'a link to this': location.href,
              'a command': 'npm run -s sallyport -- access matrix --format markdown',
              'a GraphQL query': AccessMatrix.toString(),
              'the query of the signed page': operationText(SignedAccessMatrix),
              Markdown: markdownOf(shown),
              CSV: matrixCsv(shown),
            }}
          />
          <ExportMenu matrix={shown} />
        </div>
      </header>

      <div className="toolbar" role="group" aria-label="Filters">
        <input
          type="search"
          aria-label="Filter by field or requirement"
          placeholder="Filter fields and requirements"
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <div className="chips" role="group" aria-label="Show">
          {shows
            .filter((one) => one !== 'changed')
            .map((one) => (
              <button key={one} className="chip" aria-pressed={show === one} onClick={() => setShow(one)}>
                {showTexts[one]} <span className="count">{counts[one]}</span>
              </button>
            ))}
          {changes === undefined ? (
            <FileTrigger acceptedFileTypes={['.md', '.csv']} onSelect={(files) => void compare(files?.item(0))}>
              <Button className="chip">Compare with a committed matrix…</Button>
            </FileTrigger>
          ) : (
            <button className="chip" aria-pressed={show === 'changed'} onClick={() => setShow('changed')}>
              Changed <span className="count">{counts.changed}</span>
            </button>
          )}
        </div>
        <div className="selects">
          <Select label="Role" value={column} onChange={setColumn} options={matrix.columns} any="Any role" />
          <label className="select">
            <span className="visually-hidden">Outcome</span>
            <select value={outcome} onChange={({ target }) => setOutcome(target.value)}>
              <option value="">Any outcome</option>
              {(['ALLOWED', 'DEPENDS_ON_OBJECT', 'DENIED'] as const).map((mark) => (
                <option key={mark} value={mark}>
                  {markTexts[mark].sign} {markTexts[mark].word}
                </option>
              ))}
            </select>
          </label>
          <Select label="Scope" value={scope} onChange={setScope} options={scopesNamed(matrix)} any="Any scope" />
          <button className="button" onClick={() => setClosedText(closedText === '*' ? '' : '*')}>
            {closedText === '*' ? 'Open all' : 'Close all'}
          </button>
        </div>
      </div>

      {changes !== undefined && changes.gone.length > 0 && (
        <p className="muted small">Gone since the committed matrix: {changes.gone.join(', ')}</p>
      )}

      <div className="matrix-body" ref={body} data-panel={cell === '' ? undefined : ''}>
        {rows.length === 0 ? (
          <Empty title="No field matches">
            <button className="button" onClick={() => setParams({ q: '', show: '', role: '', outcome: '', scope: '' })}>
              Clear the filters
            </button>
          </Empty>
        ) : (
          <MatrixGrid
            matrix={shown}
            rows={rows}
            closed={closed}
            onToggle={toggle}
            selected={{ coordinate: cell, column: as }}
            onOpen={(coordinate, of) => setParams({ cell: coordinate, as: of })}
          />
        )}
        {cell !== '' && (
          <WhyPanel
            matrix={matrix}
            shape={shape}
            holders={holders}
            coordinate={cell}
            column={matrix.columns.includes(as) ? as : (matrix.columns[0] ?? '')}
            onClose={closePanel}
          />
        )}
      </div>
      <Legend />
    </>
  );
}

interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly options: readonly string[];
  readonly any: string;
}

const Select = ({ label, value, onChange, options, any }: SelectProps): ReactElement => (
  <label className="select">
    <span className="visually-hidden">{label}</span>
    <select value={value} onChange={({ target }) => onChange(target.value)}>
      <option value="">{any}</option>
      {options.map((option) => (
        <option key={option}>{option}</option>
      ))}
    </select>
  </label>
);

const Legend = (): ReactElement => (
  <ul className="legend" aria-label="Signs">
    {(['ALLOWED', 'DEPENDS_ON_OBJECT', 'DENIED', 'UNGUARDED'] as const).map((mark) => (
      <li key={mark}>
        <MarkSign mark={mark} /> {markTexts[mark].word}
      </li>
    ))}
  </ul>
);

function ExportMenu({ matrix }: { matrix: Matrix }): ReactElement {
  const { run, problem } = useAction();
  const exports: Actions = {
    CSV: () => save('access-matrix.csv', 'text/csv', matrixCsv(matrix)),
    Markdown: () => save('access-matrix.md', 'text/markdown', markdownOf(matrix)),
    JSON: () =>
      save(
        'access-matrix.json',
        'application/json',
        JSON.stringify(
          matrix.groups.flatMap(({ lines }) => lines.map(({ access }) => access)),
          null,
          2,
        ),
      ),
    'Signed page for an auditor (HTML)': () =>
      run(SignedAccessMatrix, {}, ({ signedAccessMatrix: { html } }) => save('access-matrix.html', 'text/html', html)),
  };
  return (
    <>
      {problem !== undefined && <Alert>{problem}</Alert>}
      <ActionMenu label="Export…" actions={exports} />
    </>
  );
}
