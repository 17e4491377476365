import { type FakeAnswer, type Json, Refusal } from '../../host/request.js';

const documentation = 'https://docs.github.com/rest';

export function errorAnswer(
  status: number,
  message: string,
  extra: { readonly errors?: readonly Json[]; readonly headers?: Readonly<Record<string, string>> } = {},
): FakeAnswer {
  const { errors, headers } = extra;
  const body: Json = {
    message,
    ...(errors === undefined ? {} : { errors }),
    documentation_url: documentation,
    status: String(status),
  };
  return { status, body, ...(headers === undefined ? {} : { headers }) };
}

/** Ends the request with an error as GitHub words it. */
export function refuse(status: number, message: string, errors?: readonly Json[]): never {
  throw new Refusal(errorAnswer(status, message, errors === undefined ? {} : { errors }));
}

export function notFound(): never {
  refuse(404, 'Not Found');
}

/** 422 with one error about a field. */
export function invalid(resource: string, field: string, code: string, message?: string): never {
  refuse(422, 'Validation Failed', [{ resource, field, code, ...(message === undefined ? {} : { message }) }]);
}

/** 422 with a sentence of its own: `code` is `custom` then. */
export function invalidBecause(resource: string, message: string): never {
  refuse(422, 'Validation Failed', [{ resource, code: 'custom', message }]);
}
