import { change } from '../change/carry-out.js';
import { type RequestOf, selectionOf } from '../change/request.js';
import { usage } from '../failure.js';
import type { Run } from '../invocation.js';
import { commitNamed } from '../repository/resolve-commit.js';

export const requestOf: RequestOf = async ({ invocation, opened, now }) => {
  const { args, io } = invocation;
  const [source = '', targets = ''] = args;
  const [, from = source, ref = null] = /^([^@]*)@(.*)$/.exec(source) ?? [];
  const to = targets
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  if (from === '' || ref === '' || to.length === 0) {
    return usage(
      'A promotion goes from one environment to others.',
      'Give both: gitops promote <from[@commit]> <to[,to…]>',
    );
  }
  return {
    verb: 'promote',
    from,
    fromCommit: ref === null ? null : await commitNamed(ref, { ...opened, io }),
    pinned: ref !== null,
    to,
    selection: selectionOf(invocation),
    now,
    by: '',
  };
};

export const run: Run = (invocation) => change(invocation, requestOf);
