import { newPasswordField, revokeApiKeysField } from '../account-fields.ts';
import { form } from '../form.ts';
import { Security, type SecurityQuery } from '../generated/documents.ts';
import { html, type Html, type Part } from '../html.ts';
import { time } from '../layout.ts';
import { nameOf } from '../provider-page.ts';
import { texts } from '../texts.ts';
import { badge, disclosure, panel, passkeyHints, sectionPaths } from './account-layout.ts';
import { meOf } from './me.ts';
import type { Section, SectionView } from './section.ts';
import { securityActions } from './security-actions.ts';
import { strengthPanel } from './strength.ts';

type Data = NonNullable<SecurityQuery['me']>;

const words = texts.account.security;

/** Password, second factors, passkeys and trusted devices. */
export const security: Section<Data> = {
  name: 'security',
  path: sectionPaths.security,
  load: async (ask) => meOf((await ask(Security)).me),
  show: (me, view) => html`
    ${strengthPanel(me, view)} ${passwordPanel(me, view)} ${totpPanel(me, view)}
    ${me.secondFactors?.length !== 0 && recoveryPanel(me, view)} ${passkeysPanel(me, view)} ${identitiesPanel(me, view)}
    ${me.trustedDevices?.length !== 0 && devicesPanel(me, view)} ${passkeyHints(me.passkeySignals)}
  `,
  actions: securityActions,
};

function passwordPanel({ email, hasPassword }: Data, { action, site, triedOf }: SectionView): Html {
  if (hasPassword === false) {
    const way = html`<p><a href="${site.base}/reset-password">${texts.confirm.setPassword}</a></p>`;
    return panel(words.password, way, { lead: words.noPassword });
  }
  const tried = triedOf('change-password');
  const parts = {
    action,
    id: 'password',
    // A password manager learns whose password it keeps.
    hidden: { action: 'change-password', username: email ?? '' },
    tried,
    fieldOfCode: { INVALID_CREDENTIALS: 'currentPassword' },
    fields: [
      {
        kind: 'password' as const,
        name: 'currentPassword',
        label: texts.fields.currentPassword,
        autocomplete: 'current-password',
      },
      newPasswordField('newPassword', texts.fields.newPassword),
      revokeApiKeysField,
    ],
    submit: words.changePassword,
  };
  const content = disclosure(words.changePassword, form(parts), { open: tried !== null });
  return panel(words.password, content, { lead: words.passwordLead });
}

function totpPanel({ secondFactors }: Data, view: SectionView): Html {
  const { action, triedOf } = view;
  const isOn = secondFactors?.includes('TOTP') === true;
  const begin = {
    action,
    id: 'totp',
    hidden: { action: 'begin-totp' },
    tried: triedOf('begin-totp'),
    fields: [],
    submit: isOn ? words.replaceTotp : words.addTotp,
    style: isOn ? ('secondary' as const) : ('primary' as const),
  };
  return panel(words.totp, html`<div class="disclosures">${form(begin)} ${isOn && totpRemoval(view)}</div>`, {
    lead: words.totpLead,
    badge: isOn ? badge(`✓ ${words.on}`, true) : badge(words.off),
  });
}

function totpRemoval({ action, triedOf }: SectionView): Html {
  const tried = triedOf('remove-totp');
  const remove = {
    action,
    id: 'remove-totp',
    hidden: { action: 'remove-totp' },
    tried,
    fields: [],
    submit: words.removeTotp,
    style: 'danger' as const,
  };
  const removal = html`<p class="lead">${words.removeTotpLead}</p>
    ${form(remove)}`;
  return disclosure(words.removeTotp, removal, { open: tried !== null });
}

function recoveryPanel({ recoveryCodesLeft }: Data, { action, triedOf }: SectionView): Html {
  const tried = triedOf('renew-codes');
  const renew = {
    action,
    id: 'codes',
    hidden: { action: 'renew-codes' },
    tried,
    fields: [],
    submit: words.renew,
  };
  const renewal = html`<p class="lead">${words.renewLead}</p>
    ${form(renew)}`;
  const content = disclosure(words.renew, renewal, { open: tried !== null });
  return panel(words.recovery, content, { lead: words.recoveryLead(recoveryCodesLeft ?? 0) });
}

