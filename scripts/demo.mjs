// npm run demo [-- --forge github|gitlab]: the whole story on a temporary repository, with the real command line and
// real Git: on the embedded forge, or on a fake of a forge that runs on this machine. Every step is checked.
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { embedded } from './demo/embedded.mjs';
import { forge } from './demo/forge.mjs';
import { cli } from './demo/repository.mjs';
import { makeStage } from './demo/stage.mjs';
import { tellStory } from './demo/story.mjs';

const { values } = parseArgs({ options: { forge: { type: 'string', default: 'git' } } });
const places = { git: embedded, github: forge('github'), gitlab: forge('gitlab') };
const open = places[values.forge];
if (open === undefined) {
  console.error(`There is no forge ${JSON.stringify(values.forge)}. Run: npm run demo -- --forge github|gitlab`);
  process.exit(2);
}
if (!existsSync(cli)) {
  console.error('The command line is not built yet. Run: npm run demo');
  process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), 'gitops-demo-'));
const place = await open(folder);
const stage = makeStage(place);
try {
  await tellStory(place, stage);
  stage.title(`Done: ${stage.checked()} facts were checked on the way`);
  console.log(place.farewell());
} catch (error) {
  if (error.name !== 'DemoFailure') throw error;
  console.error(`\nThe demo did not go as it should: ${error.message}\nWhat there is: ${place.bare}`);
  process.exitCode = 1;
} finally {
  await place.close();
}
