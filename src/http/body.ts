import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { AppError } from '../errors.ts';

const mostBodyBytes = 256 * 1024;

const inflaters: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * Reads a JSON body (RFC 8259): UTF-8 only, at most 256 KiB after inflation.
 * @throws BAD_REQUEST with 400, 413 (too large) or 415 (another media type, charset or encoding).
 */
export async function readJsonBody(request: IncomingMessage): Promise<unknown> {
  const text = await readText(request, 'application/json');
  try {
    return JSON.parse(text);
  } catch {
    throw new AppError('BAD_REQUEST', 'The body is not valid JSON.');
  }
}

/**
 * Reads the parameters of a form as OAuth counts them (RFC 6749 §3.2): one without a value is as if it were not there,
 * and none may be there twice.
 * @throws BAD_REQUEST with 400, 413 or 415, as for JSON.
 */
export async function readFormBody(request: IncomingMessage): Promise<ReadonlyMap<string, string>> {
  const pairs = new URLSearchParams(await readText(request, 'application/x-www-form-urlencoded'));
  const given = [...pairs].filter(([, value]) => value !== '');
  const form = new Map(given);
  if (form.size === given.length) return form;
  throw new AppError('BAD_REQUEST', 'A parameter is given more than once.');
}

async function readText(request: IncomingMessage, mediaType: string): Promise<string> {
  requireType(request.headers['content-type'], mediaType);
  const bytes = await collect(inflate(request));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new AppError('BAD_REQUEST', 'The body is not valid UTF-8.');
  }
}

function requireType(contentType: string | undefined, expected: string): void {
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
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === '') return request;
  const inflater = Object.hasOwn(inflaters, encoding) ? inflaters[encoding] : undefined;
  if (inflater === undefined) throw unsupported('Send the body plain, or as gzip, deflate or br.');
  const stream = inflater();
  request.on('error', (error) => stream.destroy(error));
  return request.pipe(stream);
}

async function collect(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of stream) {
      sizeBytes += chunk.length;
      if (sizeBytes > mostBodyBytes) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('BAD_REQUEST', 'The body could not be read.', { cause: error });
  }
  return Buffer.concat(chunks);
}

const unsupported = (message: string): AppError => new AppError('BAD_REQUEST', message, { httpStatus: 415 });

const tooLarge = (): AppError =>
  new AppError('BAD_REQUEST', `The body is larger than ${mostBodyBytes / 1024} KiB.`, {
    httpStatus: 413,
    headers: { connection: 'close' },
  });
