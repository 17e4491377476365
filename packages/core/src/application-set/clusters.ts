import { opaque, type Result as TemplateResult } from '../argocd/template-value.js';
import type { MapValue } from '../argocd/value.js';
import type { Generated, GeneratorContext } from './generate.js';
import { addValues } from './git-generator.js';

const unknown = 'which clusters are registered in Argo CD decides which applications there are';

/**
 * The clusters that Argo CD knows are not in Git, so that one set stands for all of them: what it says of a cluster is
 * not known, its `values` are as far as they do not use that.
 */
export function clusterParameters(settings: MapValue, context: GeneratorContext): Generated {
  const names = ['name', 'nameNormalized', 'server', 'project', 'metadata'];
  const entries = new Map<string, TemplateResult>(names.map((name) => [name, opaque]));
  addValues(entries, settings, context);
  return { kind: 'sets', sets: [{ entries, template: null, unknown }] };
}
