import { change } from '../change/carry-out.js';
import { type RequestOf, selectionOf } from '../change/request.js';
import { instantOf } from '../instants.js';
import type { Run } from '../invocation.js';

export const requestOf: RequestOf = async ({ invocation, now, by }) => ({
  verb: 'freeze',
  environment: invocation.args[0] ?? '',
  selection: selectionOf(invocation),
  reason: invocation.options.text('reason') ?? '',
  until: instantOf(invocation.options.text('until'), now),
  now,
  by: await by(),
});

export const run: Run = (invocation) => change(invocation, requestOf);
