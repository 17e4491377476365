export { expandApplicationKustomizations } from './expand.js';
export { patchFilesOf, readKustomizations } from './overlays.js';
