/** How often everything is measured; `--rounds=3` for a look. */
export const rounds = Number(
  process.argv.find((text) => text.startsWith('--rounds='))?.slice('--rounds='.length) ?? 15,
);
