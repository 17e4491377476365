// Every check of infra/: npm run infra.
import { followReadme } from '../readme.mjs';
import { verdicts } from '../verdicts.mjs';
import { appChecks } from './app.mjs';
import { chartChecks } from './charts.mjs';
import { manifestChecks } from './manifests.mjs';
import { promotionChecks } from './promotions.mjs';
import { scriptChecks } from './scripts.mjs';
import { terraformChecks } from './terraform.mjs';

const checks = verdicts();
for (const part of [terraformChecks, manifestChecks, chartChecks, promotionChecks, appChecks, scriptChecks])
  await part(checks);
await checks.check('README', () => followReadme('infra'));
checks.finish();
