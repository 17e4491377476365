/** An answer that ends the handling of a request early: what GitLab's `render_api_error!` does. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
    super(`GitLab answers ${status}`);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

const message = (status: number, text: unknown) => new ApiFailure(status, { message: text });

/** 400 with a text of the service that refused. */
export const badRequest = (text: unknown) => message(400, text);
/** 400 of the parameter check, which says `error` instead of `message`. */
export const invalidParameter = (text: string) => new ApiFailure(400, { error: text });
export const unauthorized = () => message(401, '401 Unauthorized');
export const forbidden = (reason?: string) =>
  message(403, reason === undefined ? '403 Forbidden' : `403 Forbidden - ${reason}`);
/** 404 that names what is missing: `404 Project Not Found`; without a name it is spelt `404 Not found`. */
export const notFound = (what?: string) => message(404, what === undefined ? '404 Not found' : `404 ${what} Not Found`);
export const notAllowed = (text = '405 Method Not Allowed') => message(405, text);
export const conflict = (text: unknown) => message(409, text);
export const preconditionFailed = () => message(412, '412 Precondition Failed');
export const unprocessable = (text: unknown) => message(422, text);

/** A token that lacks a scope. */
export const insufficientScope = (scopes: readonly string[]) =>
  new ApiFailure(403, {
    error: 'insufficient_scope',
    error_description: 'The request requires higher privileges than provided by the access token.',
    scope: scopes.join(' '),
  });

/** A token that was good once. */
export const invalidToken = (why: 'expired' | 'revoked') =>
  new ApiFailure(401, {
    error: 'invalid_token',
    error_description:
      why === 'expired'
        ? 'Token is expired. You can either do re-authorization or token refresh.'
        : 'Token was revoked. You have to re-authorize from the user.',
  });
