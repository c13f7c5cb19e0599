/**
 * The least that the same answers can cost: `node:http` and `pg`, no GraphQL. It knows the operations by their text;
 * one prepared statement brings session and user, one more the rest. A token is verified once, and then known by its
 * text; its session is looked at on every request. Started by `run.ts`, which speaks to it by messages.
 */
import { createLocalJWKSet, jwtVerify, type JWTPayload } from 'jose';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { Pool } from 'pg';
import { operations } from './operations.ts';

interface User {
  readonly id: string;
  readonly display_name: string;
  readonly roles: readonly string[];
}

interface ArticleRow {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly author_id: string;
  readonly display_name: string;
  readonly count: number;
}

const pool = new Pool({ connectionString: process.env['DATABASE_URL'], max: 10 });
const keys = createLocalJWKSet(JSON.parse(process.env['BENCH_JWKS'] ?? ''));
const issuer = process.env['BENCH_ISSUER'] ?? '';
const verified = new Map<string, JWTPayload>();

async function claimsOf(token: string): Promise<JWTPayload> {
  const known = verified.get(token);
  if (known !== undefined) return known;
  const { payload } = await jwtVerify(token, keys, { issuer, audience: issuer });
  verified.set(token, payload);
  return payload;
}

async function userOf({ headers }: IncomingMessage): Promise<User> {
  const claims = await claimsOf((headers.authorization ?? '').slice('Bearer '.length));
  const { rows } = await pool.query<User>({
    name: 'session',
    text: `select u.id, u.display_name, u.roles from sessions s join users u on u.id = s.user_id
            where s.id = $1 and s.ended_at is null and s.expires_at > now() and u.status = 'ACTIVE'
              and s.credential_version = u.credential_version`,
    values: [claims['sid']],
  });
  const [user] = rows;
  if (user === undefined || user.id !== claims.sub) throw new Error('This session does not count.');
  return user;
}

interface Variables {
  readonly first?: number;
  readonly id?: string;
  readonly input?: { readonly title: string };
}

async function articles(user: User, { first }: Variables, hasRights: boolean): Promise<object> {
  const readable = `(status = 'PUBLISHED' or author_id = $2)`;
  const { rows } = await pool.query<ArticleRow>({
    name: 'articles',
    text: `select a.id, a.title, a.status, a.author_id, u.display_name, (select count(*)::int from articles where ${readable})
             from (select * from articles where ${readable} order by id desc limit $1) a
             join users u on u.id = a.author_id order by a.id desc`,
    values: [first, user.id],
  });
  const isEditor = user.roles.includes('EDITOR');
  const nodes = rows.map(({ id, title, status, author_id: author, display_name: displayName }) => {
    const isOwn = isEditor && author === user.id;
    const viewerCan = hasRights ? { viewerCan: { update: isOwn, delete: isOwn && status === 'DRAFT' } } : {};
    return { id, title, status, author: { displayName }, ...viewerCan };
  });
  return { articles: { totalCount: rows[0]?.count ?? 0, nodes } };
}

async function updated(user: User, { id, input }: Variables): Promise<object> {
  if (!user.roles.includes('EDITOR')) throw new Error('Only editors write articles.');
  const { rows } = await pool.query({
    name: 'update',
    text: `update articles set title = $3, updated_at = now(), version = version + 1
            where id = $1 and author_id = $2 returning id, title`,
    values: [id, user.id, input?.title],
  });
  return { updateArticle: rows[0] };
}

const answers: Readonly<Record<string, (user: User, variables: Variables) => object | Promise<object>>> = {
  [operations.tiny]: ({ id, display_name: displayName }) => ({ me: { id, displayName } }),
  [operations.list]: (user, variables) => articles(user, variables, false),
  [operations.rights]: (user, variables) => articles(user, variables, true),
  [operations.mutation]: updated,
};

async function answer(request: IncomingMessage, text: string): Promise<Buffer> {
  const { query, variables } = JSON.parse(text) as { query: string; variables?: Variables };
  const user = await userOf(request);
  return Buffer.from(JSON.stringify({ data: await answers[query]?.(user, variables ?? {}) }));
}

const server = createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => (text += chunk));
  request.on('end', () => {
    answer(request, text).then(
      (body) =>
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body),
      () => response.writeHead(500).end(),
    );
  });
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const address = server.address();
process.send?.({ port: typeof address === 'object' ? address?.port : undefined });

process.on('message', (message) => {
  if (message === 'stop') process.exit(0);
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMicroseconds: user + system });
});
process.on('disconnect', () => process.exit(1));
