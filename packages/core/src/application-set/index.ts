export { type Expansion, expandApplicationSet } from './expand.js';
