import { GraphiQL } from 'graphiql';
import type { GraphQLSchema, IntrospectionQuery } from 'graphql';
import { useEffect, useMemo, useRef, useState, type ReactElement } from 'react';
import { useSession } from 'sallyport/client/react';
import { client } from '../app/client.ts';
import { useParam } from '../app/location.ts';
import { useData } from '../app/use-data.ts';
import { AccessMatrix, AccessScopes } from '../generated/documents.ts';
import { CallerPicker } from '../simulator/caller-picker.tsx';
import { readCaller, type Caller } from '../simulator/callers.ts';
import { rolesBySize } from '../simulator/roles-by-size.ts';
import { Loading } from '../ui/states.tsx';
import { useViewing } from '../viewing/viewing.ts';
import { examples } from './examples.ts';
import { createExplorerFetcher, type Asked } from './fetcher.ts';
import { nameEditors } from './name-editors.ts';
import { OutcomePanel } from './outcome-panel.tsx';
import { introspectionQuery, ruledSchema } from './ruled-schema.ts';
import 'graphiql/graphiql.css';
import '../styles/explorer.css';

/**
 * An editor of GraphQL with what each field requires beside it. It runs as the user who is signed in, or as anonymous.
 */
export function ExplorerPage(): ReactElement {
  const session = useSession();
  const viewing = useViewing();
  const [as, setAs] = useParam('as', viewing ?? '');
  const [asked, setAsked] = useState<Asked>();
  const holders = useData(AccessScopes, {}, { enabled: session.status === 'signed-in' }).data?.accessScopes;
  const who = session.status === 'signed-in' ? session.id : session.status;
  const schema = useRuledSchema(who);
  const present = useRef(as);
  present.current = as;
  const fetcher = useMemo(() => {
    const caller = (): Caller | undefined => (present.current === '' ? undefined : readCaller(present.current));
    return createExplorerFetcher({ as: caller, tell: setAsked });
  }, []);
  const frame = useRef<HTMLDivElement>(null);
  const isReady = schema !== undefined;
  useEffect(() => (isReady && frame.current !== null ? nameEditors(frame.current) : undefined), [isReady]);
  if (!isReady) return <Loading what="the schema" />;
  return (
    <div className="explorer" ref={frame}>
      <h1 className="visually-hidden">Explorer</h1>
      <div className="explorer-bar">
        {as === '' ? (
          <>
            <p>
              Runs as{' '}
              {session.status === 'signed-in' ? (
                <strong>
                  {session.user.displayName} ({session.user.roles.join(', ') || 'no role'})
                </strong>
              ) : (
                <strong>anonymous</strong>
              )}
              . A credential in <em>Headers</em> counts instead.
            </p>
            {holders !== undefined && (
              <button className="button small" onClick={() => setAs('role:VIEWER')}>
                Explain as another caller
              </button>
            )}
          </>
        ) : (
          <>
            <p>Explains what the server would refuse this caller, and runs nothing.</p>
            <CallerPicker
              label="As"
              value={as}
              onChange={setAs}
              roles={rolesBySize(holders ?? [])}
              scopes={(holders ?? []).map(({ scope }) => scope)}
              {...(viewing === undefined ? { onRemove: () => setAs(''), removing: 'Run as myself' } : {})}
            />
          </>
        )}
      </div>
      <GraphiQL
        fetcher={fetcher}
        schema={schema}
        defaultTabs={[...examples]}
        defaultEditorToolsVisibility="variables"
      />
      {asked !== undefined && <OutcomePanel asked={asked} />}
    </div>
  );
}

/** Introspects as the present caller, and adds what fields require if that caller may know. */
function useRuledSchema(who: string): GraphQLSchema | null | undefined {
  const [schema, setSchema] = useState<GraphQLSchema | null>();
  useEffect(() => {
    let isWanted = true;
    const read = async (): Promise<void> => {
      const introspected = await client
        .query<IntrospectionQuery, Record<string, never>>(introspectionQuery)
        .catch(() => null);
      const access = await client.query(AccessMatrix).catch(() => undefined);
      if (isWanted) setSchema(introspected && ruledSchema(introspected, access?.accessMatrix));
    };
    void read();
    return () => void (isWanted = false);
  }, [who]);
  return schema;
}
