// What the settings look like to the server, which reads the tables of `phasemark.toml`.

type Table = Record<string, unknown>;

const isTable = (value: unknown): value is Table => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Puts `ruleOptions` into `rules`, where the server looks for them.
 *
 * They are two settings, since VS Code has a form for severities only if they are alone.
 */
export function withRuleOptions(settings: unknown): unknown {
  if (!isTable(settings) || !('ruleOptions' in settings)) return settings;
  const { ruleOptions, ...others } = settings;
  const rules: Table = isTable(others.rules) ? { ...others.rules } : {};
  for (const [rule, options] of Object.entries(isTable(ruleOptions) ? ruleOptions : {})) {
    if (!isTable(options)) continue;
    const chosen = rules[rule];
    if (chosen === undefined || isTable(chosen)) rules[rule] = { ...options, ...chosen };
    else rules[rule] = { ...options, severity: chosen };
  }
  return { ...others, rules };
}
