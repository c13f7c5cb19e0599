import { createReadStream, readFileSync, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { isErrno } from '../errors.ts';
import { readFirebaseParameters } from '../identity/accounts/import/firebase-parameters.ts';
import { importAccounts, type ImportDeps, type ImportTally } from '../identity/accounts/import/import-accounts.ts';
import type { Problem } from '../identity/accounts/import/imported-account.ts';
import { countNew, insertAccounts } from '../identity/accounts/import/insert-accounts.ts';
import type { Arguments } from './command.ts';
import { createProgress, type Progress } from './progress.ts';
import { UsageError } from './usage.ts';
import { withDatabase } from './with-database.ts';

/** The exit code that a shell reads as "done, but look": some lines were refused. */
const exitRefused = 2;
/** 128 and the number of SIGINT, as shells have it. */
const exitInterrupted = 130;

/**
 * `users import`: accounts of another system, with the hashes of their passwords. It can be interrupted anywhere and
 * run again: what has an account is left as it is. An operator who can run this has the database anyway, so roles may
 * be given.
 */
export async function importUsers({ files: [file], options, flags }: Arguments): Promise<string> {
  if (file === undefined) throw new UsageError('Give the file, or - for the standard input.');
  const parameters = options['firebase-parameters'];
  const firebase = parameters === undefined ? null : readFirebaseParameters(readFileSync(parameters, 'utf8'));
  const sizeBytes = file === '-' ? null : statSync(file).size;
  const isDryRun = flags.has('dry-run');
  const isPeppered = flags.has('peppered');
  return withDatabase(async ({ config, database, provenance, recorder }) => {
    if (isPeppered && config.passwords.pepper === undefined)
      throw new UsageError('Set PASSWORD_PEPPER, here and for the server, to the pepper that the other system has.');
    const insert: ImportDeps['insert'] = (accounts) =>
      isDryRun
        ? countNew(database.fork(), accounts)
        : insertAccounts({ fork: database.fork, recorder, provenance }, accounts);
    // Opened where it is read: before, the caller would not hear that it cannot be.
    const source = file === '-' ? process.stdin : createReadStream(file);
    const told = await follow({ source, now: provenance.now, firebase, isPeppered, insert }, sizeBytes);
    return isDryRun ? `${told}This was a dry run: nothing was written.\n` : told;
  });
}

interface Followed extends Omit<ImportDeps, 'onRefused'> {
  readonly source: Readable;
}

/** Imports, and shows how far it is; the first Ctrl-C ends it after the batch that is being written. */
async function follow(deps: Followed, sizeBytes: number | null): Promise<string> {
  const progress = createProgress();
  let isInterrupted = false;
  const interrupt = (): void => {
    isInterrupted = true;
    deps.source.destroy();
  };
  process.once('SIGINT', interrupt);
  let tally: ImportTally = { lines: 0, bytesRead: 0, created: 0, existing: 0, refused: 0 };
  try {
    for await (tally of importAccounts({ ...deps, onRefused: (line, problems) => report(progress, line, problems) }))
      progress.show(sizeBytes === null ? null : tally.bytesRead / Math.max(sizeBytes, 1), progressText(tally));
  } catch (error) {
    if (!isInterrupted || !isErrno(error, 'ERR_STREAM_PREMATURE_CLOSE')) throw error;
  } finally {
    process.off('SIGINT', interrupt);
    progress.end();
  }
  if (isInterrupted) process.exitCode = exitInterrupted;
  else if (tally.refused > 0) process.exitCode = exitRefused;
  return summary(tally, isInterrupted);
}

function report({ say }: Progress, line: number, problems: readonly Problem[]): void {
  for (const { field, message } of problems) say(`line ${line}${field === null ? '' : `, ${field}`}: ${message}`);
}

const progressText = ({ lines, created, existing, refused }: ImportTally): string =>
  `${lines} lines: ${created} new, ${existing} had an account, ${refused} refused`;

const summary = (tally: ImportTally, isInterrupted: boolean): string =>
  `${progressText(tally)}.\n${isInterrupted ? 'Interrupted: run the same again, and it goes on.\n' : ''}`;
