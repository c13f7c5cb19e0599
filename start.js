// `npm start` and `npm run sallyport`: in JavaScript, so that a Node that cannot read TypeScript can still say what it
// lacks. Which of them it is stands in the first argument.
import { join } from 'node:path';

const [major] = process.versions.node.split('.').map(Number);

if (major < 24) {
  process.stderr.write(
    `Sallyport needs Node 24 or later, and this is Node ${process.versions.node}: install a newer one.\n`,
  );
  process.exit(1);
}
const [, program = 'src/main.ts'] = process.argv.splice(1, 2);
// The arguments are those that the program has without this file, also for a process that replaces itself.
process.argv.splice(1, 0, join(import.meta.dirname, program));
await import(`./${program}`);
