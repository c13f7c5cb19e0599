import type { ReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname } from 'node:path';
import send from 'send';
import { AppError } from '../../errors.ts';
import { requireGet, type Handler } from './server.ts';

export interface StaticFilesDeps {
  /** Where the files are, each with a twin ending in `.br` if it was compressed ahead. */
  readonly folder: string;
  /** Where their path begins in that of a request, behind the path of PUBLIC_URL if there is one. */
  readonly below: string;
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * Creates a handler for built files whose names carry a hash of what is in them, so that a browser never asks twice.
 * `send` rather than a smaller library, since a file that vanishes during a request must not end the process.
 */
export function createStaticFiles({ folder, below }: StaticFilesDeps): Handler {
  return (request, response) => {
    requireGet(request);
    const { pathname } = new URL(request.url ?? '', 'http://localhost');
    const path = pathname.slice(pathname.indexOf(below) + below.length);
    const isCompressed = Object.hasOwn(types, extname(path)) && acceptsBrotli(request);
    return sendFile(request, response, { folder, path, isCompressed });
  };
}

interface SentFile {
  readonly folder: string;
  readonly path: string;
  readonly isCompressed: boolean;
}

function sendFile(request: IncomingMessage, response: ServerResponse, file: SentFile): Promise<void> {
  const { folder, path, isCompressed } = file;
  return new Promise((resolve, reject) => {
    const stream = send(request, `/${path}${isCompressed ? '.br' : ''}`, {
      root: folder,
      index: false,
      dotfiles: 'deny',
      immutable: true,
      maxAge: '1y',
    });
    stream.on('headers', () => {
      response.setHeader('vary', 'accept-encoding');
      response.setHeader('content-type', types[extname(path)] ?? 'application/octet-stream');
      if (isCompressed) response.setHeader('content-encoding', 'br');
    });
    stream.on('directory', () => reject(unknownFile()));
    stream.on('error', ({ status }: { status: number }) => {
      if (isCompressed && status === 404)
        sendFile(request, response, { ...file, isCompressed: false }).then(resolve, reject);
      else if (isBegun) response.destroy();
      else reject(unknownFile());
    });
    // From here on the head is that of the file: no other answer can be given. The server follows what is under way.
    let isBegun = false;
    stream.on('stream', (opening: ReadStream) => {
      isBegun = true;
      opening.once('open', () => resolve());
    });
    response.once('close', resolve);
    stream.pipe(response);
  });
}

const unknownFile = (): AppError => new AppError('NOT_FOUND', 'There is no such file here.');

/** Tells whether a client takes Brotli (RFC 9110 §12.5.3). */
function acceptsBrotli({ headers }: IncomingMessage): boolean {
  const codings = (headers['accept-encoding'] ?? '').split(',');
  return codings.some((coding) => /^\s*br\s*(?:;\s*q=(?:1|0\.\d*[1-9])|$)/.test(coding));
}
