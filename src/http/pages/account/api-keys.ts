import { form, type Field } from '../form.ts';
import { ApiKeys, CreateApiKey, RevokeApiKey, type ApiKeysQuery } from '../generated/documents.ts';
import { html, type Html } from '../html.ts';
import { time } from '../layout.ts';
import type { Form } from '../page.ts';
import { texts } from '../texts.ts';
import { disclosure, panel, sectionPaths } from './account-layout.ts';
import { meOf } from './me.ts';
import type { Action, Section, SectionView } from './section.ts';
import { shownOnce } from './shown-once.ts';
import { unknownForm } from './unknown-form.ts';

type Data = NonNullable<ApiKeysQuery['me']>;
type ApiKey = NonNullable<Data['apiKeys']>[number];

const words = texts.account.apiKeys;
const dayMs = 86_400_000;

const create: Action = async ({ ask, form: sent, site }) => {
  const input = { name: sent.get('name') ?? '', scopes: tickedIn(sent, 'scopes'), ...limitsOf(sent) };
  const { createApiKey } = await ask(CreateApiKey, { input });
  const { secret } = createApiKey;
  const body = JSON.stringify({ query: '{ __typename }' });
  const command = `curl ${site.publicUrl}/graphql -H 'x-api-key: ${secret}' -H 'content-type: application/json' -d '${body}'`;
  return shownOnce({
    title: words.secretTitle,
    lead: words.secretLead,
    shown: html`
      <p class="hint">${words.secret}</p>
      <code class="secret" data-keep="${secret}" data-file="api-key.txt">${secret}</code>
      <p class="hint">${words.tryIt}</p>
      <code class="secret" data-keep="${command}">${command}</code>
    `,
    stored: words.stored,
    next: site.base + sectionPaths.apiKeys,
  });
};

/** Credentials for programs. */
export const apiKeys: Section<Data> = {
  name: 'apiKeys',
  path: sectionPaths.apiKeys,
  load: async (ask) => meOf((await ask(ApiKeys)).me),
  show(me, view) {
    const keys = me.apiKeys ?? [];
    const list =
      keys.length === 0
        ? html`<p>${words.none}</p>`
        : html`<ul class="rows">
            ${keys.map((key) => row(key, view))}
          </ul>`;
    return html`${panel(words.list, list)} ${creation(me, view)}`;
  },
  actions: {
    create,
    async revoke({ ask, form: sent }) {
      await ask(RevokeApiKey, { id: sent.get('id') ?? '' });
      return { done: 'key-revoked' };
    },
  },
};

const tickedIn = (sent: Form, name: string): string[] =>
  [...sent.keys()].filter((key) => key.startsWith(`${name}:`)).map((key) => key.slice(name.length + 1));

/** @throws BAD_REQUEST if the form chooses an expiry that the page does not offer. */
function limitsOf(sent: Form): { expiresAt?: string; networks?: string[] } {
  const expires = sent.get('expires') ?? '';
  if (!Object.hasOwn(words.expiry, expires)) throw unknownForm();
  const networks = (sent.get('networks') ?? '').split(/[\s,]+/).filter((range) => range !== '');
  return {
    ...(expires === 'never' ? {} : { expiresAt: new Date(Date.now() + Number(expires) * dayMs).toISOString() }),
    ...(networks.length > 0 ? { networks } : {}),
  };
}

function creation({ scopes }: Data, { action, triedOf }: SectionView): Html {
  const fields: Field[] = [
    { name: 'name', label: words.name, autocomplete: 'off', hint: words.nameHint },
    { kind: 'checks', name: 'scopes', label: words.scopes, options: scopes ?? [] },
    { kind: 'choice', name: 'expires', label: words.expires, options: words.expiry, value: '90' },
    { name: 'networks', label: words.networks, autocomplete: 'off', hint: words.networksHint, optional: true },
  ];
  const tried = triedOf('create');
  const parts = { action, id: 'key', hidden: { action: 'create' }, tried, fields, submit: words.submit };
  return panel(words.create, form(parts));
}

function row({ id, name, prefix, scopes, networks, expiresAt, lastUsedAt }: ApiKey, view: SectionView): Html {
  const tried = view.triedOf('revoke', id);
  const revoke = {
    action: view.action,
    id: `revoke-${id}`,
    hidden: { action: 'revoke', id },
    tried,
    fields: [],
    submit: words.revoke,
    submitLabel: `${words.revoke}: ${name}`,
    style: 'danger' as const,
  };
  const removal = html`<p class="lead">${words.revokeLead}</p>
    ${form(revoke)}`;
  return html`<li>
    <div>
      <p class="name">${name}</p>
      <p class="facts"><code>${prefix}</code>, ${scopes.join(', ')}</p>
      <p class="facts">
        ${words.expiresAt} ${expiresAt == null ? texts.never : time(expiresAt)},
        ${lastUsedAt == null ? words.notUsed : html`${words.lastUsed} ${time(lastUsedAt)}`}${
          networks.length > 0 && html`, ${words.from} ${networks.join(', ')}`
        }
      </p>
    </div>
    <div class="disclosures">
      ${disclosure(words.revoke, removal, { open: tried !== null, label: `${words.revoke}: ${name}` })}
    </div>
  </li>`;
}
