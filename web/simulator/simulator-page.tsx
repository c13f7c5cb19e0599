import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState, type ReactElement } from 'react';
import { MarkSign } from '../access/marks.tsx';
import { scopesOf } from '../access/matrix.ts';
import { shapeOf } from '../access/shape.ts';
import { client } from '../app/client.ts';
import { urlOf, useParam } from '../app/location.ts';
import { useData, whoAsks } from '../app/use-data.ts';
import { AccessScopes, SchemaShape, Simulate, type SimulateQuery } from '../generated/documents.ts';
import { Alert } from '../ui/alert.tsx';
import { CopyAs } from '../ui/copy-as.tsx';
import { Link } from '../ui/link.tsx';
import { shellQuoted } from '../ui/shell-quoted.ts';
import { Failed, Loading } from '../ui/states.tsx';
import { useViewing } from '../viewing/viewing.ts';
import { CallerPicker, isId } from './caller-picker.tsx';
import { nameOf, pretenceOf, readCaller, writeCaller, type Caller } from './callers.ts';
import { DecisionTable } from './decision-table.tsx';
import { treeOf } from './decision-tree.ts';
import { rolesBySize } from './roles-by-size.ts';
import { ResultAs } from './result-as.tsx';
import { findSufficient, sufficientText } from './sufficient.ts';
import '../styles/simulator.css';

const firstOperation = `query {
  articles(first: 3) {
    nodes {
      title
      author {
        displayName
      }
    }
  }
  auditEvents(first: 1) {
    nodes {
      type
    }
  }
}
`;

/**
 * Says what a caller would be refused in an operation, and why. Nothing of it is run, unless the server shows results and
 * one is asked for.
 */
export function SimulatorPage(): ReactElement {
  const known = useData(AccessScopes, {});
  if (known.data === undefined) {
    if (known.error) return <Failed error={known.error} needs="access:simulate" onRetry={() => void known.refetch()} />;
    return <Loading what="the simulator" />;
  }
  return <Simulator holders={known.data.accessScopes} showsResults={known.data.showsSimulatedResults} />;
}

type Report = SimulateQuery['simulateAccess'];

interface SimulatorProps {
  readonly holders: ReadonlyArray<{ readonly scope: string; readonly roles: readonly string[] }>;
  /** True if the server shows what a query answers another caller. */
  readonly showsResults: boolean;
}

function Simulator({ holders, showsResults }: SimulatorProps): ReactElement {
  const [operation, setOperation] = useParam('operation', firstOperation);
  const [variables, setVariables] = useParam('variables');
  const [as, setAs] = useParam('as', useViewing() ?? 'role:VIEWER');
  const [beside, setBeside] = useParam('beside');
  const roles = rolesBySize(holders);
  const scopes = holders.map(({ scope }) => scope);
  const callers = [as, ...(beside === '' ? [] : [beside])].map(readCaller);
  const simulation = useSimulation(operation, variables, callers);
  const introspected = useData(SchemaShape, {}).data;
  const shape = useMemo(() => introspected && shapeOf(introspected), [introspected]);
  const rows = treeOf(simulation.reports?.map(({ decisions }) => decisions) ?? [], shape);

  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>Simulator</h1>
          <p className="muted">
            What a caller would be refused in an operation, and why. Nothing of it is run
            {showsResults ? ', unless you ask for the result of a query.' : '.'}
          </p>
        </div>
        <div className="actions">
          <Link className="button" href={urlOf('explorer')}>
            Open the explorer
          </Link>
          <CopyAs
            copies={{
              'a link to this': location.href,
              'a command': commandOf(operation, callers[0]),
              'a GraphQL query': Simulate.toString(),
            }}
          />
        </div>
      </header>
      <div className="simulator">
        <section className="stack" aria-label="What is asked">
          <CallerPicker label="As" value={as} onChange={setAs} roles={roles} scopes={scopes} />
          {beside === '' ? (
            <button className="button" onClick={() => setBeside('role:ADMIN')}>
              Compare with another caller
            </button>
          ) : (
            <CallerPicker
              label="Beside"
              value={beside}
              onChange={setBeside}
              roles={roles}
              scopes={scopes}
              onRemove={() => setBeside('')}
            />
          )}
          <label className="field">
            Operation
            <textarea
              className="mono"
              rows={16}
              spellCheck={false}
              value={operation}
              onChange={({ target }) => setOperation(target.value)}
            />
          </label>
          <label className="field">
            Variables (JSON)
            <textarea
              className="mono"
              rows={3}
              spellCheck={false}
              value={variables}
              onChange={({ target }) => setVariables(target.value)}
            />
          </label>
        </section>
        <section className="stack" aria-label="What is decided">
          {simulation.problem !== undefined && <Alert>{simulation.problem}</Alert>}
          {simulation.reports !== undefined && (
            <>
              {callers.map((caller, index) => (
                <Verdict
                  key={nameOf(caller)}
                  caller={caller}
                  report={simulation.reports?.[index]}
                  takenAlong={rows.filter(({ isTakenAlong }) => isTakenAlong[index]).length}
                  operation={operation}
                  variables={variables}
                  roles={roles}
                />
              ))}
              <DecisionTable rows={rows} callers={callers} />
              {showsResults &&
                rows.every(({ coordinate }) => !/^(Mutation|Subscription)\./.test(coordinate)) &&
                callers.map((caller) => {
                  const input = { ...pretenceOf(caller), operation, variables: parseVariables(variables) };
                  return <ResultAs key={JSON.stringify(input)} caller={caller} input={input} />;
                })}
            </>
          )}
        </section>
      </div>
    </div>
  );
}

