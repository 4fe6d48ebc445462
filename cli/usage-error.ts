/** Bad usage or bad input: the program prints the message alone and exits with 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
