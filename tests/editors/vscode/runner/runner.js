// Hands the real `vscode` module, which only an extension can have, to the suite in $PHASEMARK_SUITE.
const { appendFileSync } = require('node:fs');

exports.activate = () => {
  const { PHASEMARK_SUITE: suite, PHASEMARK_SUITE_LOG: log } = process.env;
  if (!suite || !log) return;
  const say = (line) => appendFileSync(log, `${line}\n`);
  require(suite)
    .run(require('vscode'), say)
    .catch((error) => say(`FAIL the suite itself: ${error.stack ?? error}`))
    .finally(() => say('END'));
};
