// `npm start` and `npm run sallyport`: in JavaScript, so that a Node that cannot read TypeScript can still say what it
// lacks. Which of them it is stands in the first argument.
const [major] = process.versions.node.split('.').map(Number);

if (major < 24) {
  process.stderr.write(
    `Sallyport needs Node 24 or later, and this is Node ${process.versions.node}: install a newer one.\n`,
  );
  process.exit(1);
}
const [program] = process.argv.splice(2, 1);
await import(`./${program}`);
