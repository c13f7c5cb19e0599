import { matrixFormats } from '../access/matrix-text.ts';
import { roles } from '../access/roles.ts';
import { explainAccess, printMatrix } from './access.ts';
import type { Command } from './command.ts';
import { runHousekeeping } from './housekeeping.ts';
import { generateKeys, printKeys, reseal, retire, rotate } from './keys.ts';
import { printSchema } from './schema.ts';
import { importUsers } from './users-import.ts';
import { inviteByLink } from './users.ts';

const anyRole = Object.keys(roles).join(', ');
const opensDatabase =
  'It opens the database of DATABASE_URL or DATA_DIR. An embedded one serves one process: stop the server first.';

/** Every command, by the words that call it. */
export const commands: Readonly<Record<string, Command>> = {
  'schema print': {
    summary: 'Prints the SDL with its access directives.',
    example: '> schema.graphql',
    run: printSchema,
  },
  'access matrix': {
    summary: 'Prints every field against anonymous and each role.',
    options: { format: { value: '<format>', text: `${matrixFormats.join(', ')}; without it the first` } },
    example: '--format markdown',
    run: printMatrix,
  },
  'access explain': {
    files: '<file.graphql>',
    summary: 'Tells what somebody would be refused in an operation, and why; nothing of it is run.',
    options: { as: { value: '<who>', text: 'anonymous, role:EDITOR or user:<id>' } },
    notes: 'For user:<id> it opens the database of DATABASE_URL or DATA_DIR.',
    example: '--as role:VIEWER operation.graphql',
    run: explainAccess,
  },
  'users create': {
    summary: 'Prints a link, good once and for a week, by which somebody makes an account with a role.',
    options: {
      email: { value: '<address>', text: 'for whom it is' },
      role: { value: '<role>', text: anyRole },
    },
    notes: opensDatabase,
    example: '--email you@example.com --role ADMIN',
    run: inviteByLink,
  },
  'users import': {
    files: '<file.ndjson>',
    summary: 'Imports accounts of another system with their password hashes, which are renewed at the first sign-in.',
    options: {
      'firebase-parameters': {
        value: '<file>',
        text: 'the password hash parameters, as the Firebase console shows them',
      },
      'dry-run': { text: 'checks the file and writes nothing' },
    },
    notes: `Each line of the file (UTF-8; - is the standard input) is a JSON object:

  email           required
  displayName     required: the name by which others know this person
  emailVerified   whether the address is proven; false
  roles           of ${anyRole}; ["VIEWER"]
  status          "ACTIVE" or "DISABLED"; "ACTIVE"
  disabledReason  for other administrators to read
  createdAt       such as "2020-01-31T12:00:00Z"; the moment of the import
  passwordHash    bcrypt, scrypt, pbkdf2 or argon2; without it the owner resets the password
  passwordSalt    with a hash of Firebase: its salt

An address that has an account is left as it is. So an import can be interrupted and run again, and the same
file again changes nothing. Lines that are refused are told with number, field and remedy; the others are imported.
Exit code: 0 all is imported, 1 it did not run to its end, 2 lines were refused, 130 interrupted.
${opensDatabase} More: docs/importing-accounts.md`,
    example: 'accounts.ndjson',
    run: importUsers,
  },
  'keys list': {
    summary: 'Lists the keys that sign access tokens, oldest first.',
    notes: opensDatabase,
    run: printKeys,
  },
  'keys generate': {
    summary: 'Makes the next key, and publishes it.',
    notes: opensDatabase,
    run: generateKeys,
  },
  'keys rotate': {
    summary: 'Signs with the next key; logs nobody out.',
    notes: opensDatabase,
    run: rotate,
  },
  'keys retire': {
    files: '<kid>',
    summary: 'Ends a key that signs no more, and the access tokens that it signed.',
    notes: `keys list shows the ids. The active key of JWT_ALGORITHM has to be rotated first; one that is active for another
algorithm is what a change of JWT_ALGORITHM left behind, and can be retired once every server runs with the new one.
${opensDatabase}`,
    example: '0199f0d2-5c1e-7b43-9d1f-0f6a1b2c3d4e',
    run: retire,
  },
  'keys reseal': {
    summary: 'Seals every key with MASTER_KEY after it was changed.',
    notes: `The environment variable PREVIOUS_MASTER_KEY holds the one that was. ${opensDatabase}`,
    run: reseal,
  },
  'housekeeping run': {
    summary: 'Does what is due, as servers do by themselves: removes what has ended, rotates keys that are too old.',
    notes: opensDatabase,
    run: runHousekeeping,
  },
};
