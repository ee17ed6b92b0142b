// Asks for the name of a new phase: the server suggests the next one, and judges what is typed.

import * as vscode from 'vscode';
import type { About } from './phases';

/** What the server answers about a name. */
interface Name {
  stem?: string;
  existing?: string[];
  missing?: string[];
  problem?: string;
}

export async function newPhase(about: About, ask: (about: About) => Promise<unknown>): Promise<About | undefined> {
  // Without an answer nothing is suggested; what is wrong, the command itself says.
  const name = (about: About) => ask(about).catch(() => ({})) as Promise<Name>;
  const { stem: value = '' } = await name(about);
  const answer = await vscode.window.showInputBox({
    title: 'New Phase',
    prompt: 'The name that its plan, prompt and work notes share',
    placeHolder: 'phase-2-billing',
    value,
    valueSelection: [value.length, value.length],
    validateInput: async (text) => (text.trim() ? judged(await name({ ...about, stem: text.trim() })) : undefined),
  });
  const stem = answer?.trim();
  return stem ? { ...about, stem } : undefined;
}

/** Errors keep the name from being accepted, information does not. */
function judged({ stem, existing = [], missing = [], problem }: Name): vscode.InputBoxValidationMessage | undefined {
  if (problem) return { message: problem, severity: vscode.InputBoxValidationSeverity.Error };
  if (existing.length === 0) return undefined;
  const enter = missing.length > 0 ? `creates ${missing.join(' and ')}` : 'opens it';
  return { message: `'${stem}' exists already; Enter ${enter}.`, severity: vscode.InputBoxValidationSeverity.Info };
}
