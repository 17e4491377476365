import { expect } from 'vitest';
import { environmentOf, environmentsOf, placesOf, snapshotOf } from '../../src/index.js';
import type { Json } from '../configuration-example.js';
import type { Effects } from './effect.js';
import { app, fleet, shown, users } from './fleet.js';

type Files = Readonly<Record<string, string>>;

const names = (config: Json, files: Files = users()): unknown =>
  shown(fleet(config, files), (one) =>
    one.environments.map(({ name, from }) => (from.length > 0 ? `${name} from ${from.join(' and ')}` : name)),
  );

const applications = (files: Files) => (config: Json) =>
  shown(fleet(config, files), (one) =>
    one.environments.flatMap((each) => each.instances.map((i) => `${i.application} in ${each.name}`)),
  );

const place = (key: 'branch' | 'repository') => (config: Json) =>
  shown(placesOf(snapshotOf({ 'gitops.yaml': JSON.stringify(config) })), (found) => found.map((one) => one[key]));

const inEnvironment = (name: string) => (config: Json) =>
  shown(
    fleet(config).andThen((one) => environmentOf(one, name)),
    (one) => one.name,
  );

const graph = ['dev', 'qa from dev', 'perf from dev', 'prod-eu from qa and perf', 'prod-us from qa and perf'];
const inAll = ['dev', 'qa', 'perf', 'prod-eu', 'prod-us'].map((name) => `users in ${name}`);

/** Folders whose names say nothing, which only a layout can tell. */
const colours: Files = {
  'apps/blue/users/application.yaml': app('users', 'blue', '2.1.0'),
  'apps/green/users/application.yaml': app('users', 'green', '2.0.0'),
};

const withSamples: Files = {
  ...users(),
  'docs/dev/sample.yaml': app('sample', 'dev', '1.0.0'),
  'test/qa/sample.yaml': app('sample', 'qa', '1.0.0'),
};

/** `version`, `name`, and all that says which Applications are in which environment. */
export const environmentEffects: Effects = {
  version: { look: (config) => names(config), given: expect.any(Array), leftOut: '"version" is missing.' },
  layout: { look: (config) => names(config, colours), given: ['blue', 'green'], leftOut: 'no-environments' },
  ignore: {
    look: applications(withSamples),
    given: inAll,
    leftOut: ['sample in dev', inAll[0], 'sample in qa', ...inAll.slice(1)],
    beside: ['environments'],
  },
  environments: {
    look: (config) => names(config),
    given: graph,
    leftOut: ['dev', 'qa from dev', 'perf from qa', 'prod-eu from perf', 'prod-us from perf'],
  },
  'environments.<name>.aliases': {
    look: inEnvironment('production-eu'),
    given: 'prod-eu',
    leftOut: 'unknown-environment',
  },
  'environments.<name>.from': {
    look: (config) => names(config),
    given: graph,
    leftOut: ['dev', 'qa', ...graph.slice(2)],
  },
  'environments.<name>.from.all': {
    look: (config) => names(config),
    given: graph,
    leftOut: 'environments.prod-eu.from: "all" must be given.',
  },
  'environments.<name>.branch': { look: place('branch'), given: ['release'], leftOut: [null] },
  'environments.<name>.repository': {
    look: place('repository'),
    given: ['https://github.com/acme/gitops-us'],
    leftOut: [null],
  },
  groups: {
    look: (config) =>
      shown(
        fleet(config).andThen((one) => environmentsOf(one, ['prod'])),
        (all) => all.map((one) => one.name),
      ),
    given: ['prod-eu', 'prod-us'],
    leftOut: 'unknown-environment',
    beside: ['environments'],
  },
};
