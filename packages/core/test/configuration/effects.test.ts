import { describe, expect, it } from 'vitest';
import { keysOf } from '../../../../tools/configuration-docs.mjs';
import { itHasEffects } from './effect.js';
import { environmentEffects } from './environments.js';
import { ruleEffects } from './rules.js';
import { textEffects } from './texts.js';
import { versionEffects } from './versions.js';

const tables = {
  environments: environmentEffects,
  'versions and images': versionEffects,
  'rules, lint and freezes': ruleEffects,
  'names, commits and pull requests': textEffects,
};

describe.each(Object.entries(tables))('gitops.yaml: %s', (_, effects) => itHasEffects(effects));

it('every key of gitops.yaml has its effect in one of these tables', () => {
  const shown = Object.values(tables).flatMap((one) => Object.keys(one));
  expect(shown.sort()).toEqual(
    keysOf()
      .map((one) => one.key)
      .sort(),
  );
});
