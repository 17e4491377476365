// Every check of infra/: npm run infra.
import { verdicts } from '../verdicts.mjs';
import { chartChecks } from './charts.mjs';
import { manifestChecks } from './manifests.mjs';

const checks = verdicts();
for (const part of [manifestChecks, chartChecks]) await part(checks);
checks.finish();