function passkeysPanel({ passkeys }: Data, view: SectionView): Html {
  const { action, triedOf } = view;
  const begin = {
    action,
    id: 'add-passkey',
    hidden: { action: 'begin-passkey' },
    tried: triedOf('begin-passkey'),
    fields: [],
    submit: words.addPasskey,
  };
  const content = html`
    ${
      passkeys == null || passkeys.length === 0
        ? html`<p>${words.noPasskeys}</p>`
        : html`<ul class="rows">
            ${passkeys.map((passkey) => passkeyRow(passkey, view))}
          </ul>`
    }
    <div hidden data-needs-passkeys>${form(begin)}</div>
    <p hidden data-needs-host-name>${words.needsHostName}</p>
    <noscript><p>${words.needsScript}</p></noscript>
  `;
  return panel(words.passkeys, content, { lead: words.passkeysLead });
}

function passkeyRow(
  { id, name, createdAt, lastUsedAt }: NonNullable<Data['passkeys']>[number],
  { action, triedOf }: SectionView,
): Html {
  const renamed = triedOf('rename-passkey', id);
  const rename = {
    action,
    id: `rename-${id}`,
    hidden: { action: 'rename-passkey', id },
    tried: renamed,
    fields: [{ name: 'name', label: words.passkeyName, autocomplete: 'off', value: name }],
    submit: words.rename,
    style: 'secondary' as const,
  };
  const removed = triedOf('remove-passkey', id);
  const remove = {
    action,
    id: `remove-${id}`,
    hidden: { action: 'remove-passkey', id },
    tried: removed,
    fields: [],
    submit: words.remove,
    submitLabel: `${words.remove}: ${name}`,
    style: 'danger' as const,
  };
  return html`<li>
    <div>
      <p class="name">${name}</p>
      <p class="facts">
        ${words.added} ${time(createdAt)}${lastUsedAt != null && html`, ${words.lastUsed} ${time(lastUsedAt)}`}
      </p>
    </div>
    <div class="disclosures">
      ${disclosure(words.rename, html`${form(rename)} ${form(remove)}`, {
        open: renamed !== null || removed !== null,
        label: `${words.rename}: ${name}`,
      })}
    </div>
  </li>`;
}

function identitiesPanel({ externalIdentities }: Data, { action, site, triedOf }: SectionView): Part {
  const identities = externalIdentities ?? [];
  if (site.providers.length === 0 && identities.length === 0) return undefined;
  const rows = identities.map(({ id, provider, createdAt }) => {
    const name = nameOf(site, provider);
    const unlink = {
      action,
      id: `identity-${id}`,
      hidden: { action: 'unlink-identity', id },
      tried: triedOf('unlink-identity', id),
      fields: [],
      submit: words.unlink,
      submitLabel: `${words.unlink}: ${name}`,
      style: 'secondary' as const,
    };
    return html`<li>
      <div>
        <p class="name">${name}</p>
        <p class="facts">${words.added} ${time(createdAt)}</p>
      </div>
      ${form(unlink)}
    </li>`;
  });
  const links = site.providers.map(({ name, displayName }) =>
    form({
      action,
      id: `link-${name}`,
      hidden: { action: 'link-identity', id: name },
      tried: triedOf('link-identity', name),
      fields: [],
      submit: identities.some(({ provider }) => provider === name)
        ? words.linkAnother(displayName)
        : words.link(displayName),
      style: 'secondary',
    }),
  );
  const list =
    rows.length === 0
      ? html`<p>${words.noIdentities}</p>`
      : html`<ul class="rows">
          ${rows}
        </ul>`;
  return panel(
    words.identities,
    html`${list}
      <div class="providers">${links}</div>`,
    { lead: words.identitiesLead },
  );
}

function devicesPanel({ trustedDevices }: Data, { action, triedOf }: SectionView): Html {
  const rows = (trustedDevices ?? []).map(({ id, name, expiresAt, current }) => {
    const revoke = {
      action,
      id: `device-${id}`,
      hidden: { action: 'revoke-device', id },
      tried: triedOf('revoke-device', id),
      fields: [],
      submit: words.revoke,
      style: 'secondary' as const,
    };
    return html`<li>
      <div>
        <p class="title">
          <span class="name">${name ?? texts.account.sessions.unknown}</span>${current && badge(words.thisDevice)}
        </p>
        <p class="facts">${words.until} ${time(expiresAt)}</p>
      </div>
      ${form(revoke)}
    </li>`;
  });
  return panel(
    words.devices,
    html`<ul class="rows">
      ${rows}
    </ul>`,
    { lead: words.devicesLead },
  );
}
