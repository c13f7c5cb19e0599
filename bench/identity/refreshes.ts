/**
 * Refreshes a second for each core that the server uses, statements and changed rows for each.
 * `node bench/identity/refreshes.ts`
 */
import { register } from '../support/client.ts';
import { createDatabase } from '../support/postgres.ts';
import { print, printTable } from '../support/print.ts';
import { startServer, type BenchServer } from '../support/server.ts';
import { median } from '../support/statistics.ts';
import { doors, openChains, type Door } from './support/refresh-chains.ts';
import { rounds } from '../support/rounds.ts';

const name = 'person';
const sessions = 32;
const counted = 64;
const warmUp = 2_000;
const refreshesOfRound = 1_500;

const database = await createDatabase();
try {
  await count(database.url);
  await measure(database.url);
} finally {
  await database.drop();
}

async function count(url: string): Promise<void> {
  const server = await startServer(url, { isCounting: true });
  await register(server.port, name);
  for (const door of doors) {
    const chains = await openChains(server.port, door, { name, sessions });
    await chains.refresh(sessions);
    await server.usage();
    await chains.refresh(counted);
    const { statements } = await server.usage();
    const kinds = Map.groupBy(statements, (sql) => sql.replace(/^\W*\[query\]\W*/, '').split(' ', 1)[0] ?? '');
    const told = [...kinds].map(([kind, list]) => `${(list.length / counted).toFixed(2)} ${kind}`).join(', ');
    print(`Statements a refresh by ${door.name}: ${(statements.length / counted).toFixed(2)} (${told})`);
    chains.close();
  }
  await server.stop();
  print();
}

async function measure(url: string): Promise<void> {
  const server = await startServer(url);
  const rows: string[][] = [];
  for (const door of doors) rows.push(await measureDoor(server, door));
  await server.stop();
  print(
    `Refreshes of ${sessions} sessions, one under way for each; CPU is the server's process alone, all its threads`,
  );
  printTable(['door', 'refreshes/s', 'cores used', 'refreshes/s for each core', 'CPU µs a refresh'], rows);
}

async function measureDoor(server: BenchServer, door: Door): Promise<string[]> {
  // Their own sessions for each round: one session may be refreshed 600 times a minute.
  const results: Array<{ perSecond: number; cpuMicroseconds: number }> = [];
  for (let round = -1; round < rounds; round += 1) {
    const chains = await openChains(server.port, door, { name, sessions });
    const refreshes = round === -1 ? warmUp : refreshesOfRound;
    const before = (await server.usage()).cpuMicroseconds;
    const seconds = await chains.refresh(refreshes);
    const cpuMicroseconds = ((await server.usage()).cpuMicroseconds - before) / refreshes;
    if (round >= 0) results.push({ perSecond: refreshes / seconds, cpuMicroseconds });
    chains.close();
  }
  const perSecond = median(results.map((result) => result.perSecond));
  const cpu = median(results.map((result) => result.cpuMicroseconds));
  return [
    door.name,
    perSecond.toFixed(0),
    ((perSecond * cpu) / 1e6).toFixed(2),
    (1e6 / cpu).toFixed(0),
    cpu.toFixed(0),
  ];
}
