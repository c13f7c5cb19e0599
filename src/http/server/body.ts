import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { AppError } from '../../errors.ts';
import { problemOf } from '../../json-text.ts';

const maxBodyBytes = 256 * 1024;
/** What is read and dropped of a body that is too large, before it is refused. */
const maxDropped = { bytes: 32 * 1024 * 1024, ms: 5_000 };

const inflaters: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * Reads a JSON body (RFC 8259): UTF-8 only, at most 256 KiB after inflation, no name twice in an object (RFC 7493
 * §2.3).
 * @throws BAD_REQUEST with 400, 413 (too large) or 415 (another media type, charset or encoding).
 */
export async function readJsonBody(request: IncomingMessage): Promise<unknown> {
  const text = decode(await readBytes(request, 'application/json'));
  const value = parseJson(text);
  const problem = problemOf(text);
  if (problem === null) return value;
  throw new AppError('BAD_REQUEST', `The JSON of the body is not accepted: ${problem}.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AppError('BAD_REQUEST', 'The body is not valid JSON.');
  }
}

/**
 * Reads the parameters of a form by the rules of OAuth (RFC 6749 §3.2): a parameter without a value counts as absent,
 * and none may appear twice.
 * @throws BAD_REQUEST with 400, 413 or 415, as for JSON.
 */
export async function readFormBody(request: IncomingMessage): Promise<ReadonlyMap<string, string>> {
  const pairs = new URLSearchParams(decode(await readBytes(request, 'application/x-www-form-urlencoded')));
  const given = [...pairs].filter(([, value]) => value !== '');
  const form = new Map(given);
  if (form.size === given.length) return form;
  throw new AppError('BAD_REQUEST', 'A parameter is given more than once.');
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function readBytes(request: IncomingMessage, mediaType: string): Promise<Buffer> {
  requireType(request.headers['content-type'], mediaType);
  return collect(request, inflate(request));
}

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new AppError('BAD_REQUEST', 'The body is not valid UTF-8.');
  }
}

function requireType(contentType: string | undefined, expected: string): void {
  if (contentType === expected) return;
  const [mediaType = '', ...parameters] = (contentType ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters
    .find((parameter) => parameter.startsWith('charset='))
    ?.slice(8)
    .replaceAll('"', '');
  if (mediaType !== expected) throw unsupported(`Send the request as \`content-type: ${expected}\`.`);
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8')
    throw unsupported('Send the request as UTF-8.');
}

function inflate(request: IncomingMessage): Readable {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity' || encoding === '') return request;
  const inflater = Object.hasOwn(inflaters, encoding) ? inflaters[encoding] : undefined;
  if (inflater === undefined) throw unsupported('Send the body plain, or as gzip, deflate or br.');
  const stream = inflater();
  request.on('error', (error) => stream.destroy(error));
  return request.pipe(stream);
}

/** @param stream The body of the request as it was before it was compressed. */
function collect(request: IncomingMessage, stream: Readable): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    const fail = (cause?: unknown): void =>
      reject(new AppError('BAD_REQUEST', 'The body could not be read.', { cause }));
    stream.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length;
      chunks.push(chunk);
      if (sizeBytes <= maxBodyBytes) return;
      stream.removeAllListeners('data');
      request.unpipe();
      if (stream !== request) stream.destroy();
      resolve(dropRest(request).then(() => Promise.reject(bodyTooLarge())));
    });
    stream.on('end', () => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)));
    stream.on('error', fail);
    // Once all has been read, a failure would change nothing any more; to make one costs time.
    stream.on('close', () => {
      if (!stream.readableEnded) fail();
    });
  });
}

/**
 * Reads and drops what is left of a request, for a while at most: a client that writes all before it reads gets no answer
 * if the connection is closed while it writes (RFC 9112 §9.6).
 */
function dropRest(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    // One that was read to its end is destroyed at once, and closed.
    if (request.destroyed) return resolve();
    let leftBytes = maxDropped.bytes;
    const timer = setTimeout(resolve, maxDropped.ms);
    const stop = (): void => {
      clearTimeout(timer);
      resolve();
    };
    request.on('data', (chunk: Buffer) => {
      leftBytes -= chunk.length;
      if (leftBytes < 0) stop();
    });
    request.once('close', stop);
    // It may have been led into an inflater so far.
    request.resume();
  });
}

const unsupported = (message: string): AppError => new AppError('BAD_REQUEST', message, { httpStatus: 415 });

/** The refusal of a body that is larger than any may be. */
export const bodyTooLarge = (): AppError =>
  new AppError('BAD_REQUEST', `The body is larger than ${maxBodyBytes / 1024} KiB.`, {
    httpStatus: 413,
    headers: { connection: 'close' },
  });
