import type { ReactElement } from 'react';
import { useData } from '../app/use-data.ts';
import { SignIns, type SignInsQuery } from '../generated/documents.ts';
import { ExportAs } from '../ui/export-as.tsx';
import { Moment } from '../ui/page.tsx';
import '../styles/bars.css';

const days = 30;
const dayMs = 86_400_000;

type SignIn = SignInsQuery['auditEvents']['nodes'][number];

/** The sign-ins of an account within thirty days, by day and by method. The newest hundred are asked for. */
export function SignInsOf({ id }: { id: string }): ReactElement {
  const today = Math.floor(Date.now() / dayMs);
  const from = (today - days + 1) * dayMs;
  const asked = useData(SignIns, { id, since: new Date(from).toISOString() });
  if (asked.error?.code === 'FORBIDDEN')
    return (
      <p className="muted small">
        Sign-ins: it takes the scope <code>audit:read</code>.
      </p>
    );
  if (asked.data === undefined) return <p role="status">{asked.error?.message ?? 'Loading sign-ins…'}</p>;
  const { nodes, pageInfo } = asked.data.auditEvents;
  const perDay = Array.from({ length: days }, (_, index) => ({ at: from + index * dayMs, count: 0 }));
  for (const { at } of nodes) {
    const day = perDay[Math.floor((Date.parse(at) - from) / dayMs)];
    if (day !== undefined) day.count += 1;
  }
  return (
    <section className="stack" aria-label="Sign-ins">
      <p>{sentenceOf(nodes, pageInfo.hasNextPage)}</p>
      <Bars counts={perDay.map(({ count }) => count)} />
      {nodes.length > 0 && (
        <details>
          <summary>As a table</summary>
          <table>
            <tbody>
              {nodes.map((event) => (
                <tr key={event.id}>
                  <th scope="row">
                    <Moment at={event.at} />
                  </th>
                  <td>{methodsOf(event).join(', ')}</td>
                  <td>{event.ipAddress}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <ExportAs
            label="Export the sign-ins"
            name="sign-ins"
            rows={nodes.map((event) => ({ at: event.at, methods: methodsOf(event), ipAddress: event.ipAddress }))}
          />
        </details>
      )}
    </section>
  );
}

function sentenceOf(nodes: readonly SignIn[], hasMore: boolean): string {
  if (nodes.length === 0) return `No sign-in within ${days} days.`;
  const byMethod = Map.groupBy(nodes.flatMap(methodsOf), (method) => method);
  const counted = [...byMethod].map(([method, all]) => `${method} ${all.length}`).join(', ');
  const many = nodes.length === 1 ? '1 sign-in' : `${nodes.length} sign-ins`;
  return `${hasMore ? `More than ${many}` : many} within ${days} days: ${counted}.`;
}

const methodsOf = ({ details }: SignIn): readonly string[] => {
  const methods: unknown = (details as { readonly methods?: unknown } | null)?.methods;
  return Array.isArray(methods) ? methods.map((method) => String(method).toLowerCase()) : ['unknown'];
};

function Bars({ counts }: { counts: readonly number[] }): ReactElement {
  const most = Math.max(1, ...counts);
  return (
    <svg
      className="sign-in-bars"
      viewBox={`0 0 ${counts.length * 10} 40`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {counts.map((count, index) => (
        <rect
          // Each day has its place.
          key={index}
          x={index * 10 + 1}
          width={8}
          y={39 - (count / most) * 38}
          height={(count / most) * 38}
        />
      ))}
      <line x1={0} x2={counts.length * 10} y1={39.5} y2={39.5} />
    </svg>
  );
}
