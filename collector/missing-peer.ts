/** Something was asked for that needs optional packages, and they cannot be loaded. */
export class MissingPeerError extends Error {
  constructor(what: string, packages: readonly string[], cause: unknown) {
    super(`${what} needs packages that are not installed: npm install ${packages.join(' ')}`, { cause });
    this.name = 'MissingPeerError';
  }
}
