// The figures of vitest's JSON report, as .ci/run adds them up; tests that failed or did not run are named.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const firstLine = (message = '') => message.split('\n')[0].slice(0, 300);

const { testResults } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const count = { passed: 0, failed: 0, skipped: 0 };
for (const file of testResults) {
  // a file that cannot even be loaded has no tests to count
  if (file.status === 'failed' && file.assertionResults.every((one) => one.status !== 'failed')) {
    count.failed++;
    console.log(`FAILED  ${relative('.', file.name)}: ${firstLine(file.message)}`);
  }
  for (const { status, fullName, failureMessages } of file.assertionResults) {
    if (status === 'failed')
      console.log(`FAILED  ${relative('.', file.name)} > ${fullName}: ${firstLine(failureMessages?.[0])}`);
    if (status === 'passed' || status === 'failed') count[status]++;
    else {
      count.skipped++;
      console.log(`SKIP  ${fullName}`);
    }
  }
}
console.log(`COUNT ${count.passed} ${count.failed} ${count.skipped}`);
