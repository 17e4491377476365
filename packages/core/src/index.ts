export * from './model.js';
export * from './result.js';
