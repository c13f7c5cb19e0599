/**
 * The whole server in a process of its own, and beside it, in the same process, what it is compared with: a bare
 * `node:http` route that reads and parses the body and answers a constant. Started by `server.ts`, which speaks to it
 * by messages.
 */
import { createServer } from 'node:http';
import { pino } from 'pino';
import { createApp } from '../../src/app/create-app.ts';
import { entities } from '../../src/app/entities.ts';
import { parseConfig } from '../../src/config/config.ts';
import { openDatabase } from '../../src/database/open.ts';

export interface Usage {
  /** Microseconds that this process has spent on a processor. */
  readonly cpuMicroseconds: number;
  readonly residentBytes: number;
  /** SQL statements sent since the last time they were asked for; counted only where that was asked for. */
  readonly statements: readonly string[];
}

const isCounting = process.env['BENCH_COUNT'] === 'on';
let statements: string[] = [];
const onStatement = (sql: string): void => void statements.push(sql);

const config = parseConfig(process.env);
const database = await openDatabase(config.database, entities, isCounting ? { onStatement } : {});
const app = await createApp({ config, database, log: pino({ level: 'error' }) });
const port = await app.server.listen(0, '127.0.0.1');

const bare = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    JSON.parse(Buffer.concat(chunks).toString('utf8'));
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.end(process.env['BENCH_CONSTANT'] ?? '{}');
  });
});
await new Promise<void>((resolve) => {
  bare.listen(0, '127.0.0.1', resolve);
});
const address = bare.address();
process.send?.({ port, barePort: typeof address === 'object' ? address?.port : undefined });

process.on('message', (message) => {
  if (message === 'usage') {
    const { user, system } = process.cpuUsage();
    const usage: Usage = { cpuMicroseconds: user + system, residentBytes: process.memoryUsage.rss(), statements };
    statements = [];
    process.send?.(usage);
  }
  if (message === 'stop') void stop();
});
// A server whose starter is gone has no one to answer to.
process.on('disconnect', () => process.exit(1));

async function stop(): Promise<void> {
  bare.closeAllConnections();
  bare.close();
  await app.close();
  await database.close();
  process.exit(0);
}
