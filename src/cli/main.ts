import { parseArgs } from 'node:util';
import { commands } from './command-table.ts';
import { groupOf, helpOf, overview, type Arguments, type Command } from './command.ts';
import { UsageError } from './usage.ts';

async function main(args: readonly string[]): Promise<void> {
  const { name, rest } = nameIn(args);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  const isHelpWanted = rest.includes('--help') || rest.includes('-h');
  if (command === undefined) {
    const group = groupOf(commands, name);
    const known = Object.keys(group).length > 0 ? group : commands;
    if (isHelpWanted && (name === '' || known === group)) return void process.stdout.write(overview(known));
    return fail(`There is no such command.\n\n${overview(known)}`);
  }
  if (isHelpWanted) return void process.stdout.write(helpOf(name, command));
  try {
    process.stdout.write(await command.run(readArguments(command, rest)));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    fail(error instanceof UsageError ? `${message}\n\n${helpOf(name, command)}` : `${message}\n`);
  }
}

/** The words before the first option, as far as they name a command; the rest is its arguments. */
function nameIn(args: readonly string[]): { name: string; rest: readonly string[] } {
  const firstOption = args.findIndex((arg) => arg.startsWith('-'));
  const words = firstOption === -1 ? args : args.slice(0, firstOption);
  const length = [2, 1].find(
    (count) => count <= words.length && Object.hasOwn(commands, words.slice(0, count).join(' ')),
  );
  const taken = length ?? Math.min(words.length, 2);
  return { name: words.slice(0, taken).join(' '), rest: args.slice(taken) };
}

/** @throws UsageError for an option that the command does not have, and for whatever it would not read. */
function readArguments({ files, options = {} }: Command, args: readonly string[]): Arguments {
  const types = Object.entries(options).map(
    ([name, { value }]) => [name, { type: value === undefined ? 'boolean' : 'string' }] as const,
  );
  try {
    const { positionals, values, tokens } = parseArgs({
      args: [...args],
      allowPositionals: true,
      tokens: true,
      options: Object.fromEntries(types),
    });
    const unread = files?.endsWith('...') === true ? [] : positionals.slice(files === undefined ? 0 : 1);
    if (unread.length > 0) throw new UsageError(`Nothing reads this argument: ${unread.join(' ')}`);
    const names = tokens.flatMap((token) => (token.kind === 'option' ? [token.rawName] : []));
    const doubled = names.find((name, index) => names.indexOf(name) !== index);
    if (doubled !== undefined) throw new UsageError(`Give ${doubled} once.`);
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
