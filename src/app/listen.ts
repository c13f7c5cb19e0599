import { createServer } from 'node:net';
import { parseConfig, type Config } from '../config/config.ts';
import { isErrno, StartError } from '../errors.ts';
import type { HttpServer } from '../http/server/server.ts';

/** The host is neither an IP address nor a name of this machine, or may not be used. */
export class HostUnusableError extends StartError {
  constructor(host: string, port: number, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(
      `Nothing can listen at ${host}, port ${port}: set HOST to an IP address or a name of this machine, or PORT to another port. (${reason})`,
      { cause },
    );
  }
}

const unusable = ['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EACCES', 'EINVAL'];

/** @throws PortTakenError, HostUnusableError. */
export async function listen(
  server: HttpServer,
  { host, port }: Pick<Config['http'], 'host' | 'port'>,
): Promise<number> {
  try {
    return await server.listen(port, host);
  } catch (error) {
    throw unusable.some((code) => isErrno(error, code)) ? new HostUnusableError(host, port, error) : error;
  }
}

/** The environment with a port that is open now, if it leaves the choice to the system by `PORT=0`. */
export async function withOpenPort(environment: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  if (environment['PORT']?.trim() !== '0') return environment;
  const { http } = parseConfig(environment);
  return { ...environment, PORT: String(await openPort(http.host)) };
}

function openPort(host: string): Promise<number> {
  const probe = createServer();
  return new Promise((resolve, reject) => {
    probe.once('error', (error) => reject(new HostUnusableError(host, 0, error)));
    probe.listen(0, host, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