interface Simulation {
  readonly reports?: readonly Report[] | undefined;
  readonly problem?: string | undefined;
}

/** So long nothing may have been typed before the server is asked. */
const settledMs = 250;

/** Returns a text once it has not changed for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), settledMs);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

/** Asks anew a moment after the last change; what was answered before stays until then. */
function useSimulation(operation: string, variables: string, callers: readonly Caller[]): Simulation {
  const asked = useSettled(JSON.stringify([operation, variables, callers]));
  const { data, error } = useQuery({
    queryKey: [whoAsks(), 'simulation', asked],
    queryFn: ({ signal }) => simulate(...(JSON.parse(asked) as [string, string, Caller[]]), signal),
    placeholderData: keepPreviousData,
    retry: false,
  });
  return error === null ? { reports: data } : { problem: error.message };
}

/** @throws Error that says what is wrong with the question, with line and column where the server tells them. */
async function simulate(
  operation: string,
  variables: string,
  callers: readonly Caller[],
  signal: AbortSignal,
): Promise<readonly Report[]> {
  const parsed = parseVariables(variables);
  if (parsed === undefined) throw new Error('The variables are not JSON.');
  const isComplete = callers.every((caller) => caller.kind !== 'user' || isId(caller.value));
  if (!isComplete) throw new Error('Choose a user.');
  const answers = await Promise.all(
    callers.map((caller) =>
      client.query(Simulate, { input: { ...pretenceOf(caller), operation, variables: parsed } }, { signal }),
    ),
  );
  return answers.map(({ simulateAccess }) => simulateAccess);
}

function parseVariables(text: string): unknown {
  try {
    return text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface VerdictProps {
  readonly caller: Caller;
  readonly report: Report | undefined;
  /** How many fields become null although they are not refused. */
  readonly takenAlong: number;
  readonly operation: string;
  readonly variables: string;
  readonly roles: readonly string[];
}

/** One sentence on a caller, and what would suffice if something is refused. */
function Verdict({ caller, report, takenAlong, operation, variables, roles }: VerdictProps): ReactElement | null {
  const denied = (report?.decisions ?? []).filter(({ outcome }) => outcome === 'DENIED');
  const isRefused = denied.length > 0;
  const named = [...new Set((report?.decisions ?? []).flatMap(({ requirement }) => scopesOf(requirement)))];
  const sufficient = useQuery({
    queryKey: [whoAsks(), 'sufficient', operation, variables, named],
    queryFn: ({ signal }) => {
      const isAllowed = async (rights: object): Promise<boolean> => {
        const input = { ...rights, operation, variables: parseVariables(variables) };
        const { simulateAccess } = await client.query(Simulate, { input }, { signal });
        return simulateAccess.decisions.every(({ outcome }) => outcome !== 'DENIED');
      };
      return findSufficient(isAllowed, { roles, scopes: named });
    },
    enabled: isRefused,
    retry: false,
  }).data;

  if (report === undefined) return null;
  const outcome = isRefused ? 'DENIED' : 'ALLOWED';
  return (
    <div className={`verdict verdict-${outcome}`} role="status">
      <MarkSign mark={outcome} />
      <div>
        <p>
          <strong>{nameOf(caller)}</strong>:{' '}
          {isRefused
            ? `${denied.length} of ${report.decisions.length} fields are refused${takenAlong === 0 ? '' : `, and ${takenAlong} more become null with them`}.`
            : 'nothing is refused for certain.'}
        </p>
        {isRefused && sufficient !== undefined && <p className="small">{sufficientText(sufficient)}</p>}
      </div>
    </div>
  );
}

/** The command line takes the operation from a file. */
function commandOf(operation: string, caller: Caller | undefined): string {
  const as = caller === undefined ? 'anonymous' : writeCaller(caller);
  return `printf '%s' ${shellQuoted(operation)} > operation.graphql && npm run -s sallyport -- access explain --as ${shellQuoted(as)} operation.graphql`;
}
