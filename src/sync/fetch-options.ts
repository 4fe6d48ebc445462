/** Fetch options without a prototype: a page's `Object.prototype.method = …` must not reach our requests. */
export const fetchOptions = (options: RequestInit): RequestInit =>
  Object.assign(Object.create(null) as RequestInit, options);
