import { commands } from '../../src/cli/command-table.ts';
import { helpOf, overview } from '../../src/cli/command.ts';

const made = '<!-- Made by `npm run print`; a test compares it with the code. -->';

/** Every command with what `--help` says of it. */
export function commandLinePage(): string {
  const parts = [
    '# Command line',
    made,
    'What `npm run -s sallyport -- --help` prints:',
    block(overview(commands)),
    ...Object.entries(commands).flatMap(([name, command]) => [`## ${name}`, block(helpOf(name, command))]),
  ];
  return `${parts.join('\n\n')}\n`;
}

const block = (text: string): string => `\`\`\`text\n${text.trimEnd()}\n\`\`\``;
