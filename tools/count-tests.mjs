// The figures of vitest's JSON report, as .ci/run adds them up; tests that did not run are named.
import { readFileSync } from 'node:fs';

const { testResults } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const count = { passed: 0, failed: 0, skipped: 0 };
for (const file of testResults) {
  // a file that cannot even be loaded has no tests to count
  if (file.status === 'failed' && file.assertionResults.every((one) => one.status !== 'failed')) count.failed++;
  for (const { status, fullName } of file.assertionResults) {
    if (status === 'passed' || status === 'failed') count[status]++;
    else {
      count.skipped++;
      console.log(`SKIP  ${fullName}`);
    }
  }
}
console.log(`COUNT ${count.passed} ${count.failed} ${count.skipped}`);
