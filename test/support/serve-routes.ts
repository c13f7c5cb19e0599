import { AppError } from '../../src/errors.ts';
import { createAnswerHeaders } from '../../src/http/server/answer-headers.ts';
import { createHttpServer, type Handler, type HttpServer, type HttpServerDeps } from '../../src/http/server/server.ts';
import { createUnsent } from '../../src/http/server/unsent.ts';

export interface ServedRoutes {
  readonly url: string;
  readonly port: number;
  readonly http: HttpServer;
  /** Every error that was reported. */
  readonly reported: unknown[];
  readonly stop: () => Promise<void>;
}

/** Serves routes on a port of their own, without an app behind them. */
export async function serveRoutes(
  routes: Readonly<Record<string, Handler>>,
  deps: Partial<HttpServerDeps> = {},
): Promise<ServedRoutes> {
  const reported: unknown[] = [];
  const http = createHttpServer({
    routes,
    report: (error) => (reported.push(error), maskedUnlessOurs(error)),
    upgrade: (_, socket) => void socket.destroy(),
    unsent: createUnsent(),
    answerHeaders: createAnswerHeaders({ isHttps: false }),
    requireHost: () => undefined,
    keepAliveSeconds: 75,
    ...deps,
  });
  const port = await http.listen(0, '127.0.0.1');
  return { url: `http://127.0.0.1:${port}`, port, http, reported, stop: () => http.drain(0) };
}

/** Reports as the app does. */
export const maskedUnlessOurs = (error: unknown): AppError =>
  error instanceof AppError ? error : new AppError('INTERNAL_SERVER_ERROR', 'Something went wrong.');
