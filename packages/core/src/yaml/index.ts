/** Reading and editing YAML as text: all that the rest of core needs of it. */
export { editYaml } from './edit.js';
export type { AppliedEdit, ChangedEdit, RemovalPlace, YamlContent, YamlEdit } from './edit-types.js';
export type {
  DocumentSelector,
  Path,
  Pointer,
  Step,
  YamlAlias,
  YamlDocument,
  YamlEntry,
  YamlFile,
  YamlList,
  YamlMap,
  YamlNode,
  YamlScalar,
} from './node.js';
export { formatPath, formatPointer, parsePointer } from './pointer.js';
export { positionAt } from './position.js';
export { readRendered, readYaml } from './read.js';
export { encodeScalar, isBareWord } from './scalar.js';
export { type Undone, undoYaml } from './undo.js';
export { documentsFor, entryOf, findDocument, itemHas, nodeAt, resolveAlias, textOf, valueOf } from './value.js';
