export { expandPlaceholders } from './expand.js';
