import { pino, stdSerializers, type DestinationStream, type LogFn, type Logger } from 'pino';

/** Lines of JSON, without what a person typed and without rows of the database (OWASP Logging, data to exclude). */
export const createLog = (level: string, destination?: DestinationStream): Logger =>
  pino(
    {
      level,
      redact: ['*.password', '*.authorization'],
      serializers: { err: withoutRows },
      hooks: { logMethod: logWithoutRows, streamWrite: escapeMisleading },
    },
    destination ?? pino.destination(1),
  );

/** Characters that JSON leaves as they are and a terminal obeys, or shows in another order than they stand. */
const misleading = /[\u007f-\u009f\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

/** All that is not ASCII stands within strings of the line, in which an escape means the same. */
const escapeMisleading = (line: string): string =>
  line.replace(misleading, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The properties that help to find an error; drivers put statements, their parameters and whole rows beside them. */
const told = [
  'type',
  'message',
  'stack',
  'code',
  'syscall',
  'address',
  'port',
  'schema',
  'table',
  'column',
  'constraint',
];

/** What was thrown need not be an error, nor an object at all. */
function withoutRows(thrown: unknown): unknown {
  if (typeof thrown !== 'object' || thrown === null) return withoutRow(thrown);
  const properties: object = stdSerializers.err(thrown as Error);
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => told.includes(name))
      .map(([name, value]) => [name, withoutRow(value)]),
  );
}

/** Takes rows out of the text of a line: whoever logs may join an error to it, and pino does where there is none. */
function logWithoutRows(this: Logger, given: Parameters<LogFn>, log: LogFn): void {
  const parts: unknown[] = given;
  const whole = parts.length === 1 ? [...parts, ...messageOf(parts[0])] : parts;
  log.apply(this, whole.map(withoutRow) as Parameters<LogFn>);
}

function messageOf(logged: unknown): string[] {
  const error = typeof logged === 'object' && logged !== null && 'err' in logged ? logged.err : logged;
  return error instanceof Error ? [error.message] : [];
}

const withoutRow = (value: unknown): unknown => (typeof value === 'string' ? value.replaceAll(quotedRow, '') : value);

/** PostgreSQL quotes what broke a constraint; MikroORM joins it to the message, which the stack repeats. */
const quotedRow = /\n - detail: [\s\S]*?(?=\n {4}at |$)/g;
