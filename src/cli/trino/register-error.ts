/** Why a table is not registered, or not as it should be. */
export class RegisterError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    // What a command shows before the message.
    this.name = code;
  }
}
