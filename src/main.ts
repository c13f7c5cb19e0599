import { readEnvironment } from './config/environment.ts';
import { limitMemory } from './config/memory.ts';
import { StartError } from './errors.ts';

const environment = readEnvironment();
limitMemory(environment);
// Only now, so that a process which is about to be replaced has loaded nothing.
const { serve } = await import('./app/serve.ts');

serve(environment).catch((error: unknown) => {
  const isExpected = error instanceof StartError || (error instanceof Error && error.name === 'AccessSchemaError');
  process.stderr.write(`${isExpected ? error.message : (error instanceof Error && error.stack) || String(error)}\n`);
  process.exit(1);
});
