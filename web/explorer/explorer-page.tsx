import { GraphiQL } from 'graphiql';
import type { GraphQLSchema, IntrospectionQuery } from 'graphql';
import { useEffect, useState, type ReactElement } from 'react';
import { useSession } from 'sallyport/client/react';
import { client } from '../app/client.ts';
import { addressOf } from '../app/location.ts';
import { AccessMatrix } from '../generated/documents.ts';
import { Link } from '../ui/link.tsx';
import { Loading } from '../ui/states.tsx';
import { examples } from './examples.ts';
import { fetcher } from './fetcher.ts';
import { introspectionQuery, ruledSchema } from './ruled-schema.ts';
import 'graphiql/graphiql.css';
import '../styles/explorer.css';

/** An editor of GraphQL with what each field requires beside it. It runs as whoever is signed in, or as anonymous. */
export function ExplorerPage(): ReactElement {
  const session = useSession();
  const [query, setQuery] = useState(examples[0]?.query ?? '');
  const who = session.status === 'signed-in' ? session.id : session.status;
  const schema = useRuledSchema(who);
  if (schema === undefined) return <Loading what="the schema" />;
  return (
    <div className="explorer">
      <p className="explorer-bar">
        <span>
          Runs as{' '}
          {session.status === 'signed-in' ? (
            <strong>
              {session.user.displayName} ({session.user.roles.join(', ') || 'no role'})
            </strong>
          ) : (
            <strong>anonymous</strong>
          )}
          . A credential in <em>Headers</em> counts instead.
        </span>
        <Link href={addressOf('simulator', { operation: query })}>Open in the simulator</Link>
      </p>
      <GraphiQL
        fetcher={fetcher}
        schema={schema}
        defaultTabs={[...examples]}
        defaultEditorToolsVisibility="variables"
        onEditQuery={setQuery}
      />
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
