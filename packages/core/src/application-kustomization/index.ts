export { expandApplicationKustomizations } from './expand.js';
export { type Kustomizations, overlaysOver, patchFilesOf, readKustomizations } from './overlays.js';
