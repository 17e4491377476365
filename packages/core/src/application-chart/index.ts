export { applicationTemplates, chartOfTemplate, expandApplicationCharts } from './expand.js';
export type { EnvironmentSigns } from './uses.js';
