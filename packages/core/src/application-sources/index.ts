export { sourcesWithoutApplication, type WantedSources } from './find.js';
