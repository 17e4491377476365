/** The schema of gitops.yaml. */
export const schema: { readonly $defs: Readonly<Record<string, Readonly<Record<string, unknown>>>> } & Readonly<
  Record<string, unknown>
>;

/** Every key that can be written, as in `versions[].files` and `environments.<name>.from`. */
export function keysOf(): readonly {
  readonly key: string;
  readonly isRequired: boolean;
  readonly schema: Readonly<Record<string, unknown>>;
  /** As written at the key: a reference is not followed. */
  readonly own: Readonly<Record<string, unknown>>;
}[];

/** The whole file that the examples of the schema make together. */
export function exampleOf(): Readonly<Record<string, unknown>>;

/** docs/configuration.md as it is, and as the schema says it. */
export function documents(): { readonly found: string; readonly wanted: string };
