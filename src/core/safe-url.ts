/** Of browsers, Node and edge runtimes alike, though no part of the language. */
declare const URL: new (url: string, base: string) => { readonly protocol: string };

/**
 * Returns the url where it is safe as a link or image: http(s), or relative to an http(s) page. lit and the DOM do
 * not check `href`, and only the URL parser sees through case, white space and control characters.
 */
export function parseSafeUrl(value: unknown, base: string): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  try {
    const { protocol } = new URL(value, base);
    return protocol === 'https:' || protocol === 'http:' ? value : undefined;
  } catch {
    return undefined;
  }
}
