import type { IncomingMessage } from 'node:http';

/** As many characters as sessions and the audit log keep. */
const longestUserAgent = 400;

/** What a client calls itself, by HTTP or WebSocket, cut to what is kept. */
export const userAgentOf = ({ headers }: IncomingMessage): string | null =>
  headers['user-agent']?.slice(0, longestUserAgent) ?? null;
