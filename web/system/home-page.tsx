import { useMemo, type ReactElement } from 'react';
import type { UseQueryResult } from '@tanstack/react-query';
import type { SallyportError } from 'sallyport/client';
import { MarkSign } from '../access/marks.tsx';
import { countsOf, matrixOf, type Mark } from '../access/matrix.ts';
import { auditSentence } from '../accounts/audit-sentence.ts';
import { auditRow } from '../accounts/audit-row.ts';
import { urlOf } from '../app/location.ts';
import { useData } from '../app/use-data.ts';
import { AccessMatrix, Audit, Posture, type PostureQuery } from '../generated/documents.ts';
import { CopyAs } from '../ui/copy-as.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { ExportAs } from '../ui/export-as.tsx';
import { Link } from '../ui/link.tsx';
import { DataTable, Moment, PageHead } from '../ui/page.tsx';
import { Failed, Loading, Stale } from '../ui/states.tsx';
import '../styles/home.css';

type Facts = PostureQuery['posture'];
type Counts = ReturnType<typeof countsOf>;

/** The command that makes an administrator if there is none. */
const firstAdministrator = 'npm run -s sallyport -- users create --email ada@example.com --role ADMIN';

/** The state of the server: in a sentence, in a checklist, and in what was refused last. */
export function HomePage(): ReactElement {
  const posture = useData(Posture, {});
  const access = useData(AccessMatrix, {});
  const counts = useMemo(() => access.data && countsOf(matrixOf(access.data.accessMatrix)), [access.data]);
  return (
    <div className="page home">
      {posture.data && posture.error && <Stale since={posture.dataUpdatedAt} />}
      <PageHead title="Home" about="How this server stands.">
        <CopyAs
          copies={{
            'a link to this': location.href,
            'a command': 'npm run -s sallyport -- check',
            'a GraphQL query': Posture.toString(),
          }}
        />
      </PageHead>
      <Part what="the posture" needs="system:read" asked={posture}>
        {({ posture: facts }) => (
          <>
            <p className="posture">{sentenceOf(facts, counts)}</p>
            {counts && <Shares counts={counts} />}
            <Checklist facts={facts} counts={counts} />
          </>
        )}
      </Part>
      <section className="stack" aria-labelledby="refusals">
        <h2 id="refusals">Last refusals</h2>
        <Refusals />
      </section>
    </div>
  );
}

interface PartProps<Data> {
  readonly what: string;
  readonly needs: string;
  readonly asked: UseQueryResult<Data, SallyportError>;
  readonly children: (data: Data) => ReactElement;
}

/** A part of the page with data of its own, so that a right that is missing takes nothing else along. */
function Part<Data>({ what, needs, asked, children }: PartProps<Data>): ReactElement {
  if (asked.data !== undefined) return children(asked.data);
  if (asked.error) return <Failed error={asked.error} needs={needs} onRetry={() => void asked.refetch()} />;
  return <Loading what={what} />;
}

const stores: Readonly<Record<Facts['database'], string>> = {
  EMBEDDED: 'the embedded database',
  SERVER: 'a PostgreSQL server',
};
const redis: Readonly<Record<Facts['redis'], string>> = {
  OFF: 'limits count on each node',
  READY: 'limits count in Redis',
  AWAY: 'Redis is away, and limits count on this node meanwhile',
};
const mails: Readonly<Record<Facts['mail'], string>> = {
  SMTP: 'mail goes out by SMTP',
  FOLDER: 'mails are files',
  OFF: 'no mail is sent',
};

/** Says in one sentence how the server stands. */
function sentenceOf(facts: Facts, counts: Counts | undefined): string {
  const { administrators, administratorsWithoutSecondFactor: without, expiringApiKeys } = facts;
  const fields =
    counts === undefined
      ? ''
      : `${counts.guarded} fields are guarded, ${counts.public} public and ${counts.unguarded === 0 ? 'none' : counts.unguarded} unguarded; `;
  const people =
    administrators === 0
      ? 'there is no administrator'
      : `${without === 0 ? 'none' : without} of ${administrators} ${administrators === 1 ? 'administrator has' : 'administrators has'} no second factor`;
  const keys = `${expiringApiKeys === 0 ? 'no API key expires' : expiringApiKeys === 1 ? '1 API key expires' : `${expiringApiKeys} API keys expire`} within two weeks`;
  return `${fields}${people}, and ${keys}; it stands on ${stores[facts.database]}, ${redis[facts.redis]}, and ${mails[facts.mail]}.`;
}

