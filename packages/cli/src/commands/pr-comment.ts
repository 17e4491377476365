import { orThrow } from '@gitops/core';
import { callOf } from '../call.js';
import { usage } from '../failure.js';
import type { Run } from '../invocation.js';
import { pullRequestReport } from '../pull-request/describe.js';
import { idOf } from '../pull-request/name.js';
import { openForge } from '../repository/open.js';

export const run: Run = async (invocation) => {
  const { args, io, options } = invocation;
  const [name, ...words] = args;
  const marker = options.text('marker');
  if (marker !== null && !/^[A-Za-z0-9-]+$/.test(marker)) {
    usage(`--marker ${JSON.stringify(marker)} is no name of a comment.`, 'Use letters, digits and -: smoke-test');
  }
  const text = words.length === 1 && words[0] === '-' ? await io.readInput() : words.join(' ');
  if (text.trim() === '') usage('An empty comment says nothing.', 'Say something: gitops pr comment <id> <text>');
  const { forge } = await openForge(invocation);
  const call = callOf(invocation);
  const { id } = orThrow(await forge.pullRequests.get(idOf(name), call));
  orThrow(await forge.pullRequests.comment(id, { text, ...(marker === null ? {} : { marker }) }, call));
  return pullRequestReport(forge, id, 'commented', 'Commented on', call);
};
