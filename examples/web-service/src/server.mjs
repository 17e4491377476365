// The routes. What they do is in gitops.mjs and chat.mjs; here it is decided who may, and what is sent back.
import { readFileSync } from 'node:fs';
import { errorKinds } from '@gitops/core';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import { approvalsOf } from './approval.mjs';
import { chatOf } from './chat.mjs';
import { gitopsOf } from './gitops.mjs';
import { boardPage, errorPage, outcomePage, refusedPage } from './page.mjs';
import { personOf } from './people.mjs';
import { inTime } from './reply.mjs';
import { whyNotFromSlack } from './slack-request.mjs';

const style = readFileSync(new URL('../style.css', import.meta.url), 'utf8');

/** By the exit code's class: how it was asked, what stands there, who asks, who was first, the forge. */
const statuses = new Map([
  [2, 400],
  [3, 422],
  [4, 502], // not the person's: the service's own account at the forge
  [5, 409],
  [6, 503],
]);
const statusOf = ({ kind }) => statuses.get(errorKinds[kind]) ?? 500;

/**
 * @param {{
 *   settings: import('./settings.mjs').Settings,
 *   forge: import('@gitops/core').Forge,
 *   forgeOf?: import('@gitops/core').ForgeOf,
 *   clock: import('@gitops/core').Clock,
 *   log: (line: object) => void,
 *   signal: AbortSignal,
 * }} service
 */
export function appOf({ settings, forge, forgeOf, clock, log, signal }) {
  const gitops = gitopsOf({ forge, forgeOf, clock });
  const approvals = approvalsOf(settings.signingKey);
  const answer = chatOf({ gitops, settings, signal });
  const app = new Hono();

  app.use(async (c, next) => {
    const started = performance.now();
    await next();
    const { method, path } = c.req; // without the query, and no header
    const milliseconds = Math.round(performance.now() - started);
    log({ level: 'info', method, path, status: c.res.status, milliseconds, person: c.get('person') });
  });
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
      xFrameOptions: 'DENY',
    }),
  );
  app.use(async (c, next) => {
    await next();
    c.header('Cache-Control', 'no-store');
  });
  app.onError((error, c) => {
    log({ level: 'error', message: error.message, stack: error.stack });
    return c.text('Something is wrong in this service; its log says what.', 500);
  });

  app.get('/healthz', (c) => c.text('ok'));
  app.get('/style.css', (c) => c.body(style, 200, { 'Content-Type': 'text/css; charset=utf-8' }));

  const signedIn = async (c, next) => {
    const person = personOf(settings, c.env.incoming);
    if (person === null) {
      return c.html(
        refusedPage('Nobody is signed in', 'This page is for people whom the proxy before it has signed in.'),
        401,
      );
    }
    c.set('person', person);
    return next();
  };
  const small = bodyLimit({ maxSize: 2 ** 20, onError: (c) => c.text('Too large.', 413) });

  app.get('/', signedIn, async (c) => {
    const person = c.get('person');
    const formOf = (plan) => {
      if (!settings.approvers.has(person)) return null;
      const paper = gitops.toPaper(plan);
      return { paper, mark: approvals.seal(person, paper) };
    };
    return (await gitops.board({ signal })).match(
      (board) => c.html(boardPage(board, { name: forge.name, person, formOf })),
      (error) => c.html(errorPage(error), statusOf(error)),
    );
  });

  app.post('/approve', signedIn, small, async (c) => {
    const person = c.get('person');
    const fields = new URLSearchParams(await c.req.text());
    const paper = fields.get('plan') ?? '';
    if (!approvals.isSealed(person, paper, fields.get('mark') ?? '')) {
      const remedy =
        'The form is not one that was shown to you here, or the service was started anew. Load the page again.';
      return c.html(refusedPage('Not approved', remedy), 403);
    }
    if (!settings.approvers.has(person)) {
      return c.html(refusedPage('Not approved', `${person} is not among the approvers.`), 403);
    }
    return (await gitops.approve(paper, person, { signal })).match(
      (outcome) => c.html(outcomePage(outcome, person)),
      (error) => c.html(errorPage(error), statusOf(error)),
    );
  });

  const { chat } = settings;
  if (chat !== null) {
    app.post('/chat', small, async (c) => {
      const body = await c.req.text();
      const timestamp = c.req.header('x-slack-request-timestamp');
      const signature = c.req.header('x-slack-signature');
      const why = whyNotFromSlack({ body, timestamp, signature }, { secret: chat.secret, now: clock.now() });
      if (why !== null) {
        log({ level: 'warn', message: `refused a chat command: ${why}` });
        return c.text('The signature is not valid.', 401);
      }
      const fields = new URLSearchParams(body);
      const account = fields.get('user_id') ?? '';
      c.set('person', chat.people.get(account));
      const reply = answer(account, fields.get('text') ?? '');
      return c.json(await inTime(reply, { ...chat, later: fields.get('response_url') ?? '', log }));
    });
  }
  return app;
}
