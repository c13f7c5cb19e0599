import { Article } from './articles/article.entity.ts';
import { AuditEvent } from './audit/audit-event.entity.ts';
import { Comment } from './comments/comment.entity.ts';
import { Turn } from './housekeeping/turn.entity.ts';
import { AccountToken } from './identity/accounts/account-token.entity.ts';
import { ApiKey } from './identity/api-keys/api-key.entity.ts';
import { Session } from './identity/sessions/session.entity.ts';
import { SigningKey } from './identity/signing-keys/signing-key.entity.ts';
import { User } from './users/user.entity.ts';

/** Every table; a team's own entity is added here. */
export const entities = [User, Session, AccountToken, ApiKey, SigningKey, AuditEvent, Turn, Article, Comment];
