import { parseArgs } from 'node:util';
import { helpOf, overview, type Arguments, type Command } from './command.ts';
import { commands } from './commands.ts';
import { UsageError } from './usage.ts';

async function main([first, second, ...rest]: readonly string[]): Promise<void> {
  if (first === '--help') return void process.stdout.write(overview(commands));
  const name = `${first} ${second}`;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) return fail(`There is no such command.\n\n${overview(commands)}`);
  if (rest.includes('--help')) return void process.stdout.write(helpOf(name, command));
  try {
    process.stdout.write(await command.run(readArguments(command, rest)));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    fail(error instanceof UsageError ? `${message}\n\n${helpOf(name, command)}` : `${message}\n`);
  }
}

/** @throws UsageError for an option that the command does not have. */
function readArguments({ options = {} }: Command, args: readonly string[]): Arguments {
  const types = Object.entries(options).map(
    ([name, { value }]) => [name, { type: value === undefined ? 'boolean' : 'string' }] as const,
  );
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: Object.fromEntries(types),
    });
    const given = Object.entries(values);
    return {
      files: positionals,
      options: Object.fromEntries(given.filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
      flags: new Set(given.filter(([, value]) => value === true).map(([name]) => name)),
    };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function fail(message: string): void {
  process.stderr.write(message);
  process.exitCode = 1;
}

await main(process.argv.slice(2));
