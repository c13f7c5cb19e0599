import { readAccount, type ImportedAccount, type ImportRules, type Problem } from './imported-account.ts';
import { readLines, type Line } from './read-lines.ts';

/** The progress of an import. */
export interface ImportTally {
  readonly lines: number;
  readonly bytesRead: number;
  /** Accounts that are new. */
  readonly created: number;
  /** Lines whose e-mail had an account, which was left as it is. */
  readonly existing: number;
  /** Lines that were not understood. */
  readonly refused: number;
}

export interface ImportDeps extends ImportRules {
  readonly source: AsyncIterable<Buffer>;
  /** Writes accounts whole or not at all, and answers how many were new. */
  readonly insert: (accounts: readonly ImportedAccount[]) => Promise<number>;
  /** Told of everything that is wrong with a line. */
  readonly onRefused: (lineNumber: number, problems: readonly Problem[]) => void;
}

const batchSize = 1_000;

/**
 * Imports the accounts of a file, a batch at a time, and yields after each. There is no note of how far it came: what
 * is written is the note, for an e-mail that has an account is passed over. So it may end at any point, by whatever
 * means, and be run again.
 */
export async function* importAccounts({
  source,
  insert,
  onRefused,
  ...rules
}: ImportDeps): AsyncGenerator<ImportTally> {
  let [created, existing, refused] = [0, 0, 0];
  for await (const batch of inBatches(readLines(source))) {
    const accounts = batch.flatMap(({ number, text }) => {
      const found = readLine(text, rules);
      if (!isRefused(found)) return found === null ? [] : [found];
      onRefused(number, found);
      refused += 1;
      return [];
    });
    const fresh = accounts.length === 0 ? 0 : await insert(accounts);
    created += fresh;
    existing += accounts.length - fresh;
    const { number, bytesRead } = batch.at(-1) ?? { number: 0, bytesRead: 0 };
    yield { lines: number, bytesRead, created, existing, refused };
  }
}

/** Null for an empty line. */
function readLine(text: string | null, rules: ImportRules): ImportedAccount | readonly Problem[] | null {
  if (text === null) return [{ field: null, message: 'it is too long or not UTF-8: write one account in each line' }];
  return text.trim() === '' ? null : readAccount(text, rules);
}

const isRefused = (found: ImportedAccount | readonly Problem[] | null): found is readonly Problem[] =>
  Array.isArray(found);

async function* inBatches(lines: AsyncIterable<Line>): AsyncGenerator<Line[]> {
  let batch: Line[] = [];
  for await (const line of lines) {
    batch.push(line);
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
