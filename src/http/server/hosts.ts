import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { AppError } from '../../errors.ts';
import { headerValues } from './header-values.ts';

/** @throws BAD_REQUEST if the `Host` of a request is missing, doubled, or none that this server answers for. */
export type RequireHost = (request: IncomingMessage) => void;

export interface HostsDeps {
  readonly publicUrl: string;
  /** Names of this machine alone, IP addresses of any network as well, or any name. */
  readonly hosts: 'loopback' | 'ipAddresses' | 'any';
}

const loopback = /^(?:localhost|(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

/**
 * Creates the check of `Host`, of which a request has exactly one (RFC 9112 §3.2). In development it must name this
 * machine: a page of another site could have its name point here, and would then count as ours (DNS rebinding).
 */
export function createRequireHost({ publicUrl, hosts }: HostsDeps): RequireHost {
  const own = new URL(publicUrl).hostname;
  const isOurs = (host: string): boolean => {
    const name = host.replace(/:\d*$/, '');
    return loopback.test(name) || name.toLowerCase() === own || (hosts === 'ipAddresses' && isIpAddress(name));
  };

  return (request) => {
    const host = headerValues(request, 'host');
    const [name] = host;
    if (host.length > 1 || (name === undefined && request.httpVersion === '1.1')) {
      throw new AppError('BAD_REQUEST', 'The request must have exactly one `Host` header.', {
        headers: { connection: 'close' },
      });
    }
    if (hosts !== 'any' && name !== undefined && !isOurs(name)) {
      throw new AppError(
        'BAD_REQUEST',
        'In development, requests must name this machine: use localhost, or PUBLIC_URL.',
        {
          httpStatus: 421,
        },
      );
    }
  };
}

/** Tells whether a host is an IP address, which no site can make point elsewhere. */
const isIpAddress = (host: string): boolean => isIP(host.replace(/^\[(.*)\]$/, '$1')) !== 0;
