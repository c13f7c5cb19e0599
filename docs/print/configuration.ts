import { settingTable } from '../../src/config/setting-table.ts';
import { table } from './table.ts';

/** Every setting with its default and its meaning, as the server's own table has them. */
export function configurationPage(): string {
  const rows = Object.entries(settingTable).map(([name, { fallback, meaning }]) => [`\`${name}\``, fallback, meaning]);
  return `# Configuration

<!-- Made by \`npm run print\`; a test compares it with the code. -->

All settings come from the environment; in development also from a file \`.env\`, which \`npm run -s sallyport -- init\` writes. They
are read once. A mistake stops the start: the message lists every mistake with its remedy, and never prints the value of a
secret. Lists are separated by commas or spaces. \`npm run -s sallyport -- check\` looks at the settings and at what they lead to.

A test compares this table with the settings that the server reads, and each default with what a start without the setting has.

${table([['variable', 'default', 'meaning'], ...rows])}${notes}
${table(parameters)}`;
}

const notes = `
In production \`MASTER_KEY\`, \`PUBLIC_URL\` and \`REGISTRATION\` have no default: make the first with \`openssl rand -base64 32\`, and
choose the others. Production refuses what leaves it open to others, unless \`ALLOW_INSECURE\` says by name that it is known.

## DATABASE_URL

The parameters behind the \`?\` mean what they mean to libpq (PostgreSQL 18, §32.1.2). Each one is honoured, or the start stops and
names it; nothing is ignored.
`;

const parameters = [
  ['parameter', 'meaning'],
  ['`sslmode=disable`', 'no TLS'],
  ['`sslmode=allow`, `prefer`', 'TLS if the server wants it; if it can, which is what counts without the parameter'],
  ['`sslmode=require`', 'TLS; whose certificate it is, is not looked at unless `sslrootcert` is given'],
  [
    '`sslmode=verify-ca`, `verify-full`',
    'TLS with a certificate of `sslrootcert`; with `verify-full` that of the host, too',
  ],
  ['`sslrootcert`', 'a file of certificates, or `system` for the authorities that the machine trusts'],
  ['`sslcert`, `sslkey`, `sslpassword`', "files of the client's own certificate, and what opens the key"],
  ['`sslnegotiation`, `ssl_min_protocol_version`, `ssl_max_protocol_version`', 'as libpq has them'],
  [
    '`host`, `hostaddr`, `port`, `dbname`, `user`, `password`',
    'what else stands before the `?`; a `host` that begins with `/` is the folder of a Unix-domain socket',
  ],
  ['`application_name`, `connect_timeout`, `keepalives`, `keepalives_idle`, `options`', 'as libpq has them'],
  ['`channel_binding`', '`prefer` or `disable`'],
];
