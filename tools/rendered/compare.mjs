// What differs between two renderings of an Application.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const { parseAllDocuments } = createRequire(
  fileURLToPath(new URL('../../packages/core/package.json', import.meta.url)),
)('yaml');

const isMap = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every single value of manifests, by the resource and its path. */
export function leavesOf(text) {
  const leaves = new Map();
  const walk = (value, path) => {
    if (isMap(value)) for (const [key, one] of Object.entries(value)) walk(one, `${path}/${key}`);
    else if (Array.isArray(value)) for (const [index, one] of value.entries()) walk(one, `${path}/${index}`);
    else leaves.set(path, value);
  };
  for (const [index, document] of parseAllDocuments(text).entries()) {
    const value = document.toJS();
    if (isMap(value)) walk(value, `${index} ${value.kind} ${value.metadata?.name}`);
  }
  return leaves;
}

/** A version as it stands behind the name of an image. */
export const textOf = ({ tag, digest }) => [tag ?? '', digest ?? ''].filter((one) => one !== '').join('@');

/**
 * What differs between two renderings, where the versions of a promotion should be all.
 *
 * @param {Map<string, unknown>} before
 * @param {Map<string, unknown>} after
 * @param {readonly { from: object, to: object }[]} versions
 * @returns {{ versions: number, derived: number, others: string[] }} `versions`: fields where the old version is now the
 *   new one, and the rest of the text is as before; `derived`: checksums in annotations; `others`: each with both values.
 */
export function differences(before, after, versions) {
  const moves = versions.map(({ from, to }) => [textOf(from), textOf(to)]).filter(([from]) => from !== '');
  const isMove = (text, wanted) =>
    moves.some(([from, to]) => text.includes(from) && text.replaceAll(from, to) === wanted);
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (path) => before.get(path) !== after.get(path),
  );
  const isVersion = (path) =>
    before.has(path) && after.has(path) && isMove(String(before.get(path)), String(after.get(path)));
  const rest = changed.filter((path) => !isVersion(path));
  const isDerived = (path) => /\/annotations\/checksum/.test(path) && before.has(path) && after.has(path);
  return {
    versions: changed.length - rest.length,
    derived: rest.filter(isDerived).length,
    others: rest.filter((path) => !isDerived(path)).map((path) => `${path}: ${before.get(path)} → ${after.get(path)}`),
  };
}

/** Versions that no field named `image` runs. */
export function versionsNotRun(leaves, versions) {
  const images = [...leaves].filter(([path]) => path.endsWith('/image')).map(([, value]) => String(value));
  return versions.filter(({ to }) => !images.some((one) => one.endsWith(textOf(to))));
}
