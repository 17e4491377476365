export { layoutsOfUnread, sourcesWithoutApplication } from './find.js';
