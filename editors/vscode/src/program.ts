// Which program a setting means. It never depends on the current folder, which may be an untrusted workspace.

import path from 'node:path';

/** What the answer depends on. */
export interface Machine {
  platform: NodeJS.Platform;
  env: Record<string, string | undefined>;
  home: string;
}

/**
 * The files that a name or path may mean, best first; `undefined` for a path that is relative.
 *
 * A bare name is looked up here and not by the operating system, since Windows looks in the current folder first.
 */
export function candidates(name: string, { platform, env, home }: Machine): string[] | undefined {
  const windows = platform === 'win32';
  const paths = windows ? path.win32 : path.posix;
  const file = /^~[/\\]/.test(name) && (windows || name[1] === '/') ? paths.join(home, name.slice(2)) : name;
  if (isAbsolute(file, windows)) return withExtensions(file, windows, env);
  if (windows ? /[/\\:]/.test(file) : file.includes('/')) return undefined;
  return (env.PATH ?? env.Path ?? '')
    .split(paths.delimiter)
    .map((folder) => (windows ? folder.replaceAll('"', '') : folder))
    .filter((folder) => isAbsolute(folder, windows))
    .flatMap((folder) => withExtensions(paths.join(folder, file), windows, env));
}

/** On Windows, `\bin` and `C:bin` still depend on the current drive and folder. */
function isAbsolute(file: string, windows: boolean): boolean {
  return windows ? /^([a-z]:[/\\]|[/\\]{2}[^/\\])/i.test(file) : file.startsWith('/');
}

/** Batch files are left out of PATHEXT: they do not start without a shell. */
function withExtensions(file: string, windows: boolean, env: Machine['env']): string[] {
  if (!windows) return [file];
  const extensions = (env.PATHEXT || '.COM;.EXE')
    .toLowerCase()
    .split(';')
    .filter((extension) => ['.com', '.exe'].includes(extension));
  const whole = extensions.includes(path.win32.extname(file).toLowerCase()) ? [file] : [];
  return [...whole, ...extensions.map((extension) => file + extension)];
}

/** The version in the answer to `--version`, if it is the answer of phasemark. */
export function versionIn(answer: string): string | undefined {
  return /^phasemark (\d+\.\d+\.\d+\S*)/.exec(answer)?.[1];
}

/** The oldest server that an extension of this version works with: any of its own minor version. */
export function oldestFor(extension: string): string {
  return `${extension.split('.').slice(0, 2).join('.')}.0`;
}

/** Compares major, minor and patch; a pre-release counts as its release. */
export function isOlder(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split('.', 3).map((part) => Number.parseInt(part, 10)));
  return ([0, 1, 2].map((i) => (a?.[i] ?? 0) - (b?.[i] ?? 0)).find((difference) => difference !== 0) ?? 0) < 0;
}
