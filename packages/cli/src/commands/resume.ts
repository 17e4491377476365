import { change } from '../change/carry-out.js';
import { type RequestOf, selectionOf } from '../change/request.js';
import { usage } from '../failure.js';
import type { Run } from '../invocation.js';

export const requestOf: RequestOf = ({ invocation, now }) => {
  const environment = invocation.args[0] ?? null;
  const expired = invocation.options.flag('expired');
  if (environment === null && !expired) {
    return usage(
      'Which environment is to be resumed is not said.',
      'Name it: gitops resume <environment>, or end all that is past: gitops resume --expired',
    );
  }
  return {
    verb: 'resume',
    environment,
    selection: selectionOf(invocation),
    expired,
    keepChanges: invocation.options.flag('keepChanges'),
    now,
    by: '',
  };
};

export const run: Run = (invocation) => change(invocation, requestOf);
