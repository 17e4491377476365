/**
 * What providers over HTTP share: requests with proxies, certificates and redirects; credentials; archives, listings
 * and blobs read with few requests; a cache; waiting and trying again. Knows no forge's API.
 */
export { parseAddress, type RepositoryAddress } from './address.js';
export { answer, stopIfAborted, totalMs } from './answer.js';
export { applyFiles } from './apply-files.js';
export { type ArchiveReading, readArchive } from './archive.js';
export { makePatience, type Patience, type PatienceOptions, type WaitReason } from './budget.js';
export { type CachedCommit, type CacheOptions, commitKey, type DiskCache, noCache, openCache } from './cache.js';
export { systemClock } from './clock.js';
export { type Credential, fromGh, fromGitHelper, fromGlab, fromVariables } from './credentials.js';
export { Failure, fail, failureIn, problemOfSystem, redact } from './failure.js';
export { blobId, formatOf, type ObjectFormat, type TreeEntry, treeId } from './git-objects.js';
export { type PathFilter, pathFilter } from './globs.js';
export { problemOfNetwork } from './network.js';
export { type FoundForge, whichForge } from './probe.js';
export { makeReader, type Reader, type ReaderOptions, type ReadSnapshot, type ReadSource } from './reader.js';
export { type Again, isRetryable, type RetryOptions, retryAfterMs, retrying } from './retry.js';
export { largestFile, textOf } from './text.js';
export { openTransport, type RequestEvent, type Transport, type TransportOptions } from './transport.js';
