// The licence texts of everything that a bundle holds: MIT, BSD and ISC ask that they travel with the code.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const licenceFile = /^(licen[cs]e|copying|notice)([-.].*)?$/i;

/** The folder of the package that holds `file`, or null where it is none of `node_modules`. */
export function packageOf(file) {
  const inside = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file.replaceAll('\\', '/'));
  return inside === null ? null : inside[1];
}

/** Name, version, licence and texts of one installed package. Throws where it comes without a licence. */
export function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const texts = readdirSync(folder)
    .filter((one) => licenceFile.test(one))
    .sort()
    .map((one) => readFileSync(join(folder, one), 'utf8').trim());
  if (typeof license !== 'string' && texts.length === 0) throw new Error(`${name}@${version} comes without a licence`);
  return { name, version, license: typeof license === 'string' ? license : 'see below', texts };
}

/** The text that goes with a bundle, in the order of names. */
export function licencesText(packages) {
  const rule = '-'.repeat(80);
  const parts = [...packages]
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .map(({ name, version, license, texts }) =>
      `${rule}\n${name} ${version} (${license})\n\n${texts.join('\n\n')}`.trimEnd(),
    );
  return `This program contains the following packages.\n\n${parts.join('\n\n')}\n`;
}

/** Replaces esbuild's list of a bundle's parts by the licences of the packages that they come from. */
export function writeLicences(metafile, outfile) {
  const { outputs } = JSON.parse(readFileSync(metafile, 'utf8'));
  const folders = new Set();
  for (const { inputs } of Object.values(outputs)) {
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
      const folder = bytesInOutput > 0 ? packageOf(resolve(file)) : null;
      if (folder !== null) folders.add(folder);
    }
  }
  if (folders.size === 0) throw new Error(`${metafile} names no package`);
  writeFileSync(outfile, licencesText([...folders].map(licenceOf)));
  rmSync(metafile);
}
