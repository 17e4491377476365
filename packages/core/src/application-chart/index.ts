export { applicationTemplates, chartOfTemplate, expandApplicationCharts } from './expand.js';
