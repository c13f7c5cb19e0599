import { isIP } from 'node:net';
import { getDomain } from 'tldts';
import { isAllowed } from './allow-insecure.ts';
import { isLoopback } from './loopback.ts';
import type { Settings } from './settings.ts';

export interface HttpConfig {
  readonly port: number;
  readonly host: string;
  /**
   * The `Host`s that are answered: in development names of this machine, and IP addresses if `host` is of a network.
   */
  readonly hosts: 'loopback' | 'ipAddresses' | 'any';
  /** Issuer of tokens and base of every link, without a trailing slash. */
  readonly publicUrl: string;
  readonly corsOrigins: readonly string[];
  /** `none` sends our cookies from other sites, too (RFC 6265bis §5.6.7). */
  readonly cookieSameSite: 'lax' | 'none';
  /** The time that a connection may wait for its next request. */
  readonly keepAliveSeconds: number;
  /** How long it serves on after SIGTERM, while it is not ready any more. */
  readonly shutdownDelaySeconds: number;
  /** IP addresses and CIDR ranges whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
}

export function parseHttp(settings: Settings, mode: 'development' | 'test' | 'production'): HttpConfig {
  const production = mode === 'production';
  const port = settings.integer('PORT', 4000, { min: 0, max: 65_535 });
  const host = parseHost(settings, production);
  const publicUrl = parsePublicUrl(settings, production, urlOf(host, port));
  const corsOrigins = settings.origins('CORS_ORIGINS');
  return {
    port,
    host,
    hosts: mode === 'development' ? (isLoopback(host) ? 'loopback' : 'ipAddresses') : 'any',
    publicUrl,
    corsOrigins,
    cookieSameSite: parseSameSite(settings, production, { publicUrl, corsOrigins }),
    keepAliveSeconds: settings.integer('KEEP_ALIVE_TIMEOUT', 75, { min: 1, max: 3600 }),
    shutdownDelaySeconds: settings.integer('SHUTDOWN_DELAY', 0, { min: 0, max: 600 }),
    trustedProxies: settings.ranges('TRUSTED_PROXIES'),
  };
}

/** A name or an IP address, as it stands in a URL or bare. */
function parseHost(settings: Settings, production: boolean): string {
  const host = settings.text('HOST', production ? '0.0.0.0' : '127.0.0.1').replace(/^\[(.*)\]$/, '$1');
  const isName = /^(?=.{1,253}$)[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?$/i.test(host);
  return isIP(host) > 0 || (isName && !/^[\d.]+$/.test(host)) ? host : refuseHost(settings);
}

function refuseHost(settings: Settings): string {
  settings.mistake(
    'HOST',
    'expected an IP address or a name to listen at, such as 0.0.0.0, ::1 or localhost, without a port',
  );
  return 'localhost';
}

/** Returns the URL at which a server that listens at a host is reached from the same machine. */
export function urlOf(host: string, port: number): string {
  if (isLoopback(host) || host === '0.0.0.0' || /^[0:]+$/.test(host)) {
    return host === '::1' ? `http://[::1]:${port}` : `http://localhost:${port}`;
  }
  return isIP(host) === 6 ? `http://[${host}]:${port}` : `http://${host}:${port}`;
}

function parsePublicUrl(settings: Settings, production: boolean, fallback: string): string {
  const isSet = settings.text('PUBLIC_URL', '') !== '';
  const url = settings.url('PUBLIC_URL', fallback, ['http:', 'https:']);
  if (!production) return url;
  const { protocol, hostname } = new URL(url);
  if (!isSet) settings.mistake('PUBLIC_URL', 'required in production; expected a URL such as https://api.example.com');
  else if (protocol === 'http:' && !isLoopback(hostname) && !isAllowed(settings, 'public-url'))
    settings.mistake(
      'PUBLIC_URL',
      'http: is refused in production, since tokens would cross the network in the clear: set https:, or ALLOW_INSECURE=public-url if you know that they do not',
    );
  return url;
}

/** Browsers send cookies of `lax` within one site alone: who wants them from another has to say so. */
function parseSameSite(
  settings: Settings,
  production: boolean,
  { publicUrl, corsOrigins }: Pick<HttpConfig, 'publicUrl' | 'corsOrigins'>,
): HttpConfig['cookieSameSite'] {
  const isSet = settings.text('COOKIE_SAMESITE', '') !== '';
  const sameSite = settings.oneOf('COOKIE_SAMESITE', ['lax', 'none'], 'lax');
  if (sameSite === 'none' && !publicUrl.startsWith('https:'))
    settings.mistake(
      'COOKIE_SAMESITE',
      'none needs a PUBLIC_URL with https:, since browsers drop such cookies otherwise',
    );
  const foreign = corsOrigins.find((origin) => siteOf(origin) !== siteOf(publicUrl));
  if (production && !isSet && foreign !== undefined)
    settings.mistake(
      'COOKIE_SAMESITE',
      `${foreign} of CORS_ORIGINS is another site than PUBLIC_URL, so that browsers send it no cookies of ours: set none if it uses them, or lax if it keeps its tokens itself`,
    );
  return sameSite;
}

/** The scheme and the registrable domain (HTML, "same site"). */
function siteOf(url: string): string {
  const { protocol, hostname } = new URL(url);
  return `${protocol}//${getDomain(hostname, { allowPrivateDomains: true }) ?? hostname}`;
}
