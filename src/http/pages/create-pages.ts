import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../../errors.ts';
import type { ReportError } from '../../request/error-report.ts';
import { createRequestContexts, type RequestContextDeps } from '../request-context.ts';
import { pagePermissions } from '../server/answer-headers.ts';
import { readFormBody } from '../server/body.ts';
import type { Handler } from '../server/server.ts';
import { acceptInvitationPage } from './accept-invitation-page.ts';
import { sectionPaths } from './account/account-layout.ts';
import { createAccountPage } from './account/account-page.ts';
import { apiKeys } from './account/api-keys.ts';
import { profile } from './account/profile.ts';
import { security } from './account/security.ts';
import { sessions } from './account/sessions.ts';
import { createAsk, type AskDeps } from './ask.ts';
import { createConfirmEmailPage } from './confirm-email-page.ts';
import { emailLoginPage } from './email-login-page.ts';
import { documentOf } from './layout.ts';
import type { Page, PageAnswer, ShownPage } from './page.ts';
import { problemPage } from './problem-page.ts';
import { Refusal } from './refusal.ts';
import { resetPasswordPage } from './reset-password-page.ts';
import { revertEmailChangePage } from './revert-email-change-page.ts';
import { requireOwnForm } from './same-origin.ts';
import { signInPage } from './sign-in-page.ts';
import { signOutPage } from './sign-out-page.ts';
import { signUpPage } from './sign-up-page.ts';
import { openSite, type Site, type SiteSettings } from './site.ts';
import { texts } from './texts.ts';

export interface PagesDeps extends SiteSettings {
  readonly contextDeps: RequestContextDeps;
  readonly execute: AskDeps['execute'];
  readonly report: ReportError;
}

/** The pages that accounts need, by their paths. */
const pages: Readonly<Record<string, Page>> = {
  '/sign-in': signInPage,
  '/sign-out': signOutPage,
  '/sign-up': signUpPage,
  '/verify-email': createConfirmEmailPage('/verify-email', texts.verify),
  '/confirm-email-change': createConfirmEmailPage('/confirm-email-change', texts.changeEmail),
  '/revert-email-change': revertEmailChangePage,
  '/email-login': emailLoginPage,
  '/reset-password': resetPasswordPage,
  '/accept-invitation': acceptInvitationPage,
  [sectionPaths.profile]: createAccountPage(profile),
  [sectionPaths.security]: createAccountPage(security),
  [sectionPaths.sessions]: createAccountPage(sessions),
  [sectionPaths.apiKeys]: createAccountPage(apiKeys),
};

/** Creates the handlers of the pages, and of their style sheet, script and logo. */
export function createPages({ contextDeps, execute, report, ...settings }: PagesDeps): Record<string, Handler> {
  const contexts = createRequestContexts(contextDeps);
  const { site, routes } = openSite(settings);
  const policy = contentPolicy(site);

  const handler =
    (page: Page): Handler =>
    async (request, response, requestId) => {
      response.setHeader('cache-control', 'no-store');
      response.setHeader('content-security-policy', policy);
      response.setHeader('permissions-policy', pagePermissions);
      // Forms name their origin, which `no-referrer` would take from them; no other site is told anything.
      response.setHeader('referrer-policy', 'same-origin');
      requireMethod(request);
      try {
        if (request.method === 'POST') requireOwnForm(request, site.publicUrl);
        const form = request.method === 'POST' ? await readFormBody(request) : null;
        const cookies = contexts.openCookies(request, response, requestId);
        const ask = createAsk({ contexts, execute }, request, cookies, requestId);
        const url = new URL(request.url ?? '/', site.publicUrl);
        send(response, await page({ url, form, ask, cookies, site }), site);
      } catch (error) {
        if (error instanceof AppError && error.status === 413) response.setHeader('connection', 'close');
        send(response, problemPage(refusalOf(error, report, requestId), site), site);
      }
    };

  for (const [path, page] of Object.entries(pages))
    if (page !== emailLoginPage || site.canSignInByEmail) routes[path] = handler(page);
  return routes;
}

/** Nothing but our own files, no script and no style inside a page, no foreign form, no frame. */
const contentPolicy = ({ returnOrigins }: Site): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    // Browsers apply it to where a form leads in the end as well.
    ['form-action', "'self'", ...returnOrigins].join(' '),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

function requireMethod({ method = '' }: IncomingMessage): void {
  if (['GET', 'HEAD', 'POST'].includes(method)) return;
  throw new AppError('BAD_REQUEST', 'Pages are read by GET, and forms are sent by POST.', {
    httpStatus: 405,
    headers: { allow: 'GET, HEAD, POST' },
  });
}

/** Returns the refusal of the API, or one from before the API was asked; reports a defect. */
function refusalOf(error: unknown, report: ReportError, requestId: string): Refusal {
  if (error instanceof Refusal) return error;
  const { message, code, extensions, status } = report(error, requestId);
  return new Refusal({
    message,
    status,
    extensions: { ...extensions, code, ...(code === 'INTERNAL_SERVER_ERROR' ? { requestId } : {}) },
  });
}

function send(response: ServerResponse, answer: PageAnswer, site: Site): void {
  if ('redirectTo' in answer) {
    response.setHeader('location', answer.redirectTo);
    return void response.writeHead(303).end();
  }
  sendPage(response, answer, site);
}

function sendPage(response: ServerResponse, page: ShownPage, site: Site): void {
  if (page.retryAfterSeconds !== undefined) response.setHeader('retry-after', page.retryAfterSeconds);
  if (page.refreshTo !== undefined) response.setHeader('refresh', `0;url=${page.refreshTo}`);
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.writeHead(page.status ?? 200);
  response.end(documentOf(page, site));
}
