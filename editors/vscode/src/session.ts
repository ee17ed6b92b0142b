// The lifetime of one server process and its client; never reused.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { constants } from 'node:fs';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import * as vscode from 'vscode';
import { CloseAction, ErrorAction, LanguageClient, type LanguageClientOptions } from 'vscode-languageclient/node';
import { SERVED } from './commands';
import { isFromServer } from './errors';
import { MIDDLEWARE } from './middleware';
import { candidates, isOlder, oldestFor, versionIn } from './program';

/** Until the server has answered `initialize`; `--version` is given as long. Tests cannot wait for that. */
const LIMIT = Number(process.env.PHASEMARK_TEST_START_LIMIT) || 15_000;

/** For what a process that ends still has to say, and for it to end by itself. */
const GRACE = 500;

const PATH_SETTING = '"phasemark.server.path"';

const sleep = (ms: number) => new Promise<undefined>((resolve) => setTimeout(resolve, ms, undefined));

/** Why there is no server, in words for the user. */
export class Failure extends Error {
  constructor(
    message: string,
    /** The setting is wrong, so that another start would not help. */
    readonly inSetting = false,
  ) {
    super(message);
  }
}

/** Shows no messages: a failure is explained once, by us, and what else the client says goes to the output. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    if (this.isRunning()) super.error(message, data, false);
    else this.debug(message, data, false); // the consequences of a start that fails, with stacks
  }
}

export class Session {
  client: LanguageClient | undefined;
  failure: Failure | undefined;
  program: string | undefined;

  private process: ChildProcess | undefined;
  private exit: string | undefined;
  private lastLine: string | undefined;
  private readonly over = new AbortController();
  readonly ended = new Promise<void>((resolve) => this.over.signal.addEventListener('abort', () => resolve()));

  constructor(
    private readonly output: vscode.LogOutputChannel,
    private readonly version: string,
  ) {}

  /** Settles when the server is ready or the session has ended: a stop does not wait for a start that hangs. */
  start(): Promise<void> {
    const launched = this.launch().catch((error: unknown) => {
      this.end(error instanceof Failure ? error : new Failure(`phasemark does not start: ${messageOf(error)}`));
    });
    return Promise.race([launched, this.ended]);
  }

  get isReady(): boolean {
    return !this.over.signal.aborted && this.client?.isRunning() === true;
  }

  /** Calls back when a server that was ready is gone. */
  onFailure(listener: (failure: Failure) => void): void {
    this.over.signal.addEventListener('abort', () => this.failure && listener(this.failure));
  }

  /** In good order if the server is ready, else by force; either way soon. */
  async stop(): Promise<void> {
    if (this.isReady) {
      const process = this.process;
      const exited = new Promise((resolve) => process?.once('exit', resolve));
      await this.client?.stop().catch((error: unknown) => this.output.warn(messageOf(error)));
      await Promise.race([exited, sleep(GRACE)]);
    }
    this.end();
  }

  /** Whatever process there is is killed, and the client closes with its streams. */
  private end(failure?: Failure): void {
    if (this.over.signal.aborted) return;
    this.failure = failure;
    this.over.abort();
    this.process?.kill('SIGKILL');
    // A child of the process may hold them open.
    this.process?.stdout?.destroy();
    this.process?.stdin?.destroy();
  }

  private async launch(): Promise<void> {
    const settings = vscode.workspace.getConfiguration('phasemark.server');
    const program = (this.program = await this.within(LIMIT, find(settings.get('path', '').trim() || 'phasemark')));
    await this.checkVersion(program);
    if (this.over.signal.aborted) return;
    this.client = this.connect(program, ['server', ...settings.get<string[]>('extraArgs', [])]);
    try {
      await this.within(LIMIT, this.client.start());
    } catch (error) {
      if (error instanceof Failure) throw error;
      throw isFromServer(error) ? new Failure(`phasemark refuses to start: ${error.message}`) : await this.whyClosed();
    }
  }

  private async within<T>(limit: number, work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Failure(`phasemark did not answer within ${limit / 1000} seconds and was stopped.${this.quote()}`));
      }, limit);
    });
    return Promise.race([work, late]).finally(() => clearTimeout(timer));
  }

  private async checkVersion(program: string): Promise<void> {
    const { error, stdout, stderr } = await new Promise<{ error: Error | null; stdout: string; stderr: string }>((resolve) => {
      const options = { timeout: LIMIT, killSignal: 'SIGKILL', signal: this.over.signal, ...spawning(program) } as const;
      execFile(program, ['--version'], options, (error, stdout, stderr) => resolve({ error, stdout, stderr }));
    });
    this.output.info(`${program} --version: ${stdout.trim().split('\n', 1)[0]}`);
    for (const line of stderr.split('\n')) this.hear(line);
    const version = versionIn(stdout);
    if (error && (version || !stdout)) throw whyNoVersion(program, error, this.quote());
    if (!version) throw new Failure(`${program} is not phasemark. Say where phasemark is in ${PATH_SETTING}.`, true);
    const oldest = oldestFor(this.version);
    if (isOlder(version, oldest)) {
      throw new Failure(`phasemark ${version} is too old; this extension needs ${oldest} or later. Update ${program}, then restart the server.`);
    }
  }

  private connect(program: string, args: string[]): LanguageClient {
    const options: LanguageClientOptions = {
      documentSelector: [
        { scheme: 'file', language: 'markdown' },
        { scheme: 'file', pattern: '**/phasemark.toml' },
      ],
      outputChannel: this.output,
      middleware: MIDDLEWARE,
      initializationFailedHandler: () => false,
      errorHandler: {
        error: (error, message) => {
          // What cannot be read may go on for ever; a message that cannot be sent, only until the process ends.
          this.output.warn(error.message);
          if (!message) void this.whyClosed('sent something that is not LSP').then((failure) => this.end(failure));
          return { action: ErrorAction.Continue, handled: true };
        },
        closed: () => {
          if (this.client?.isRunning()) void this.whyClosed().then((failure) => this.end(failure));
          return { action: CloseAction.DoNotRestart, message: 'The connection is closed.', handled: true };
        },
      },
    };
    const client = new QuietClient('phasemark', 'phasemark', () => this.spawn(program, args), options);
    client.registerFeature({
      fillClientCapabilities: (capabilities) => {
        // The server may then have suggestions follow the choice of a folder.
        capabilities.experimental = { ...capabilities.experimental, commands: { commands: ['editor.action.triggerSuggest'] } };
      },
      preInitialize: ({ executeCommandProvider }) => {
        // The client registers the others; ours are there without a server, too.
        if (executeCommandProvider) {
          executeCommandProvider.commands = executeCommandProvider.commands.filter((command) => !SERVED.includes(command));
        }
      },
      initialize: () => undefined,
      getState: () => ({ kind: 'static' }),
      clear: () => undefined,
    });
    return client;
  }

  private async spawn(program: string, args: string[]): Promise<{ reader: NodeJS.ReadableStream; writer: NodeJS.WritableStream }> {
    const child = (this.process = spawn(program, args, { stdio: 'pipe', ...spawning(program) }));
    child.stdin.on('error', () => undefined); // it has ended, which is heard of below
    readline.createInterface({ input: child.stderr }).on('line', (line) => this.hear(line));
    child.once('error', (error) => this.end(new Failure(`${program} does not run: ${messageOf(error)}`)));
    child.once('exit', (code, signal) => {
      this.exit = code === null ? `was ended by ${signal}` : `ended with exit code ${code}`;
      this.output.info(`${program} ${this.exit}`);
      void sleep(GRACE).then(() => child.stdout.destroy()); // a child of the process may hold it open
    });
    return { reader: child.stdout, writer: child.stdin };
  }

  /** The client does not know what became of the process. */
  private async whyClosed(otherwise = 'closed the connection'): Promise<Failure> {
    for (const end = Date.now() + GRACE; this.exit === undefined && Date.now() < end; ) await sleep(20);
    await sleep(50); // what it wrote last may come after the news of its end
    return new Failure(`phasemark ${this.exit ?? otherwise}.${this.quote()}`);
  }

  private hear(line: string): void {
    const text = line.replace(/\x1b\[[0-9;]*m/g, '').trim();
    if (!text) return;
    this.output.error(text);
    if (!text.startsWith('note: run with `RUST_BACKTRACE')) this.lastLine = text;
  }

  private quote(): string {
    return this.lastLine ? ` It last said: "${this.lastLine.slice(0, 200)}"` : '';
  }
}

