import { type GitOpsError, severalProblems } from '../errors/error.js';
import { err, ok, type Result } from '../result.js';
import { containersOf, readContainer } from './containers.js';
import { filesUnder, textAt, valuesAt } from './files.js';
import { matchesDirectoryPattern } from './glob.js';
import { type ImageReading, mergeReadings } from './image-reading.js';
import { baseName } from './paths.js';
import type { DirectorySettings } from './source.js';
import { addNote, type SourceContext } from './source-context.js';
import { scalarAt } from './value.js';

const skipMarker = '+argocd:skip-file-rendering';

/**
 * The images of plain manifests as Argo CD 3.5.1 chooses them: files of the folder, with `recurse` of the folders below,
 * without those of `exclude`, only those of `include`. YAML that is no Kubernetes object is passed over; a broken file
 * is an error where it looks like one.
 */
export function directoryImages(
  settings: DirectorySettings | null,
  context: SourceContext,
): Result<readonly ImageReading[], GitOpsError> {
  const { recurse, include, exclude } = settings ?? { recurse: false, include: '', exclude: '' };
  const prefix = context.folder === '' ? 0 : context.folder.length + 1;
  const readings: ImageReading[] = [];
  const problems: GitOpsError[] = [];
  for (const path of filesUnder(context.cache, context.folder, recurse)) {
    const relative = path.slice(prefix);
    if (!/\.(?:yaml|yml|json|jsonnet)$/.test(baseName(path))) continue;
    if (exclude !== '' && matchesDirectoryPattern(exclude, relative)) continue;
    if (include !== '' && !matchesDirectoryPattern(include, relative)) continue;
    const text = textAt(context.cache, path) ?? '';
    if (text.includes(skipMarker)) continue;
    if (path.endsWith('.jsonnet')) {
      addNote(context.notes, 'jsonnet-not-read', `The file ${path} is a program (Jsonnet); its images were not read.`, {
        file: path,
        line: 1,
        column: 1,
      });
      continue;
    }
    const read = valuesAt(context.cache, path, 'manifest-image');
    if (read === null) continue;
    if (read.isErr()) {
      if (looksLikeManifest(text)) problems.push(read.error);
      continue;
    }
    for (const document of read.value) {
      if (scalarAt(document, ['kind']) !== null)
        readings.push(...containersOf(document).map((container) => readContainer(container)));
    }
  }
  const problem = severalProblems(problems);
  return problem === null ? ok(mergeReadings(readings)) : err(problem);
}

function looksLikeManifest(text: string): boolean {
  return text.includes('apiVersion:') && text.includes('kind:') && text.includes('metadata:');
}
