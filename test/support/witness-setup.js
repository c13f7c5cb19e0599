import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gives the run a folder in which its workers note secrets that they used and lines that were logged. */
export default function setup() {
  process.env.SALLYPORT_TEST_WITNESS = mkdtempSync(join(tmpdir(), 'sallyport-witness-'));
}
