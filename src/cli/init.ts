import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { parseConfig } from '../config/config.ts';
import type { SettingName } from '../config/setting-table.ts';
import { isErrno } from '../errors.ts';
import type { Arguments } from './command.ts';
import { UsageError } from './usage.ts';

/** The questions that are asked, by their options: the setting, the question, and the answer to nothing. */
const questions: ReadonlyArray<{ option: string; setting: SettingName; text: string; isForProduction: boolean }> = [
  {
    option: 'public-url',
    setting: 'PUBLIC_URL',
    text: 'Where clients reach it, such as https://api.example.com',
    isForProduction: true,
  },
  {
    option: 'registration',
    setting: 'REGISTRATION',
    text: 'Who may register: open, confirmed or closed',
    isForProduction: true,
  },
  {
    option: 'database-url',
    setting: 'DATABASE_URL',
    text: 'PostgreSQL, or nothing for the embedded database',
    isForProduction: false,
  },
  { option: 'redis-url', setting: 'REDIS_URL', text: 'Redis, or nothing', isForProduction: false },
  { option: 'mail-url', setting: 'MAIL_URL', text: 'The mail server, or nothing', isForProduction: false },
];

/** `init`: a `.env` with fresh keys; what flags do not say is asked on a terminal. */
export async function initialise({ options, flags }: Arguments): Promise<string> {
  const file = options['file'] ?? '.env';
  const isProduction = flags.has('production');
  const settings: Record<string, string> = {
    ...(isProduction ? { NODE_ENV: 'production' } : {}),
    MASTER_KEY: randomBytes(32).toString('base64'),
    ...(await answersTo(options, isProduction)),
  };
  parseConfig(settings);
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${quoted(value)}\n`);
  try {
    writeFileSync(file, lines.join(''), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (isErrno(error, 'EEXIST')) throw new UsageError(`${file} is there already, and is not overwritten.`);
    throw error;
  }
  return `wrote ${file}, which no other user can read: ${Object.keys(settings).join(', ')}\nNext: ${checkOf(file)}\n`;
}

/** Returns the command of the check; a file of another name is read only if it is named. */
const checkOf = (file: string): string =>
  file === '.env' ? 'npm run -s sallyport -- check' : `node --env-file=${file} src/cli/main.ts check`;

async function answersTo(options: Arguments['options'], isProduction: boolean): Promise<Record<string, string>> {
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
  const terminal = isTerminal ? createInterface({ input: process.stdin, output: process.stdout }) : null;
  const answers: Record<string, string> = {};
  for (const { option, setting, text, isForProduction } of questions) {
    const isAsked = isProduction || !isForProduction;
    const answer = options[option] ?? (isAsked ? ((await terminal?.question(`${text}: `)) ?? '') : '');
    if (answer.trim() !== '') answers[setting] = answer.trim();
  }
  terminal?.close();
  return answers;
}

/** Writes a value as Node reads it: quotes keep a `#`, and nothing is escaped within them. @throws UsageError */
function quoted(value: string): string {
  if (!/[#\s'"`]/.test(value)) return value;
  const quote = ["'", '"', '`'].find((mark) => !value.includes(mark));
  if (quote === undefined) throw new UsageError('A value with each of \' " ` cannot be written: percent-encode one.');
  return `${quote}${value}${quote}`;
}