/** Not in the workspace, from which Windows would load libraries. */
function spawning(program: string) {
  return { cwd: path.dirname(program), windowsHide: true };
}

async function find(name: string): Promise<string> {
  const files = candidates(name, { platform: process.platform, env: process.env, home: os.homedir() });
  if (!files) throw new Failure(`${PATH_SETTING} is the relative path "${name}". Make it absolute, or a name to look up in PATH.`, true);
  for (const file of files) if (await isProgram(file)) return file;
  const [only, ...others] = files;
  if (only !== undefined && others.length === 0 && (await exists(only))) {
    throw new Failure(`${only} is no program that may be executed. Say where phasemark is in ${PATH_SETTING}.`, true);
  }
  throw new Failure(`The phasemark server "${name}" was not found. Install phasemark, or say where it is in ${PATH_SETTING}.`, true);
}

const exists = (file: string) => fs.access(file).then(() => true, () => false);

async function isProgram(file: string): Promise<boolean> {
  try {
    await fs.access(file, constants.X_OK);
    return (await fs.stat(file)).isFile();
  } catch {
    return false;
  }
}

function whyNoVersion(program: string, error: Error & { code?: unknown; killed?: boolean; signal?: unknown }, quote: string): Failure {
  if (error.killed) return new Failure(`${program} --version did not end within ${LIMIT / 1000} seconds.${quote}`);
  if (typeof error.code === 'number') return new Failure(`${program} --version failed with exit code ${error.code}.${quote}`);
  if (error.signal) return new Failure(`${program} --version was ended by ${error.signal}.${quote}`);
  return new Failure(`${program} does not run (${String(error.code ?? error.message)}).${quote}`, true);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
