/** Input that cannot be used; the command line prints the message and exits with 2, without a stack trace. */
export class InputError extends Error {
  override readonly name = 'InputError';
}
