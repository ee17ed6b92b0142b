// Errors of requests: what the server answered, or what the client made up.

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
