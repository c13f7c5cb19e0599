import { execFile, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { DatabaseLocation } from '../../src/config/config.ts';
import { createTestDatabase } from './database.ts';
import { inherited } from './process.ts';

/** How a command ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line as a user has it, on a database of its own that a server of the test may open afterwards. */
export interface CommandLine {
  readonly location: DatabaseLocation;
  /** The settings that the commands have. */
  readonly settings: Readonly<Record<string, string>>;
  readonly run: (...args: string[]) => Promise<Ended>;
  readonly start: (...args: string[]) => ChildProcessWithoutNullStreams;
  /** Writes a file where the commands run. */
  readonly write: (name: string, text: string) => void;
  readonly remove: () => Promise<void>;
}

const main = join(import.meta.dirname, '../../src/cli/main.ts');
const node = promisify(execFile);

export async function createCommandLine(env: Readonly<Record<string, string>> = {}): Promise<CommandLine> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-cli-'));
  const { location, drop } = await createTestDatabase();
  const settings =
    location.kind === 'embedded'
      ? { DATA_DIR: dirname(location.folder) }
      : { DATABASE_URL: location.url, DATA_DIR: folder };
  const options = { cwd: folder, env: { ...inherited, ...settings, ...env } };
  return {
    location,
    settings,
    run: (...args) =>
      node(process.execPath, [main, ...args], options).then(
        ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
        ({ code, stdout, stderr }: Ended) => ({ code, stdout, stderr }),
      ),
    start: (...args) => spawn(process.execPath, [main, ...args], options),
    write: (name, text) => writeFileSync(join(folder, name), text),
    async remove() {
      await drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
