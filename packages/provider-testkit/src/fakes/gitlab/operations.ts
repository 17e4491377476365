import type { Operation } from './call.js';
import { approvalOperations } from './routes/approvals.js';
import { archiveOperations } from './routes/archive.js';
import { branchOperations } from './routes/branches.js';
import { commitOperations } from './routes/commits.js';
import { fileOperations } from './routes/files.js';
import { instanceOperations } from './routes/instance.js';
import { labelOperations } from './routes/labels.js';
import { mergeRequestPartOperations } from './routes/merge-request-parts.js';
import { mergeRequestOperations } from './routes/merge-requests.js';
import { mergingOperations } from './routes/merging.js';
import { noteOperations } from './routes/notes.js';
import { projectOperations } from './routes/project.js';
import { statusOperations } from './routes/statuses.js';
import { trainOperations } from './routes/trains.js';
import { treeOperations } from './routes/tree.js';

/** Everything that this GitLab answers. */
export const operations: readonly Operation[] = [
  ...instanceOperations,
  ...projectOperations,
  ...branchOperations,
  ...commitOperations,
  ...statusOperations,
  ...treeOperations,
  ...archiveOperations,
  ...fileOperations,
  ...mergeRequestOperations,
  ...mergeRequestPartOperations,
  ...mergingOperations,
  ...approvalOperations,
  ...noteOperations,
  ...labelOperations,
  ...trainOperations,
];
