// A folder of Terraform files as one module: what it declares, what it calls, what it asks for.
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { constantOf, parseHcl } from './parse.mjs';
import { HclError } from './tokens.mjs';

/** Every folder below `root` that holds `.tf` files: path of the folder → text of each file by its name. */
export function readFolders(root) {
  const folders = new Map();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const folder = entry.parentPath.slice(root.length + 1).replaceAll('\\', '/');
    if (!entry.isFile() || !entry.name.endsWith('.tf') || folder.includes('.terraform')) continue;
    const files = folders.get(folder) ?? {};
    files[entry.name] = readFileSync(join(entry.parentPath, entry.name), 'utf8');
    folders.set(folder, files);
  }
  return folders;
}

const kinds = {
  variable: { labels: 1, key: ([name]) => name },
  output: { labels: 1, key: ([name]) => name },
  module: { labels: 1, key: ([name]) => name },
  resource: { labels: 2, key: (labels) => labels.join('.') },
  data: { labels: 2, key: (labels) => labels.join('.') },
  provider: {
    labels: 1,
    key: ([name], block) => [name, constantOf(block.attributes.get('alias')?.value)].join(' ').trim(),
  },
  check: { labels: 1, key: ([name]) => name },
  locals: { labels: 0 },
  terraform: { labels: 0 },
};

/**
 * @param {string} path The module's folder, as faults name it.
 * @param {Record<string, string>} files Text by name.
 * @returns What is declared, and the faults met on the way.
 */
export function readModule(path, files) {
  const module = { path, faults: [], locals: new Map(), terraform: [] };
  for (const kind of ['variable', 'output', 'module', 'resource', 'data', 'provider', 'check'])
    module[kind] = new Map();
  for (const [name, text] of Object.entries(files)) {
    const file = posix.join(path, name);
    const fault = (line, message) => module.faults.push({ file, line, message });
    try {
      const body = parseHcl(text);
      for (const { line, name: attribute } of body.attributes.values())
        fault(line, `${attribute} stands outside a block`);
      for (const block of body.blocks) declare(module, { ...block, file }, fault);
    } catch (error) {
      if (!(error instanceof HclError)) throw error;
      fault(error.line, error.message);
    }
  }
  return module;
}

function declare(module, block, fault) {
  const kind = kinds[block.type];
  if (kind === undefined || !Object.hasOwn(kinds, block.type)) {
    fault(block.line, `${block.type} is no block of Terraform`);
  } else if (block.labels.length !== kind.labels) {
    fault(block.line, `${block.type} has ${kind.labels} names, not ${block.labels.length}`);
  } else if (block.type === 'terraform') {
    module.terraform.push(block);
  } else if (block.type === 'locals') {
    for (const attribute of block.attributes.values()) {
      if (module.locals.has(attribute.name)) fault(attribute.line, `local.${attribute.name} is declared twice`);
      module.locals.set(attribute.name, { ...attribute, file: block.file });
    }
  } else {
    const key = kind.key(block.labels, block);
    if (module[block.type].has(key)) fault(block.line, `${block.type} ${key} is declared twice`);
    module[block.type].set(key, block);
  }
}

/** The module that a call names, by the path of its folder; undefined where the source is not a folder. */
export function sourceOf(module, call) {
  const source = constantOf(call.attributes.get('source')?.value);
  return typeof source === 'string' && /^\.\.?\//.test(source) ? posix.join(module.path, source) : undefined;
}

/** Name → version constraint of the providers that a module asks for. */
export function requiredProviders(module) {
  const required = new Map();
  for (const block of module.terraform.flatMap(({ file, blocks }) => blocks.map((inner) => ({ ...inner, file }))))
    if (block.type === 'required_providers')
      for (const { name, line, value } of block.attributes.values())
        required.set(name, { file: block.file, line, ...constantOf(value) });
  return required;
}

/** The provider that a resource or data source belongs to. */
export const providerOf = (block) => block.labels[0].split('_')[0];
