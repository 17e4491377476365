import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readApplications, readImages } from '../src/argocd/index.js';
import { snapshotOf } from '../src/model.js';
import { readYaml } from '../src/yaml/read.js';

interface RenderedCase {
  readonly id: string;
  readonly rule: string;
  readonly files: Readonly<Record<string, string>>;
  readonly application: string;
  readonly controllerNamespace: string;
  readonly images?: readonly string[];
  readonly error?: string;
}

const { cases } = JSON.parse(readFileSync(new URL('./cases/rendered/overrides.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly RenderedCase[];
};

describe('images as Argo CD renders them', () => {
  for (const one of cases) {
    test(`${one.id}: ${one.rule}`, () => {
      const file = readYaml(one.application, 'application.yaml')._unsafeUnwrap();
      const { applications, problems } = readApplications(file);
      expect(problems).toEqual([]);
      expect(applications).toHaveLength(1);
      const application = applications[0];
      if (application === undefined) return;
      const read = readImages(application, snapshotOf({ ...one.files, 'application.yaml': one.application }), {
        controllerNamespace: one.controllerNamespace,
        repositories: ['https://git.example/org/repo.git'],
      });
      if (one.error === undefined) {
        expect(read.problems).toEqual([]);
        expect([...new Set(read.rendered)]).toEqual([...(one.images ?? [])].sort());
      } else {
        expect(read.problems).not.toEqual([]);
        for (const problem of read.problems) {
          expect(['override-invalid', 'application-invalid', 'yaml-syntax']).toContain(problem.kind);
          expect(problem.at).not.toBeNull();
        }
      }
    });
  }
});
