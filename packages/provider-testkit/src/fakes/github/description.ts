import { type Description, readDescription } from '../description/check.js';
import type { Overlay } from '../description/overlay.js';
import { readData } from '../host/data.js';

const basicError = '/components/schemas/basic-error';

/** What GitHub's description has wrong or leaves out, each with the reason. */
export const overlay: Overlay = {
  corrections: [
    {
      at: '/components/schemas/pull-request-simple/properties/labels/items/properties/description',
      set: { nullable: true },
      why: 'a label may have no description: `label` and `pull-request` say so',
    },
    {
      at: '/paths/~1repos~1{owner}~1{repo}~1contents~1{path}/put/responses/409/content/application~1json/schema',
      set: {
        oneOf: null,
        anyOf: [{ $ref: `#${basicError}` }, { $ref: '#/components/schemas/repository-rule-violation-error' }],
      },
      why: 'every plain error fits both of the alternatives, so exactly one can never fit',
    },
  ],
  statuses: {
    // any operation may meet these, and few list them
    '301': basicError,
    '307': basicError,
    '401': basicError,
    '403': basicError,
    '404': basicError,
    '409': basicError,
    '422': '/components/schemas/validation-error',
    '429': basicError,
    '503': basicError,
  },
};

let description: Description | null = null;

/** GitHub's REST description, read once. */
export function githubDescription(): Description {
  description ??= readDescription(JSON.parse(readData('github', 'openapi.json')), overlay, ['repo.nwo', 'timestamp']);
  return description;
}
