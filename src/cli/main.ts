import { parseArgs } from 'node:util';
import { explainAccess, printMatrix } from './access.ts';
import { runHousekeeping } from './housekeeping.ts';
import { generateKeys, printKeys, reseal, retire, rotate } from './keys.ts';
import { printSchema } from './schema.ts';
import { UsageError } from './usage.ts';
import { inviteByLink } from './users.ts';

const usage = `Usage: npm run -s sallyport -- <command>

  schema print                                    the SDL with its access directives
  access matrix [--format table|markdown|csv]     every field against anonymous and each role
  access explain --as <who> <file.graphql>        what <who> would be refused, and why
                                                  <who>: anonymous, role:EDITOR or user:<id>
  users create --email <address> --role <role>    a link to make an account with that role, good once
  housekeeping run                                removes what has ended, as servers do by themselves
  keys list                                       the keys that sign access tokens, oldest first
  keys generate                                   makes the next key, and publishes it
  keys rotate                                     signs with the next key; logs nobody out
  keys retire <kid>                               ends a key that signs no more
  keys reseal                                     after a change of MASTER_KEY, with PREVIOUS_MASTER_KEY
`;

const commands: Readonly<Record<string, (args: Arguments) => string | Promise<string>>> = {
  'schema print': printSchema,
  'access matrix': printMatrix,
  'access explain': explainAccess,
  'users create': inviteByLink,
  'housekeeping run': runHousekeeping,
  'keys list': printKeys,
  'keys generate': generateKeys,
  'keys rotate': rotate,
  'keys retire': retire,
  'keys reseal': reseal,
};

export interface Arguments {
  readonly files: readonly string[];
  readonly options: Readonly<Record<string, string | undefined>>;
}

async function main(): Promise<void> {
  const { positionals, values } = readArguments();
  const name = positionals.slice(0, 2).join(' ');
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) throw new UsageError('There is no such command.');
  process.stdout.write(await command({ files: positionals.slice(2), options: values }));
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        format: { type: 'string' },
        as: { type: 'string' },
        email: { type: 'string' },
        role: { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(error instanceof UsageError ? `${message}\n\n${usage}` : `${message}\n`);
  process.exitCode = 1;
});