const shown: ReadonlyArray<readonly [keyof Counts, Mark, string]> = [
  ['guarded', 'DENIED', 'guarded'],
  ['public', 'ALLOWED', 'public'],
  ['unguarded', 'UNGUARDED', 'unguarded'],
];

/** Guarded, public and unguarded fields as a bar, and as words that lead to them. */
function Shares({ counts }: { counts: Counts }): ReactElement {
  const parts = shown.filter(([name]) => counts[name] > 0);
  let before = 0;
  return (
    <figure className="posture-shares">
      <svg
        viewBox={`0 0 ${counts.guarded + counts.public + counts.unguarded} 8`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {parts.map(([name, mark]) => {
          const x = before;
          before += counts[name];
          return <rect key={name} className={`fill-${mark}`} x={x} width={counts[name]} height="8" />;
        })}
      </svg>
      <figcaption>
        {shown.map(([name, mark, word]) => (
          <Link key={name} href={urlOf('matrix', { show: name })}>
            <MarkSign mark={mark} /> {counts[name]} {word}
          </Link>
        ))}
      </figcaption>
    </figure>
  );
}

interface Step {
  readonly isDone: boolean;
  readonly text: string;
  readonly more: ReactElement | string;
}

function stepsOf(facts: Facts, counts: Counts | undefined): readonly Step[] {
  const { administrators, administratorsWithoutSecondFactor: without } = facts;
  return [
    {
      isDone: administrators > 0,
      text: 'There is an administrator',
      more: <Command text={firstAdministrator} />,
    },
    {
      isDone: administrators > 0 && without === 0,
      text: 'Every administrator has a second factor',
      more: 'Each adds one at /account: an authenticator app or a passkey.',
    },
    {
      isDone: counts !== undefined && counts.unguarded === 0,
      text: 'Every root field says who may use it',
      more: <Link href={urlOf('matrix', { show: 'unguarded' })}>Those that do not</Link>,
    },
    {
      isDone: facts.database === 'SERVER',
      text: 'The database is a server of its own',
      more: 'Set DATABASE_URL, for more than one node and for backups.',
    },
    {
      isDone: facts.mail === 'SMTP',
      text: 'Mail reaches people',
      more: 'Set MAIL_URL. Without it no one gets a link to set a password.',
    },
    {
      isDone: facts.production,
      text: 'It runs in production mode',
      more: 'Set NODE_ENV=production once the rest is done. `sallyport check` says what is missing.',
    },
  ];
}

/** The steps before others use the server; each ticks itself. */
function Checklist({ facts, counts }: { facts: Facts; counts: Counts | undefined }): ReactElement | null {
  const steps = stepsOf(facts, counts);
  const left = steps.filter(({ isDone }) => !isDone).length;
  if (left === 0) return null;
  return (
    <section className="stack" aria-labelledby="checklist">
      <h2 id="checklist">
        Before others use it{' '}
        <span className="count">
          {steps.length - left} of {steps.length}
        </span>
      </h2>
      <ul className="checklist">
        {steps.map(({ isDone, text, more }) => (
          <li key={text}>
            <span aria-hidden="true">{isDone ? '✓' : '○'}</span>
            <div>
              {text}
              <span className="visually-hidden">{isDone ? ': done' : ': to do'}</span>
              {!isDone && <div className="muted small">{more}</div>}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

const Command = ({ text }: { text: string }): ReactElement => (
  <span className="command">
    <code>{text}</code> <CopyButton text={text} />
  </span>
);

const maxRefusals = 5;

function Refusals(): ReactElement {
  const asked = useData(Audit, { filter: { outcome: 'DENIED' }, after: null });
  return (
    <Part what="the last refusals" needs="audit:read" asked={asked}>
      {({ auditEvents: { nodes } }) =>
        nodes.length === 0 ? (
          <p className="muted">Nothing was refused so far.</p>
        ) : (
          <>
            <DataTable label="The newest five" columns={['When', 'What', 'From']}>
              {nodes.slice(0, maxRefusals).map((event) => (
                <tr key={event.id}>
                  <td className="nowrap">
                    <Moment at={event.at} />
                  </td>
                  <th scope="row">{auditSentence(event)}</th>
                  <td>{event.ipAddress}</td>
                </tr>
              ))}
            </DataTable>
            <div className="actions">
              <Link href={urlOf('audit', { outcome: 'DENIED' })}>All refusals</Link>
              <ExportAs label="Export the refusals" name="refusals" rows={nodes.slice(0, maxRefusals).map(auditRow)} />
            </div>
          </>
        )
      }
    </Part>
  );
}
