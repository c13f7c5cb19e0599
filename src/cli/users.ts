import { issueInvitation } from '../identity/accounts/issue-invitation.ts';
import { invitationLink } from '../identity/accounts/mail-templates.ts';
import { isEmail, normaliseEmail } from '../users/email.ts';
import { knownRoles, User } from '../users/user.entity.ts';
import type { Arguments } from './command.ts';
import { UsageError } from './usage.ts';
import { withDatabase } from './with-database.ts';

/**
 * `users create`: a link, good once and for a week, by which a person makes an account with a role. It is how the first
 * administrator of a production system comes in; an operator who can run this has the database anyway.
 */
export async function inviteByLink({ options: { email: text = '', role: name } }: Arguments): Promise<string> {
  const role = knownRoles.find((known) => known === name);
  const email = normaliseEmail(text);
  if (!isEmail(email)) throw new UsageError('Give an e-mail address with --email.');
  if (role === undefined) throw new UsageError(`Give a role with --role: one of ${knownRoles.join(', ')}.`);
  return withDatabase(async ({ config, database, recorder, provenance }) => {
    const token = await database.fork().transactional(async (tx) => {
      if ((await tx.count(User, { email })) > 0) throw new Error(`${email} has an account already.`);
      return issueInvitation(tx, recorder, provenance, { email, roles: [role], inviter: null });
    });
    return `${invitationLink(config.mail.linkBase, token)}\nFor ${email}, as ${role}: good once, for a week. The token goes into \`acceptInvitation\`.\n`;
  });
}
