export { applicationTemplates, expandApplicationCharts } from './expand.js';
