// Tells server errors from those that the client raises itself.

import { ErrorCodes, ResponseError } from 'vscode-languageclient';

const OF_THE_CLIENT: readonly number[] = [
  ErrorCodes.MessageWriteError,
  ErrorCodes.MessageReadError,
  ErrorCodes.PendingResponseRejected,
  ErrorCodes.ConnectionInactive,
];

export function isFromServer(error: unknown): error is ResponseError<unknown> {
  return error instanceof ResponseError && !OF_THE_CLIENT.includes(error.code);
}
