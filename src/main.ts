import { readEnvironment } from './config/environment.ts';
import { limitMemory } from './config/memory.ts';
import { StartError } from './errors.ts';

requireNoArguments(process.argv.slice(2));
const environment = readEnvironment();
limitMemory(environment);
// Only now, so that a process which is about to be replaced has loaded nothing.
const { serve } = await import('./app/serve.ts');

serve(environment).catch((error: unknown) => {
  const isExpected = error instanceof StartError || (error instanceof Error && error.name === 'AccessSchemaError');
  process.stderr.write(`${isExpected ? error.message : (error instanceof Error && error.stack) || String(error)}\n`);
  process.exit(1);
});

/** Ends the process for arguments, which would be passed over: settings come from the environment. */
function requireNoArguments(args: readonly string[]): void {
  if (args.length === 0) return;
  process.stderr.write(
    'A start takes no arguments: settings come from the environment, such as PORT=4000 npm start. docs/reference/configuration.md lists them; `npm run -s sallyport -- --help` lists commands.\n',
  );
  process.exit(args.every((arg) => arg === '--help' || arg === '-h') ? 0 : 1);
}
