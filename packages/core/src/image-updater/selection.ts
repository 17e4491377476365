import { fullNameWithoutTag, type ImageIdentifier } from '../image/index.js';

/** True where a selection (null: everything) takes in an image, by alias, by full name or by the end of it. */
export function selects(
  selection: readonly string[] | null,
  image: { readonly alias: string | null; readonly image: string },
): boolean {
  return selection === null || selection.some((given) => isNamedBy(given, image));
}

export function selectsIdentifier(selection: readonly string[] | null, image: ImageIdentifier): boolean {
  return selects(selection, { alias: image.alias, image: fullNameWithoutTag(image) });
}

function isNamedBy(
  given: string,
  { alias, image }: { readonly alias: string | null; readonly image: string },
): boolean {
  if (given === '') return false;
  const [wanted, name] = [onHub(given), onHub(image)];
  return given === alias || name === wanted || name.endsWith(`/${wanted}`);
}

/** The short form of Docker Hub's names, in which `nginx`, `library/nginx` and `docker.io/library/nginx` are the same. */
function onHub(name: string): string {
  const path = name.replace(/^(?:index\.)?docker\.io\//, '');
  return /^library\/[^/]+$/.test(path) ? path.slice('library/'.length) : path;
}
