import { createHash } from 'node:crypto';
import { stripTypeScriptTypes } from 'node:module';
import { relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
/** The one mistake that `npm run test:mutants` tries, if it runs this. */
const mutant = process.env.SALLYPORT_MUTANT ? JSON.parse(process.env.SALLYPORT_MUTANT) : null;

function withSlip(source, path) {
  if (mutant === null || relative(root, path) !== mutant.file) return source;
  const { start, end, text } = mutant.slip;
  return source.slice(0, start) + text + source.slice(end);
}

/** Jest's transform: what Node itself does when it runs a `.ts` file, so tests run the very code that ships. */
export default {
  process: (source, path) => ({ code: stripTypeScriptTypes(withSlip(source, path)) }),
  getCacheKey: (source, path) =>
    createHash('sha256').update(process.version).update(path).update(withSlip(source, path)).digest('hex'),
};
