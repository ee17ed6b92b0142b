// Keeps a server running: starts it, starts it again, and says why it cannot.

import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { type Failure, Session } from './session';

/** A server that crashes more often than this in so many milliseconds is not started again. */
const CRASHES = 4;
const PERIOD = 3 * 60_000;

/** A setting that is being typed is wrong until it is complete. */
const TYPING = 1000;

export class Server {
  private session: Session | undefined;
  private started: Promise<void> = Promise.resolve();
  private stopped: Promise<unknown> = Promise.resolve();
  private crashes: number[] = [];

  constructor(
    private readonly output: vscode.LogOutputChannel,
    private readonly version: string,
  ) {}

  /** At once, also while another start hangs. Settles when the server is ready, or the user has been told why not. */
  restart(): Promise<void> {
    this.crashes = [];
    return this.startAgain();
  }

  stop(): Promise<unknown> {
    const { session } = this;
    this.session = undefined;
    return (this.stopped = Promise.all([this.stopped, session?.stop()]));
  }

  /** The program of the server that runs. */
  get program(): string | undefined {
    return this.session?.isReady ? this.session.program : undefined;
  }

  /** The client of a server that is ready. A start in progress is waited for; if there is none, the user is told why. */
  async client(): Promise<LanguageClient | undefined> {
    for (;;) {
      const { session, started } = this;
      await started;
      if (session?.isReady) return session.client;
      await session?.ended;
      if (session !== this.session) continue;
      if (session?.failure) void this.explain(session.failure);
      return undefined;
    }
  }

  private startAgain(): Promise<void> {
    const stopped = this.stop();
    const session = (this.session = new Session(this.output, this.version));
    const starting = { location: vscode.ProgressLocation.Window, title: 'Starting phasemark' };
    const ready = () => stopped.then(() => this.start(session));
    return (this.started = Promise.resolve(vscode.window.withProgress(starting, ready)));
  }

  private async start(session: Session): Promise<void> {
    if (session !== this.session) return;
    await session.start();
    if (session !== this.session) return;
    const { failure } = session;
    if (!failure) return session.onFailure((failure) => this.crashed(session, failure));
    setTimeout(() => session === this.session && void this.explain(failure), failure.inSetting ? TYPING : 0);
  }

  private crashed(session: Session, failure: Failure): void {
    if (session !== this.session) return;
    const now = Date.now();
    this.crashes = [...this.crashes.filter((time) => now - time < PERIOD), now];
    if (this.crashes.length <= CRASHES) {
      this.output.warn(`It is started again: ${failure.message}`);
      void this.startAgain();
      return;
    }
    const last = failure.message.replace('phasemark', 'It');
    failure.message = `phasemark crashed ${this.crashes.length} times within 3 minutes and is not started again. ${last}`;
    void this.explain(failure);
  }

  private async explain(failure: Failure): Promise<void> {
    this.output.error(failure.message);
    const remedy = failure.inSetting ? 'Open Settings' : 'Restart Server';
    const showOutput = 'Show Output';
    const choice = await vscode.window.showErrorMessage(failure.message, remedy, showOutput);
    if (choice === showOutput) this.output.show();
    else if (choice === remedy) await (failure.inSetting ? openSettings() : this.restart());
  }
}

function openSettings(): Thenable<unknown> {
  // In a remote window the path is that of the remote machine, and the user's own tab does not show it.
  const where = vscode.env.remoteName ? 'openRemoteSettings' : 'openSettings';
  return vscode.commands.executeCommand(`workbench.action.${where}`, { query: 'phasemark.server.path' });
}
