import { UniqueConstraintViolationException } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Article } from '../articles/article.entity.ts';
import { Comment } from '../comments/comment.entity.ts';
import { newId } from '../database/base.entity.ts';
import { StartError } from '../errors.ts';
import type { Passwords } from '../identity/sign-in/passwords/passwords.ts';
import { User, type Role } from '../users/user.entity.ts';

export const demoPassword = 'sallyport-demo';
export const demoAccounts: ReadonlyArray<{ email: string; displayName: string; role: Role }> = [
  { email: 'viewer@demo.sallyport.test', displayName: 'Vera Viewer', role: 'VIEWER' },
  { email: 'editor@demo.sallyport.test', displayName: 'Edgar Editor', role: 'EDITOR' },
  { email: 'moderator@demo.sallyport.test', displayName: 'Mona Moderator', role: 'MODERATOR' },
  { email: 'admin@demo.sallyport.test', displayName: 'Ada Admin', role: 'ADMIN' },
];

/** A database that was filled for a demonstration is to serve the public. */
export class DemoAccountsError extends StartError {
  constructor(emails: readonly string[]) {
    super(
      `This database has demo accounts, whose password everybody knows: ${emails.join(', ')}. Disable or delete them ` +
        'before it serves in production, or use another database.',
    );
  }
}

/** @throws DemoAccountsError if one of them could sign in. */
export async function refuseDemoAccounts(em: EntityManager): Promise<void> {
  const emails = demoAccounts.map(({ email }) => email);
  const found = await em.find(User, { email: { $in: emails }, status: 'ACTIVE', passwordHash: { $ne: null } });
  if (found.length > 0) throw new DemoAccountsError(found.map(({ email }) => email));
}

const articles = [
  {
    title: 'What a sally port is',
    body: 'The small, guarded door of a fortress: everyone passes it, no one passes unseen.',
    published: true,
  },
  {
    title: 'Reading a schema as a policy',
    body: 'Every field says who may see it, and silence does not build.',
    published: true,
  },
  { title: 'Notes for next week', body: 'A draft. Readers do not know that it exists.', published: false },
];

/** Gives an empty database something to look at; one that has users is left alone. */
export async function fillDemo(em: EntityManager, passwords: Pick<Passwords, 'hash'>, now: Date): Promise<void> {
  if ((await em.count(User)) > 0) return;
  const passwordHash = await passwords.hash(demoPassword, { ipAddress: null });
  const users = demoAccounts.map(({ email, displayName, role }) =>
    em.create(User, {
      ...newRow(now),
      email,
      displayName,
      roles: [role],
      status: 'ACTIVE',
      disabledReason: null,
      closedAt: null,
      emailVerifiedAt: now,
      emailProvedAt: now,
      passwordHash,
      credentialVersion: 0,
    }),
  );
  const [viewer, author] = users;
  if (viewer === undefined || author === undefined) return;
  for (const { title, body, published } of articles) {
    const article = em.create(Article, {
      ...newRow(now),
      updatedAt: now,
      title,
      body,
      status: published ? 'PUBLISHED' : 'DRAFT',
      publishedAt: published ? now : null,
      author,
      version: 1,
    });
    if (published) {
      em.create(Comment, {
        ...newRow(now),
        updatedAt: now,
        body: 'Good to know.',
        author: viewer,
        article,
        version: 1,
      });
    }
  }
  try {
    await em.flush();
  } catch (error) {
    // Another node that started in the same moment has filled it.
    if (!(error instanceof UniqueConstraintViolationException)) throw error;
  }
}

const newRow = (now: Date): { id: string; createdAt: Date } => ({ id: newId(now), createdAt: now });
