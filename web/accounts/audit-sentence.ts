import type { AuditQuery } from '../generated/documents.ts';

export type AuditEvent = AuditQuery['auditEvents']['nodes'][number];

/** Names of users by their ids. */
export type Names = ReadonlyMap<string, string>;

/**
 * The predicate of the sentence, by the type of the event; who did it stands before it. Of `{one|other}` the other
 * counts if it was done to another user, whose name takes the place of `%`.
 */
const predicates: Readonly<Record<string, string>> = {
  'access.result_shown': 'was shown what a query answers {a caller|%}',
  'account.closed': 'closed the account',
  'account.email_change_requested': 'asked for a link to change the e-mail address',
  'account.email_change_reverted': 'took a change of the e-mail address back',
  'account.email_changed': 'changed the e-mail address',
  'account.email_verified': 'proved the e-mail address',
  'account.imported': 'imported {an account|the account of %}',
  'account.password_changed': 'changed the password',
  'account.password_refused': 'gave a wrong current password{| for %}',
  'account.password_reset': 'set a new password by a mailed link',
  'account.password_reset_requested': 'asked for a link to set a password{| for %}',
  'account.profile_updated': 'changed the profile',
  'account.provisioned': 'came from a trusted issuer',
  'account.registered': 'registered',
  'account.verification_requested': 'asked for a link to prove the e-mail address',
  'api_key.created': 'made an API key',
  'api_key.refused': 'presented an API key that does not count',
  'api_key.revoked': 'revoked an API key',
  'device.trust_revoked': 'ended the trust in a device{| of %}',
  'device.trusted': 'trusted a device',
  'email_login.requested': 'asked for a code to sign in{| as %}',
  'external_identity.linked': 'linked an identity of a provider',
  'external_identity.unlinked': 'unlinked an identity of a provider',
  'factor.enrolled': 'added or replaced a second factor',
  'factor.refused': 'gave a wrong second factor{| for %}',
  'factor.removed': 'removed a second factor{| of %}',
  'factors.reset': 'took every second factor {away|from %}',
  'failures.omitted': 'failed more often than is recorded',
  'invitation.accepted': 'accepted an invitation',
  'invitation.sent': 'sent an invitation',
  'issuer_session.end_refused': 'presented a logout token that was not accepted',
  'issuer_session.ended': 'told of a logout',
  'issuer_token.refused': 'presented a token of a trusted issuer that was not accepted',
  'mutation.refused': 'was refused a mutation',
  'read.refused': 'was refused to read fields',
  'recovery_codes.renewed': 'got new recovery codes',
  'request.refused': 'was refused a request',
  'session.ended': 'ended a session{| of %}',
  'session.refresh_failed': 'presented a refresh token{| of %} that was refused',
  'session.reuse_detected': 'presented an old refresh token{| of %}: the session ended',
  'session.start_failed': 'failed to sign in{| as %}',
  'session.started': 'signed in',
  'session.stepped_up': 'proved once more who they are',
  'signing_key.generated': 'made a signing key',
  'signing_key.resealed': 'sealed the signing keys with another master key',
  'signing_key.retired': 'retired a signing key',
  'signing_key.rotated': 'rotated the signing keys',
  'token.issued': 'exchanged an API key for a token',
  'user.disabled': 'disabled {an account|the account of %}',
  'user.enabled': 'enabled {an account|the account of %}',
  'user.roles_changed': 'changed the roles of {an account|%}',
};

/** Every type that has a sentence, for the filter. */
export const auditTypes = Object.keys(predicates);

/** Says in a sentence what an event is. A type without one is shown as it is. */
export function auditSentence(event: AuditEvent, names: Names = new Map()): string {
  const who = whoDid(event);
  const predicate = predicates[event.type];
  const name = names.get(otherUser(event) ?? '');
  const more = detailOf(event.details);
  const done = predicate?.replace(/\{(.*?)\|(.*?)\}/, (_, one: string, other: string) =>
    name === undefined ? one : other.replace('%', () => name),
  );
  return `${done === undefined ? `${who}: ${event.type}` : `${who} ${done}`}${more === '' ? '' : ` (${more})`}`;
}

/** Returns the id of the user, other than the acting one, whom the sentence names. */
export const otherUser = ({ type, actor, subjectId }: AuditEvent): string | undefined =>
  subjectId !== null && subjectId !== actor?.id && predicates[type]?.includes('%') === true ? subjectId : undefined;

function whoDid({ type, actor, ipAddress }: AuditEvent): string {
  if (actor !== null) return actor.displayName;
  if (type === 'issuer_session.ended') return 'A trusted issuer';
  return ipAddress === null ? 'The server' : 'An unknown caller';
}

const told = [
  'field',
  'fields',
  'code',
  'reason',
  'roles',
  'from',
  'to',
  'method',
  'methods',
  'proof',
  'provider',
  'issuer',
];

/** The few details that belong into a sentence. */
function detailOf(details: unknown): string {
  if (typeof details !== 'object' || details === null) return '';
  const all = details as Readonly<Record<string, unknown>>;
  return told
    .filter((key) => all[key] != null)
    .map((key) => `${key} ${Array.isArray(all[key]) ? all[key].join(', ') || 'none' : String(all[key])}`)
    .join(', ');
}
