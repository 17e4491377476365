#!/usr/bin/env node
import module from 'node:module';
import { asksOnlyForVersion, ownVersion } from './version.js';

const argv = process.argv.slice(2);
if (asksOnlyForVersion(argv)) process.stdout.write(`${ownVersion()}\n`);
else {
  (module as { enableCompileCache?: () => unknown }).enableCompileCache?.();
  const { runProcess } = await import('./process.js');
  await runProcess(argv);
}
