import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { dropTemplate } from './database.ts';
import { removeTemporaryFolder } from './temporary-folder.js';

/** The time that a run has to end by itself once its tests are over. */
const endingMs = 10_000;

/** Once all tests have run: fails where a secret that any of them used stands in a line that any server logged. */
export default async function teardown() {
  // What a failed test left open would keep the run alive for ever; without it this timer keeps nothing alive.
  setTimeout(() => process.exit(), endingMs).unref();
  const folder = process.env.SALLYPORT_TEST_WITNESS;
  const read = (kind) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(`.${kind}`))
      .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
      .filter((line) => line !== '');
  const secrets = [...new Set(read('secrets').map((line) => JSON.parse(line)))];
  const logged = read('logged');
  rmSync(folder, { recursive: true });
  await dropTemplate();
  removeTemporaryFolder();

  const everything = logged.join('\n');
  // In JSON a quote or a backslash looks otherwise.
  const found = secrets.filter((secret) => everything.includes(JSON.stringify(secret).slice(1, -1)));
  process.stderr.write(`${secrets.length} secrets were looked for in ${logged.length} lines of log.\n`);
  if (found.length === 0) return;
  const lines = found.map((secret) => logged.find((line) => line.includes(JSON.stringify(secret).slice(1, -1))));
  throw new Error(`Secrets were logged:\n${lines.slice(0, 10).join('\n')}`);
}
