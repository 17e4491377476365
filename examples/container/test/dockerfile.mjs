// A Dockerfile read into its stages. Where it says something that is not read here, that is an error: nothing is passed over.

/** Instructions with their words; lines that end with a backslash go on. */
function instructionsOf(text) {
  const lines = text.split('\n').filter((line) => !/^\s*#/.test(line));
  return lines
    .join('\n')
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name, rest] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
      if (name === undefined) throw new Error(`not an instruction: ${line}`);
      return { name, rest: rest.trim() };
    });
}

/** `NAME="value" NAME=value`, as LABEL and ENV have them. */
export function pairsOf(rest) {
  return Object.fromEntries(
    [...rest.matchAll(/([\w.]+)=(?:"([^"]*)"|(\S*))/g)].map(([, name, quoted, plain]) => [name, quoted ?? plain]),
  );
}

/**
 * The stages of a Dockerfile, with the values of the arguments that are declared before the first of them.
 *
 * @returns {{ stages: { name: string, image: string, instructions: { name: string, rest: string }[] }[] }}
 */
export function readDockerfile(text) {
  const defaults = {};
  const stages = [];
  for (const { name, rest } of instructionsOf(text)) {
    if (name === 'FROM') {
      const found = /^(?:--platform=\S+\s+)?(\S+)(?:\s+AS\s+(\S+))?$/.exec(rest);
      if (found === null) throw new Error(`not understood: FROM ${rest}`);
      const image = found[1].replace(/\$\{(\w+)\}/g, (_, argument) => {
        if (defaults[argument] === undefined) throw new Error(`FROM uses ${argument}, which no ARG before it declares`);
        return defaults[argument];
      });
      stages.push({ name: found[2] ?? String(stages.length), image, instructions: [] });
    } else if (stages.length > 0) stages.at(-1).instructions.push({ name, rest });
    else if (name === 'ARG') Object.assign(defaults, pairsOf(rest));
    else throw new Error(`${name} stands before the first FROM`);
  }
  return stages;
}
