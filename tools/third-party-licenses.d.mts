/** Replaces esbuild's list of a bundle's parts by the licences of the packages that they come from. */
export function writeLicences(metafile: string, outfile: string): void;
