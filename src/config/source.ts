/** Where a value comes from. */
export type Source =
  | { readonly from: 'default' }
  /** `line` counts from 1; undefined speaks of the whole file. */
  | { readonly from: 'file'; readonly file: string; readonly line: number | undefined }
  | { readonly from: 'environment'; readonly name: string }
  /** Without dashes. */
  | { readonly from: 'flag'; readonly flag: string }

/** `default`, `acr-proxy.yaml:12`, `ACR_PROXY_LISTEN` or `--listen`. */
export function saySource(source: Source): string {
  if (source.from === 'flag') return `--${source.flag}`
  if (source.from === 'environment') return source.name
  if (source.from === 'default') return 'default'
  return source.line === undefined ? source.file : `${source.file}:${source.line}`
}
