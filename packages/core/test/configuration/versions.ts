import type { Json } from '../configuration-example.js';
import type { Effects } from './effect.js';
import { app, fleet, promote, shown, users } from './fleet.js';

/** A file that no convention tells, beside what runs. */
const tags = { ...users(), 'image-tags/qa/search': 'image_tag: "12"\nother: "13"\n' };

const versions = (config: Json) =>
  shown(fleet(config, tags), (one) =>
    one.environments.flatMap(({ name, instances }) =>
      instances.flatMap(({ application, images }) =>
        application === 'search' ? images.map(({ image, version }) => `${name} ${image}:${version?.tag}`) : [],
      ),
    ),
  );

/** `users` from a registry of developers, and from another one in the environment that is promoted into. */
const mapped = (into: string) => (config: Json) => {
  const files = {
    ...users({}, 'dev.example.com/users'),
    [`apps/${into}/users/application.yaml`]: app('users', into, '1.9.0', 'prod.example.com/users'),
  };
  return shown(promote(config, into, { files }), (plan) => plan.versions.map(({ image, to }) => `${image}:${to.tag}`));
};

const moved = ['prod.example.com/users:2.1.0'];
const missing = (section: string, key: string) => `${section}[0]: "${key}" must be given.`;

/** Versions in files of one's own, and images with two names. */
export const versionEffects: Effects = {
  versions: { look: versions, given: ['qa ghcr.io/acme/search:12'], leftOut: [], beside: ['environments'] },
  'versions[].files': {
    look: versions,
    given: ['qa ghcr.io/acme/search:12'],
    leftOut: missing('versions', 'files'),
    beside: ['environments'],
  },
  'versions[].key': {
    look: versions,
    given: ['qa ghcr.io/acme/search:12'],
    leftOut: missing('versions', 'key'),
    beside: ['environments'],
  },
  'versions[].image': {
    look: versions,
    given: ['qa ghcr.io/acme/search:12'],
    leftOut: missing('versions', 'image'),
    beside: ['environments'],
  },
  images: { look: mapped('prod-eu'), given: moved, leftOut: 'missing-pin', beside: ['environments', 'groups'] },
  'images[].from': {
    look: mapped('prod-eu'),
    given: moved,
    leftOut: missing('images', 'from'),
    beside: ['environments', 'groups'],
  },
  'images[].to': {
    look: mapped('prod-eu'),
    given: moved,
    leftOut: missing('images', 'to'),
    beside: ['environments', 'groups'],
  },
  // qa is none of the group that the mapping is for
  'images[].into': { look: mapped('qa'), given: 'missing-pin', leftOut: moved, beside: ['environments', 'groups'] },
};
