// YAML as the tools that read infra/ take it: every document of a file, and an error for a key that stands twice.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const { parseAllDocuments } = createRequire(join(root, 'packages/core/package.json'))('yaml');

/** The values of the documents in a text. Throws with the name of the file and the line if it is no YAML. */
export function documentsIn(text, file) {
  return parseAllDocuments(text, { uniqueKeys: true })
    .map((document) => {
      const [error] = [...document.errors, ...document.warnings];
      if (error !== undefined) throw new Error(`${file}: ${error.message}`);
      return document.toJS({ maxAliasCount: 100 });
    })
    .filter((value) => value !== null);
}

/** Every file below a folder, as paths from it with slashes, in order. */
export function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      relative(folder, join(entry.parentPath ?? entry.path, entry.name))
        .split(sep)
        .join('/'),
    )
    .sort();
}

/** The YAML blocks of a Markdown text that hold Kubernetes resources. */
export function manifestsInMarkdown(text) {
  const blocks = [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map((match) => match[1]);
  return blocks.filter((block) => /^apiVersion:/m.test(block) && /^kind:/m.test(block));
}

/** A resource of Kubernetes and where it stands. */
const resource = (file, value) => ({ file, value });

/**
 * The resources written down in infra/argocd and infra/apps, without the templates of charts. Those that a README shows
 * are not applied to a cluster; they come with `shown: true`.
 */
export function resourcesOf(infra) {
  return ['argocd', 'apps'].flatMap((part) =>
    filesBelow(join(infra, part))
      .filter((file) => !file.startsWith('helm-charts/') && !file.split('/').at(-1).startsWith('kustomization.'))
      .flatMap((file) => {
        const name = `${part}/${file}`;
        const text = readFileSync(join(infra, name), 'utf8');
        if (/\.ya?ml$/.test(file)) return documentsIn(text, name).map((value) => resource(name, value));
        if (!file.endsWith('.md')) return [];
        return manifestsInMarkdown(text).flatMap((block) =>
          documentsIn(block, name).map((value) => ({ ...resource(name, value), shown: true })),
        );
      }),
  );
}
