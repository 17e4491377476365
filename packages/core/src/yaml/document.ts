import type { YamlDocument, YamlMap, YamlNode } from './node.js';

/** The document with this root, with what Kubernetes would call it. */
export function toDocument(index: number, root: YamlNode | null): YamlDocument {
  const top = root?.type === 'map' ? root : null;
  const metadata = top === null ? null : field(top, 'metadata');
  const named = metadata?.type === 'map' ? metadata : null;
  return {
    index,
    root,
    apiVersion: head(top, 'apiVersion'),
    kind: head(top, 'kind'),
    name: head(named, 'name'),
    namespace: head(named, 'namespace'),
  };
}

function field(map: YamlMap, key: string): YamlNode | null {
  for (const entry of map.entries) {
    if (entry.key === key) return entry.value?.type === 'alias' ? entry.value.target : entry.value;
  }
  return null;
}

function head(map: YamlMap | null, key: string): string | null {
  const node = map === null ? null : field(map, key);
  return node?.type === 'scalar' && typeof node.value === 'string' ? node.value : null;
}
