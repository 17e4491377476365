export * from './github/index.js';
export * from './gitlab/index.js';
export type { MovableClock } from './host/clock.js';
export type { Fault, FaultKind, FaultMatch, Faults } from './host/faults.js';
export type { Area, LoggedRequest, RequestLog } from './host/log.js';
export type { FakeAnswer } from './host/request.js';
