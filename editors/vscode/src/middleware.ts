// What passes between the client and VS Code, with what only VS Code has: links behind rules, two settings for one table.

import type * as vscode from 'vscode';
import type { Middleware } from 'vscode-languageclient/node';
import { ruleUri } from './documents';
import { withRuleOptions } from './settings';

/** The rule of a finding leads to its documentation. */
function linked<T extends vscode.Diagnostic>(finding: T): T {
  if (typeof finding.code === 'string') finding.code = { value: finding.code, target: ruleUri(finding.code) };
  return finding;
}

function linkedReport<T extends { kind: string; items?: vscode.Diagnostic[] }>(report: T): T {
  report.items?.forEach(linked);
  return report;
}

export const MIDDLEWARE: Middleware = {
  provideDiagnostics: async (document, previous, token, next) => {
    const report = await next(document, previous, token);
    return report && linkedReport(report);
  },
  provideWorkspaceDiagnostics: (previous, token, reporter, next) =>
    next(previous, token, (chunk) => {
      chunk?.items.forEach(linkedReport);
      reporter(chunk);
    }),
  workspace: {
    configuration: async (params, token, next) => {
      const settings = await next(params, token);
      return Array.isArray(settings) ? settings.map(withRuleOptions) : settings;
    },
  },
};
