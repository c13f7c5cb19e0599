/** The arguments that stood behind the name of a command. */
export interface Arguments {
  readonly files: readonly string[];
  readonly options: Readonly<Record<string, string | undefined>>;
  /** The options without a value that were given. */
  readonly flags: ReadonlySet<string>;
}

export interface Option {
  /** The placeholder of its value in the help; absent for an option that has none. */
  readonly value?: string;
  readonly text: string;
}

/** A command and all that its help says. */
export interface Command {
  /** The placeholder of its arguments; absent if it has none. */
  readonly files?: string;
  readonly summary: string;
  readonly options?: Readonly<Record<string, Option>>;
  /** Anything else that there is to know, in lines. */
  readonly notes?: string;
  /** Arguments behind its name, as one would write them. */
  readonly example?: string;
  readonly run: (args: Arguments) => string | Promise<string>;
}

const call = 'npm run -s sallyport --';

/** All commands, with a line for each. */
export function overview(commands: Readonly<Record<string, Command>>): string {
  const lines = table(Object.entries(commands).map(([name, command]) => [synopsis(name, command), command.summary]));
  return `Usage: ${call} <command>\n\n${lines}\nWith --help behind it a command says more.\n`;
}

/** The commands that begin with a word, such as `users`. */
export const groupOf = (
  commands: Readonly<Record<string, Command>>,
  words: string,
): Readonly<Record<string, Command>> =>
  Object.fromEntries(Object.entries(commands).filter(([name]) => name.startsWith(`${words.split(' ', 1)[0]} `)));

/** One command: its options, what to know, and an example. */
export function helpOf(name: string, command: Command): string {
  const options = Object.entries(command.options ?? {}).map(([option, { value = '', text }]) => [
    `--${option} ${value}`.trimEnd(),
    text,
  ]);
  const parts = [
    `Usage: ${call} ${synopsis(name, command)}\n\n${command.summary}\n`,
    table(options),
    command.notes === undefined ? '' : `${command.notes}\n`,
    `Example:\n\n  ${call} ${[name, command.example ?? ''].join(' ').trimEnd()}\n`,
  ];
  return parts.filter((part) => part !== '').join('\n');
}

const synopsis = (name: string, { files = '', options = {} }: Command): string =>
  [
    name,
    ...Object.entries(options).map(([option, { value }]) => `[--${option}${value === undefined ? '' : ` ${value}`}]`),
    files,
  ]
    .filter((part) => part !== '')
    .join(' ');

/** Two columns; a left side that is too long has its line to itself. */
function table(rows: ReadonlyArray<readonly string[]>): string {
  const width = Math.min(40, Math.max(0, ...rows.map(([left = '']) => left.length)));
  return rows
    .map(([left = '', right = '']) =>
      left.length > width ? `  ${left}\n  ${' '.repeat(width)}  ${right}\n` : `  ${left.padEnd(width)}  ${right}\n`,
    )
    .join('');
}
