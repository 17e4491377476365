/** What part of a forge a request went to. Only `api` is what forges count. */
export type Area = 'api' | 'git' | 'archive' | 'web';

/** One request that a fake has answered, or has broken off (`status` 0). Holds no secret. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly status: number;
  readonly area: Area;
  /** The scheme of the credentials that came with it, never the credentials. */
  readonly authorization: 'none' | 'basic' | 'bearer' | 'token' | 'private-token' | 'job-token' | 'other';
  /** Bytes of the answer's body. */
  readonly bytes: number;
  /** What a GraphQL request asks for (`query Repository`), else null. */
  readonly operation: string | null;
}

export interface RequestLog {
  readonly entries: readonly LoggedRequest[];
  /** Requests to one part, `api` where none is named. */
  count(area?: Area): number;
  /** `GET /repos/o/r 200` a line, for messages of failed tests and for people. */
  lines(area?: Area): readonly string[];
  clear(): void;
}

export function requestLog(): RequestLog & { add(entry: LoggedRequest): void } {
  const entries: LoggedRequest[] = [];
  const of = (area: Area): readonly LoggedRequest[] => entries.filter((entry) => entry.area === area);
  return {
    entries,
    add: (entry) => {
      entries.push(entry);
    },
    count: (area = 'api') => of(area).length,
    lines: (area) =>
      (area === undefined ? entries : of(area)).map(({ method, path, query, status, operation }) =>
        [method, `${path}${query === '' ? '' : `?${query}`}`, operation, status]
          .filter((part) => part !== null)
          .join(' '),
      ),
    clear: () => {
      entries.length = 0;
    },
  };
}

/** The scheme that a request's headers authenticate with. */
export function authorizationScheme(
  headers: Readonly<Record<string, string | undefined>>,
): LoggedRequest['authorization'] {
  if (headers['private-token'] !== undefined) return 'private-token';
  if (headers['job-token'] !== undefined) return 'job-token';
  const header = headers['authorization'];
  if (header === undefined) return 'none';
  const scheme = header.split(' ')[0]?.toLowerCase() ?? '';
  return scheme === 'basic' || scheme === 'bearer' || scheme === 'token' ? scheme : 'other';
}
