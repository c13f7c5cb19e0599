import type { ReactElement } from 'react';
import { useParam } from '../app/location.ts';
import { useData } from '../app/use-data.ts';
import { SentMails, type SentMailsQuery } from '../generated/documents.ts';
import { CopyAs } from '../ui/copy-as.tsx';
import { ExportAs } from '../ui/export-as.tsx';
import { Moment, PageHead } from '../ui/page.tsx';
import { Empty, Failed, Loading, Stale } from '../ui/states.tsx';
import '../styles/mail.css';

type Mail = NonNullable<SentMailsQuery['sentMails']>[number];

/** The mails of a development server, with links that work. */
export function MailPage(): ReactElement {
  const asked = useData(SentMails, {});
  const [search, setSearch] = useParam('q');
  if (asked.data === undefined) {
    if (asked.error) return <Failed error={asked.error} needs="system:read" onRetry={() => void asked.refetch()} />;
    return <Loading what="the mails" />;
  }
  const mails = (asked.data.sentMails ?? []).filter((mail) =>
    `${mail.to} ${mail.subject} ${mail.kind}`.toLowerCase().includes(search.toLowerCase()),
  );
  return (
    <div className="page">
      {asked.error && <Stale since={asked.dataUpdatedAt} />}
      <PageHead title="Mail" about="What this development server sent since it started, newest first.">
        <button className="button" onClick={() => void asked.refetch()}>
          Look again
        </button>
        <ExportAs
          name="mail"
          rows={mails.map(({ id, at, kind, to, subject, text, links }) => ({
            id,
            at,
            kind,
            to,
            subject,
            text,
            links: links.map(({ url }) => url),
          }))}
        />
        <CopyAs
          copies={{
            'a link to this': location.href,
            'a GraphQL query': SentMails.toString(),
            JSON: JSON.stringify(mails, null, 2),
          }}
        />
      </PageHead>
      <div className="toolbar">
        <input
          type="search"
          aria-label="Search e-mail addresses and subjects"
          placeholder="Search e-mail addresses and subjects"
          value={search}
          onChange={({ target }) => setSearch(target.value)}
        />
      </div>
      <Mails mails={mails} isOff={asked.data.sentMails === null} isSearched={search !== ''} />
    </div>
  );
}

interface MailsProps {
  readonly mails: readonly Mail[];
  readonly isOff: boolean;
  readonly isSearched: boolean;
}

function Mails({ mails, isOff, isSearched }: MailsProps): ReactElement {
  if (isOff)
    return (
      <Empty title="Mails are not kept here">
        <p>
          This server sends them to their receivers, or sends none. Take MAIL_URL away in development to see them here.
        </p>
      </Empty>
    );
  if (mails.length === 0)
    return (
      <Empty title={isSearched ? 'Nothing matches' : 'Mails appear here'}>
        {!isSearched && <p>Ask for a new password, or invite a person. The files are in DATA_DIR/mail.</p>}
      </Empty>
    );
  return (
    <ul className="mails">
      {mails.map((mail) => (
        <li key={mail.id}>
          <article className="mail">
            <header>
              <h2>{mail.subject}</h2>
              <span className="muted small">
                to {mail.to} · {mail.kind} · <Moment at={mail.at} />
              </span>
            </header>
            <p className="mail-text">{mail.text}</p>
            {mail.links.map(({ label, url }) => (
              <p key={url}>
                <a href={safe(url)}>{label}</a>
              </p>
            ))}
          </article>
        </li>
      ))}
    </ul>
  );
}

/** Nothing but an https: or http: URL is a link. */
const safe = (url: string): string | undefined => (/^https?:\/\//.test(url) ? url : undefined);
