import type { SetRequest } from '@gitops/core';
import { change } from '../change/carry-out.js';
import type { RequestOf } from '../change/request.js';
import { usage } from '../failure.js';
import type { Run } from '../invocation.js';

export const requestOf: RequestOf = ({ invocation, now }) => {
  const [environment = '', ...versions] = invocation.args;
  return { verb: 'set', environment, versions: versions.map(wantedVersion), now, by: '' };
};

/** `payments=1.8.2`, or `payments/ghcr.io/acme/sidecar=2.0.0` where the application has several images. */
function wantedVersion(text: string): SetRequest['versions'][number] {
  const equals = text.indexOf('=');
  const name = text.slice(0, Math.max(0, equals));
  const version = text.slice(equals + 1);
  if (equals < 1 || version === '') {
    return usage(
      `${JSON.stringify(text)} does not say a version.`,
      'Write application=version: gitops set prod payments=1.8.2',
    );
  }
  const slash = name.indexOf('/');
  return slash < 0
    ? { application: name, image: null, version }
    : { application: name.slice(0, slash), image: name.slice(slash + 1), version };
}

export const run: Run = (invocation) => change(invocation, requestOf);
