import { boundMemory } from './bounded-memory.ts';
import { readEnvironment } from './environment.ts';
import { StartError } from './errors.ts';

const environment = readEnvironment();
boundMemory(environment);
// Only now, so that a process which is about to be replaced has loaded nothing.
const { serve } = await import('./serve.ts');

serve(environment).catch((error: unknown) => {
  const isExpected = error instanceof StartError || (error instanceof Error && error.name === 'AccessSchemaError');
  process.stderr.write(`${isExpected ? error.message : (error instanceof Error && error.stack) || String(error)}\n`);
  process.exit(1);
});
