import { revokeApiKeysFieldOf, revokesApiKeys } from '../account-fields.ts';
import { form } from '../form.ts';
import { RevokeSession, Sessions, SignOutElsewhere, type SessionsQuery } from '../generated/documents.ts';
import { html, type Html } from '../html.ts';
import { time } from '../layout.ts';
import { texts } from '../texts.ts';
import { badge, panel, sectionPaths } from './account-layout.ts';
import { browserOf } from './browser-name.ts';
import { lane } from './lane.ts';
import { meOf } from './me.ts';
import type { Section, SectionView } from './section.ts';

type Data = NonNullable<SessionsQuery['me']> & Pick<SessionsQuery, 'resultsShown'>;
type Session = NonNullable<Data['sessions']>[number];

const words = texts.account.sessions;

/**
 * Where the account is signed in: this device first, which signs out at the head of the page. Below it, if there are any,
 * the administrators who were shown what the account sees.
 */
export const sessions: Section<Data> = {
  name: 'sessions',
  path: sectionPaths.sessions,
  async load(ask) {
    const { me, resultsShown } = await ask(Sessions);
    const { data, ...account } = meOf(me);
    return { ...account, data: { ...data, resultsShown } };
  },
  show(me, view) {
    const all = (me.sessions ?? []).toSorted((one, other) => Number(other.current) - Number(one.current));
    const [latest = ''] = all
      .map(({ lastUsedAt }) => lastUsedAt)
      .toSorted()
      .toReversed();
    const rows = html`<ul class="rows">
      ${all.map((session) => row(session, view, latest))}
    </ul>`;
    const lead = all.length > 1 ? words.lanes : words.onlyThis;
    const { resultsShown } = me;
    return html`${panel(words.list, rows, { lead })} ${all.length > 1 && endOthers(me, view)}
    ${resultsShown.length > 0 && seenBy(resultsShown)}`;
  },
  actions: {
    async end({ ask, form: sent }) {
      await ask(RevokeSession, { id: sent.get('id') ?? '' });
      return { done: 'session-ended' };
    },
    async 'end-others'({ ask, form: sent }) {
      await ask(SignOutElsewhere, { revokeApiKeys: revokesApiKeys(sent) });
      return { done: 'sessions-ended' };
    },
  },
};

function row(session: Session, view: SectionView, latest: string): Html {
  const { id, current, ipAddress, lastUsedAt, createdAt } = session;
  const name = session.device ?? browserOf(session.userAgent);
  return html`<li>
    <div>
      <p class="title"><span class="name">${name}</span>${current && badge(`✓ ${words.current}`, true)}</p>
      <p class="facts">
        ${ipAddress != null && html`${ipAddress}, `}${words.lastUsed} ${time(lastUsedAt)}, ${words.began}
        ${time(createdAt)}
      </p>
      ${lane(createdAt, lastUsedAt, latest)}
    </div>
    ${!current && ending(id, name, view)}
  </li>`;
}

const ending = (id: string, name: string, { action, triedOf }: SectionView): Html =>
  form({
    action,
    id: `end-${id}`,
    hidden: { action: 'end', id },
    tried: triedOf('end', id),
    fields: [],
    submit: words.end,
    submitLabel: words.endOf(name),
    style: 'secondary',
  });

const seenBy = (results: Data['resultsShown']): Html =>
  panel(
    words.seenBy,
    html`<ul class="rows">
      ${results.map(
        ({ at, by, fields }) =>
          html`<li>
            <div>
              <p class="title"><span class="name">${by?.displayName ?? words.unknownPerson}</span></p>
              <p class="facts">${time(at)}: ${fields.join(', ')}</p>
            </div>
          </li>`,
      )}
    </ul>`,
    { lead: words.seenByLead },
  );

const endOthers = ({ apiKeys }: Data, { action, triedOf }: SectionView): Html =>
  form({
    action,
    id: 'end-others',
    hidden: { action: 'end-others' },
    tried: triedOf('end-others'),
    fields: [revokeApiKeysFieldOf(apiKeys?.length ?? 0)],
    submit: words.endOthers,
    style: 'danger',
  });
