// The service as it runs: its own process, real HTTP, a fake GitHub behind it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parse } from 'node-html-parser';
import { slackSignature } from '../src/slack-request.mjs';
import { startForge } from '../try/forge.mjs';

const main = fileURLToPath(new URL('../src/main.mjs', import.meta.url));
export const chatSecret = 'chat-secret-of-this-test';

/** Starts the service with these settings beside the usual ones; `undefined` takes one away. */
export async function startService(more = {}) {
  const forge = await startForge();
  const home = mkdtempSync(join(tmpdir(), 'gitops-web-home-'));
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    XDG_CACHE_HOME: home,
    ...forge.env,
    PORT: '0',
    PERSON_HEADER: 'X-Forwarded-User',
    TRUSTED_PROXIES: '127.0.0.1',
    APPROVERS: 'ana, ben',
    CHAT_SIGNING_SECRET: chatSecret,
    CHAT_PEOPLE: 'U1=ana U2=ben U3=rita',
    CHAT_PATIENCE_MS: '2900',
    ...more,
  };
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  const lines = [];
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  const close = async () => {
    child.kill('SIGTERM');
    await ended;
    await forge.close();
    rmSync(home, { recursive: true, force: true });
  };
  const started = new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      const { port: told } = JSON.parse(line);
      if (told !== undefined) resolve(told);
    });
    ended.then(([code]) => reject(new Error(`ended with ${code}: ${errors}`)));
  });
  const port = await started.catch(async (error) => {
    await close();
    throw error;
  });
  const url = `http://127.0.0.1:${port}`;
  return {
    ...forge,
    url,
    lines,
    stderr: () => errors,
    stop: async () => {
      child.kill('SIGTERM');
      const [code] = await ended;
      return code;
    },
    close,
    /** A page as somebody sees it; null: nobody is signed in. */
    async get(path, person = 'ana') {
      return answerOf(await fetch(`${url}${path}`, { headers: person === null ? {} : { 'x-forwarded-user': person } }));
    },
    async post(path, fields, person = 'ana', headers = {}) {
      const sent = person === null ? headers : { 'x-forwarded-user': person, ...headers };
      return answerOf(
        await fetch(`${url}${path}`, { method: 'POST', headers: sent, body: new URLSearchParams(fields) }),
      );
    },
    /** A command as the chat sends it. */
    async chat(text, { account = 'U1', secret = chatSecret, secondsAgo = 0, tamper = (body) => body, later } = {}) {
      const fields = { command: '/gitops', user_id: account, user_name: 'anybody', text };
      const body = `${new URLSearchParams(later === undefined ? fields : { ...fields, response_url: later })}`;
      const timestamp = String(Math.floor(Date.now() / 1000) - secondsAgo);
      const answer = await fetch(`${url}/chat`, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'x-slack-request-timestamp': timestamp,
          'x-slack-signature': slackSignature(body, timestamp, secret),
        },
        body: tamper(body),
      });
      const isJson = answer.headers.get('content-type')?.startsWith('application/json');
      return { status: answer.status, ...(isJson ? await answer.json() : { text: await answer.text() }) };
    },
  };
}

async function answerOf(answer) {
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, page: parse(text) };
}

/** What the button of a promotion sends. */
export function formOf(page, from, to) {
  const form = page.querySelector(`section[data-from="${from}"][data-to="${to}"] form`);
  if (form === null) return null;
  const fields = form.querySelectorAll('input').map((one) => [one.getAttribute('name'), one.getAttribute('value')]);
  return {
    action: form.getAttribute('action'),
    method: form.getAttribute('method'),
    fields: Object.fromEntries(fields),
  };
}

/** What the fake GitHub has, asked past the service. */
export async function pullRequestsOf(fake, repository = 'acme/gitops') {
  const api = async (path) => {
    const answer = await fetch(`${fake.apiUrl}/repos/${repository}${path}`, {
      headers: { authorization: `Bearer ${fake.tokens.alice}` },
    });
    return answer.json();
  };
  const all = await api('/pulls?state=all');
  return Promise.all(
    all.map(async ({ number, title, state, user, head, base, html_url: url }) => {
      const comments = (await api(`/issues/${number}/comments`)).map(({ body }) => body);
      return { number, title, state, author: user.login, branch: head.ref, target: base.ref, url, comments };
    }),
  );
}

export async function merge(fake, number, repository = 'acme/gitops') {
  const answer = await fetch(`${fake.apiUrl}/repos/${repository}/pulls/${number}/merge`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${fake.tokens.alice}`, 'content-type': 'application/json' },
    body: JSON.stringify({ merge_method: 'merge' }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}
