import { matrixFormats } from '../access/matrix-text.ts';
import { roles } from '../access/roles.ts';
import { explainAccess, printMatrix, verifyMatrix } from './access.ts';
import { checkSurroundings } from './check.ts';
import type { Command } from './command.ts';
import { fieldKinds } from './generate/fields.ts';
import { generateFeature } from './generate/generate.ts';
import { runHousekeeping } from './housekeeping.ts';
import { initialise } from './init.ts';
import { generateKeys, printKeys, reseal, retire, rotate } from './keys.ts';
import { applyRowSecurity, checkRowSecurity, printPolicies, removeRowSecurity } from './rls.ts';
import { printSchema } from './schema.ts';
import { disableUser, enableUser, listUsers, revokeSessions, setRoles } from './users-administration.ts';
import { importUsers } from './users-import.ts';
import { inviteByLink } from './users.ts';

const anyRole = Object.keys(roles).join(', ');
const opensDatabase =
  'It opens the database of DATABASE_URL or DATA_DIR. An embedded one serves one process: stop the server first.';

/** Every command, by the words that call it. */
export const commands: Readonly<Record<string, Command>> = {
  init: {
    summary: 'Writes a .env with fresh keys; on a terminal it asks for what no option says.',
    options: {
      production: { text: 'for a server that others reach; without it for development' },
      'public-url': { value: '<url>', text: 'where clients reach it' },
      registration: { value: '<mode>', text: 'open, confirmed or closed' },
      'database-url': { value: '<url>', text: 'PostgreSQL; without it the embedded database' },
      'redis-url': { value: '<url>', text: 'Redis; without it limits count on each node' },
      'mail-url': { value: '<url>', text: 'the mail server' },
      file: { value: '<file>', text: 'where to write; .env' },
    },
    notes: 'Nothing is overwritten, and what the server would refuse is refused here.',
    example: '--production --public-url https://api.example.com --registration closed',
    run: initialise,
  },
  check: {
    summary: 'Looks at the settings and at what they lead to: a list with remedies.',
    options: { json: { text: 'prints the list for machines' } },
    notes: `A start looks at the same list. Exit code: 0 nothing failed, 1 something did. ${opensDatabase}`,
    run: checkSurroundings,
  },
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
    summary: 'Explains what a caller would be refused in an operation, and why; runs nothing of it.',
    options: { as: { value: '<who>', text: 'anonymous, role:EDITOR, scopes:users:read,audit:read or user:<id>' } },
    notes: 'For user:<id> it opens the database of DATABASE_URL or DATA_DIR.',
    example: '--as role:VIEWER operation.graphql',
    run: explainAccess,
  },
  'access verify': {
    files: '<page.html>',
    summary: 'Verifies that a signed access matrix is as the server made it.',
    options: {
      jwks: { value: '<file>', text: 'the public keys of that server, its /.well-known/jwks.json; required' },
    },
    notes: 'Fetch the keys from the server itself: a page that is sent together with its keys proves nothing.',
    example: '--jwks jwks.json access-matrix.html',
    run: verifyMatrix,
  },
  'users create': {
    summary: 'Prints a link by which a person makes an account with a role; it works once, for a week.',
    options: {
      email: { value: '<e-mail>', text: 'the e-mail address of the person; required' },
      role: { value: '<role>', text: `${anyRole}; required` },
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
      peppered: { text: 'the hashes are bcrypt with the pepper of PASSWORD_PEPPER, as Devise makes them' },
      'dry-run': { text: 'checks the file and writes nothing' },
    },
    notes: `Each line of the file (UTF-8; - is the standard input) is a JSON object:

  email           required
  displayName     required: the name by which others know this person
  emailVerified   whether the e-mail address is proven; false
  roles           of ${anyRole}; ["VIEWER"]
  status          "ACTIVE" or "DISABLED"; "ACTIVE"
  disabledReason  for other administrators to read
  createdAt       such as "2020-01-31T12:00:00Z"; the moment of the import
  passwordHash    bcrypt, scrypt, pbkdf2 or argon2; without it the owner resets the password
  passwordSalt    with a hash of Firebase: its salt

An e-mail address that has an account is left as it is. So an import can be interrupted and run again, and the same
file again changes nothing. Lines that are refused are told with number, field and remedy; the others are imported.
Exit code: 0 all is imported, 1 it did not run to its end, 2 lines were refused, 130 interrupted.
${opensDatabase} More: docs/guides/import-accounts.md`,
    example: 'accounts.ndjson',
    run: importUsers,
  },
  'users list': {
    summary: 'Lists accounts, newest first: id, e-mail, status and roles.',
    options: {
      role: { value: '<role>', text: `of ${anyRole}; without it everybody` },
      email: { value: '<part>', text: 'those whose e-mail address contains this' },
    },
    notes: opensDatabase,
    example: '--role ADMIN',
    run: listUsers,
  },
  'users roles': {
    files: '<email or id>',
    summary: 'Gives an account these roles instead of those that it has.',
    options: { roles: { value: '<roles>', text: `separated by commas, of ${anyRole}` } },
    notes: `The last administrator keeps the role. The owner of the account is told by mail. ${opensDatabase}`,
    example: 'you@example.com --roles EDITOR,MODERATOR',
    run: setRoles,
  },
  'users disable': {
    files: '<email or id>',
    summary: 'Disables an account, and ends its sessions and keys at once, on every server.',
    options: { reason: { value: '<text>', text: 'for other administrators to read' } },
    notes: opensDatabase,
    example: "you@example.com --reason 'Has left.'",
    run: disableUser,
  },
  'users enable': {
    files: '<email or id>',
    summary: 'Lets a disabled account sign in again.',
    notes: opensDatabase,
    example: 'you@example.com',
    run: enableUser,
  },
  'sessions revoke': {
    files: '<email or id>',
    summary: 'Ends every session of an account at once, on every server.',
    notes: opensDatabase,
    example: 'you@example.com',
    run: revokeSessions,
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
    summary: 'Begins to sign with the next key; no session ends.',
    notes: opensDatabase,
    run: rotate,
  },
  'keys retire': {
    files: '<kid>',
    summary: 'Ends a key that no longer signs, and the access tokens that it signed.',
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
  'rls print': {
    summary: 'Prints the policies by which PostgreSQL enforces those of types, and what it cannot.',
    notes: opensDatabase,
    example: '> policies.sql',
    run: printPolicies,
  },
  'rls apply': {
    summary: 'Brings these policies in the database up to date, as a start with ROW_LEVEL_SECURITY=on does.',
    notes: `The role of DATABASE_URL owns the tables, and the policies are for it. ${opensDatabase}`,
    run: applyRowSecurity,
  },
  'rls check': {
    summary: 'Compares the policies in the database with those that rls print shows.',
    notes: `Exit code: 0 they are the same, 1 they differ. ${opensDatabase}`,
    run: checkRowSecurity,
  },
  'rls remove': {
    summary: 'Removes these policies, before a start without ROW_LEVEL_SECURITY.',
    notes: opensDatabase,
    run: removeRowSecurity,
  },
  'generate feature': {
    files: '<name> <field:type>...',
    summary: 'Writes a type of your own into this project: SDL, code, migration and test.',
    options: {
      owner: { text: 'a row belongs to the user who created it, and no other user reads or writes it' },
      plural: { value: '<name>', text: 'the plural of the name, if it is not what English rules make of it' },
      'dry-run': { text: 'prints what would be written, as a diff' },
    },
    notes: `The name is in the singular: note, blog-post. A type is one of ${fieldKinds.join(', ')}.

  title:string(1..200)    one line, with its length in characters
  text:text(1..1000)      any length that the table can hold
  stars:int(1..5)         numbers, with their range if they have one
  dueAt:datetime?         the question mark: may be left out
  state:enum(OPEN|DONE)
  article:reference(Article)

Without --owner the scope <plural>:read, which VIEWER gets, is needed to read and <plural>:write, which EDITOR gets, to
write. Nothing is overwritten.`,
    example: "note 'text:text(1..1000)' --owner",
    run: (args) => generateFeature(args),
  },
  'housekeeping run': {
    summary: 'Does now what servers do by themselves: removes what has ended, rotates keys that are too old.',
    notes: opensDatabase,
    run: runHousekeeping,
  },
};
