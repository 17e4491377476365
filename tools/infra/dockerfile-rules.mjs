// What a Dockerfile must say and a linter does not ask for: bases that cannot move, and a user without rights.

/** Instructions with their words; a line that ends with a backslash goes on, comments between included. */
function instructionsOf(text) {
  const joined = text.replace(/^[ \t]*#.*\n/gm, '').replace(/\\[ \t]*\n/g, ' ');
  return [...joined.matchAll(/^[ \t]*([A-Za-z]+)[ \t]+(.*)$/gm)].map(([, name, words]) => ({
    name: name.toUpperCase(),
    words: words.trim(),
  }));
}

const pinned = /^[^@\s]+:[^@:/\s]+@sha256:[0-9a-f]{64}$/;
const numeric = /^[1-9][0-9]*(:[1-9][0-9]*)?$/;

/** Puts the defaults of the arguments before the first FROM into an image's name. */
const expand = (image, values) => image.replace(/\$\{?(\w+)\}?/g, (whole, name) => values.get(name) ?? whole);

/** What is wrong with a Dockerfile, in words. */
export function dockerfileFaults(text) {
  const values = new Map();
  const stages = [];
  for (const { name, words } of instructionsOf(text)) {
    if (name === 'FROM') {
      const [image, as, alias] = words.split(/\s+/).filter((word) => !word.startsWith('--'));
      stages.push({ image: expand(image, values), alias: /^as$/i.test(as ?? '') ? alias : undefined, users: [] });
    } else if (name === 'ARG' && stages.length === 0) {
      const [key, ...value] = words.split('=');
      if (value.length > 0) values.set(key, value.join('=').replace(/^"(.*)"$/, '$1'));
    } else if (name === 'USER') stages.at(-1)?.users.push(words);
  }
  if (stages.length === 0) return ['it has no FROM'];
  const faults = [];
  const seen = new Map();
  for (const stage of stages) {
    const before = seen.get(stage.image);
    if (before === undefined && stage.image !== 'scratch' && !pinned.test(stage.image))
      faults.push(`FROM ${stage.image}: a tag can be moved; write name:version@sha256:digest`);
    stage.user = stage.users.at(-1) ?? before?.user; // a stage goes on as the user that the one below it ended with
    if (stage.alias !== undefined) seen.set(stage.alias, stage);
  }
  const { user } = stages.at(-1);
  if (user === undefined) faults.push('no USER in the last stage: it runs as root');
  else if (!numeric.test(user))
    faults.push(`USER ${user}: Kubernetes can tell that a user is not root by its number only`);
  return faults;
}
