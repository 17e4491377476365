import { badRequest, invalidParameter } from '../failure.js';

export interface FileAction {
  readonly action: 'create' | 'update' | 'delete' | 'move' | 'chmod';
  readonly path: string;
  readonly previousPath: string | null;
  readonly content: Buffer | null;
  readonly lastCommit: string | null;
  readonly executable: boolean | null;
}

const kinds = ['create', 'update', 'delete', 'move', 'chmod'] as const;

/** Reads the actions of a commit; throws GitLab's complaints about their form. */
export function readActions(value: unknown): readonly FileAction[] {
  if (!Array.isArray(value)) throw invalidParameter('actions is invalid');
  return value.map((one: unknown, index) => {
    if (typeof one !== 'object' || one === null) throw invalidParameter('actions is invalid');
    const fields = one as Record<string, unknown>;
    const text = (name: string): string | null => (typeof fields[name] === 'string' ? fields[name] : null);
    const action = kinds.find((kind) => kind === fields['action']);
    if (fields['action'] === undefined) throw invalidParameter(`actions[${index}][action] is missing`);
    if (action === undefined) throw invalidParameter(`actions[${index}][action] does not have a valid value`);
    const path = text('file_path');
    if (path === null) throw invalidParameter(`actions[${index}][file_path] is missing`);
    if (action === 'move' && text('previous_path') === null) {
      throw invalidParameter(`actions[${index}][previous_path] is missing`);
    }
    const content = text('content');
    if (content === null && (action === 'create' || action === 'update')) {
      throw invalidParameter(`actions[${index}][content] is missing`);
    }
    const encoding = text('encoding') ?? 'text';
    if (encoding !== 'text' && encoding !== 'base64') {
      throw invalidParameter(`actions[${index}][encoding] does not have a valid value`);
    }
    return {
      action,
      path: cleanPath(path),
      previousPath: text('previous_path'),
      content: content === null ? null : Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8'),
      lastCommit: text('last_commit_id'),
      executable: typeof fields['execute_filemode'] === 'boolean' ? fields['execute_filemode'] : null,
    };
  });
}

/** Gitaly's rules for a path: no way out of the repository, none into `.git`. */
function cleanPath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '');
  if (parts.length === 0 || parts.includes('..') || parts.includes('.')) {
    throw badRequest('Path cannot include directory traversal');
  }
  if (parts.some((part) => part.toLowerCase() === '.git')) throw badRequest(`invalid path: '${path}'`);
  return parts.join('/');
}
