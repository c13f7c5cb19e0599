import { pino, stdSerializers, type DestinationStream, type Logger } from 'pino';

/** Lines of JSON, without what a person typed and without rows of the database (OWASP Logging, data to exclude). */
export const createLog = (level: string, destination?: DestinationStream): Logger =>
  pino(
    { level, redact: ['*.password', '*.authorization'], serializers: { err: withoutRows } },
    destination ?? pino.destination(1),
  );

/** PostgreSQL quotes the row, or the values, that broke a constraint: an address, or the hash of a password. */
function withoutRows(error: Error): object {
  const told: unknown = stdSerializers.err(error);
  if (typeof told !== 'object' || told === null) return {};
  return Object.fromEntries(
    Object.entries(told)
      .filter(([name]) => name !== 'detail')
      .map(([name, value]) => [name, typeof value === 'string' ? value.replaceAll(quotedRow, '') : value]),
  );
}

/** As MikroORM joins it to the message, which may be followed by the stack. */
const quotedRow = /\n - detail: [\s\S]*?(?=\n {4}at |$)/g;
