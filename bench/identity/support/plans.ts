import { Client } from 'pg';
import { pino } from 'pino';
import { createApp } from '../../../src/app/create-app.ts';
import { entities } from '../../../src/app/entities.ts';
import { parseConfig } from '../../../src/config/config.ts';
import { openDatabase } from '../../../src/database/open.ts';
import { register } from '../../support/client.ts';
import { environment } from '../../support/server.ts';
import { createRequests, type Caller } from './requests.ts';
import { signIn } from './sign-in.ts';

/** The statements that each request sends, as they are sent, with PostgreSQL's plan for each; without costs. */
export async function plansOf(url: string): Promise<string> {
  const sent: string[] = [];
  const config = parseConfig({ ...environment, DATABASE_URL: url });
  const restore = listen((sql) => void sent.push(sql));
  const database = await openDatabase(config.database, entities);
  const app = await createApp({ config, database, log: pino({ level: 'silent' }) });
  const port = await app.server.listen(0, '127.0.0.1');
  const parts: string[] = [];
  try {
    const caller = await createCaller(port, database.orm.em.getConnection());
    for (const { name, of, after } of createRequests()) {
      sent.length = 0;
      const answer = await post(port, of(caller));
      after?.(caller, answer);
      const statements = sent
        .splice(0)
        .map(statementOf)
        .filter((sql) => /^(select|insert|update|with)\b/i.test(sql));
      parts.push(`# ${name}\n`);
      for (const sql of statements) {
        const plan = await database.orm.em
          .getConnection()
          .execute<Array<Record<string, string>>>(`explain (costs off) ${sql}`);
        parts.push(`${shown(sql)}\n${plan.map((row) => `    ${shown(row['QUERY PLAN'] ?? '')}`).join('\n')}\n`);
      }
    }
  } finally {
    restore();
    await app.close();
    await database.close();
  }
  return parts.join('\n');
}

interface Connection {
  readonly execute: (sql: string, params: unknown[]) => Promise<unknown>;
}

async function createCaller(port: number, connection: Connection): Promise<Caller> {
  const name = `planner-${Math.random().toString(36).slice(2)}`;
  await register(port, name);
  await connection.execute(`update users set roles = '{ADMIN}' where email = ?`, [`${name}@bench.example`]);
  const tokens = await signIn(port, name);
  const rows: unknown = await connection.execute('select id from users order by id limit 1', []);
  const [other] = rows as Array<{ id: string }>;
  return { name, ...tokens, otherUserId: other?.id ?? '' };
}

async function post(port: number, { body, headers = {} }: { body: string; headers?: object }): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return response.text();
}

const statementOf = (sql: string): string => sql.replaceAll(/\s+/g, ' ').trim();

/** Hears every statement of this process with its values in it, which the log of MikroORM leaves out. */
function listen(heard: (sql: string) => void): () => void {
  const send = Object.getOwnPropertyDescriptor(Client.prototype, 'query');
  const original: unknown = send?.value;
  if (send === undefined || typeof original !== 'function') throw new Error('`pg` sends its statements otherwise now.');
  Object.defineProperty(Client.prototype, 'query', {
    ...send,
    value(this: Client, ...args: unknown[]) {
      const [query, values] = args;
      const text = typeof query === 'object' && query !== null && 'text' in query ? query.text : query;
      if (typeof text === 'string') heard(withIds(text, values));
      return Reflect.apply(original, this, args) as unknown;
    },
  });
  return () => Object.defineProperty(Client.prototype, 'query', send);
}

/** The only values that are sent apart from their statement: the ids that `consult` reads by. */
const withIds = (text: string, values: unknown): string =>
  Array.isArray(values) && Array.isArray(values[0]) ? text.replace('$1', `'{${values[0].join(',')}}'`) : text;

/** Values differ from run to run, plans do not. */
function shown(text: string): string {
  return text.replaceAll(/'[^']*'(::[a-z]+( varying| with time zone|\(\d\) with time zone)?(\[\])?)?/g, '?');
}
