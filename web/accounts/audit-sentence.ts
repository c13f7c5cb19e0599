import type { AuditQuery } from '../generated/documents.ts';

export type AuditEvent = AuditQuery['auditEvents']['nodes'][number];

/** The predicate of the sentence, by the type of the event; its subject stands before it. */
const verbs: Readonly<Record<string, string>> = {
  'account.closed': 'closed the account',
  'account.email_changed': 'changed the email address',
  'account.email_verified': 'proved the email address',
  'account.imported': 'was imported',
  'account.password_changed': 'changed the password',
  'account.password_refused': 'gave a wrong current password',
  'account.password_reset': 'set a new password by a mailed link',
  'account.password_reset_requested': 'asked for a link to set a password',
  'account.profile_updated': 'changed the profile',
  'account.provisioned': 'came from a trusted issuer',
  'account.registered': 'registered',
  'api_key.created': 'made an API key',
  'api_key.refused': 'presented an API key that does not count',
  'api_key.revoked': 'revoked an API key',
  'device.trusted': 'trusted a device',
  'device.trust_revoked': 'ended the trust in a device',
  'factor.enrolled': 'added a second factor',
  'factor.refused': 'gave a wrong second factor',
  'factor.removed': 'removed a second factor',
  'factors.reset': 'took all second factors away',
  'invitation.accepted': 'accepted an invitation',
  'invitation.sent': 'sent an invitation',
  'mutation.refused': 'was refused a mutation',
  'read.refused': 'was refused to read fields',
  'recovery_codes.renewed': 'got new recovery codes',
  'request.refused': 'was refused a request',
  'session.ended': 'ended a session',
  'session.refresh_failed': 'presented a refresh token that was refused',
  'session.reuse_detected': 'presented an old refresh token: the session ended',
  'session.start_failed': 'failed to sign in',
  'session.started': 'signed in',
  'session.stepped_up': 'proved once more who they are',
  'signing_key.generated': 'made a signing key',
  'signing_key.retired': 'retired a signing key',
  'signing_key.rotated': 'rotated the signing keys',
  'token.issued': 'exchanged an API key for a token',
  'user.disabled': 'disabled an account',
  'user.enabled': 'enabled an account',
  'user.roles_changed': 'changed the roles of an account',
};

/** Every type that has a sentence, for the filter. */
export const auditTypes = Object.keys(verbs);

/** Says in a sentence what an event is. A type without one is shown as it is. */
export function auditSentence({ type, actor, details }: AuditEvent): string {
  const who = actor?.displayName ?? 'An unknown caller';
  const verb = verbs[type];
  const more = detailOf(details);
  return `${verb === undefined ? `${who}: ${type}` : `${who} ${verb}`}${more === '' ? '' : ` (${more})`}`;
}

/** The few details that belong into a sentence. */
function detailOf(details: unknown): string {
  if (typeof details !== 'object' || details === null) return '';
  const wanted = ['field', 'fields', 'code', 'reason', 'name', 'roles', 'factor'];
  return Object.entries(details)
    .filter(([key, value]) => wanted.includes(key) && value !== null)
    .map(([key, value]) => `${key} ${Array.isArray(value) ? value.join(', ') : String(value)}`)
    .join(', ');
}
