import { boundMemory } from './bounded-memory.ts';
import { readEnvironment } from './environment.ts';

const environment = readEnvironment();
boundMemory(environment);
// Only now, so that a process which is about to be replaced has loaded nothing.
const { serve } = await import('./serve.ts');

serve(environment).catch((error: unknown) => {
  const isExpected = error instanceof Error && expected.has(error.name);
  process.stderr.write(`${isExpected ? error.message : (error instanceof Error && error.stack) || String(error)}\n`);
  process.exit(1);
});

/** What a person can mend by what the message says; a stack would only hide it. */
const expected = new Set([
  'AccessSchemaError',
  'ConfigError',
  'DatabaseUnreachableError',
  'DemoAccountsError',
  'FolderInUseError',
  'PortTakenError',
  'WrongMasterKeyError',
]);
