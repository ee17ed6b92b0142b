-- The whole loop, from an empty folder to a finished phase, by keys in a real Neovim. Runs inside another one, started by
-- `run` next to this file, and leaves with 0 or 1.

local here = vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2))
package.path = here .. '/?.lua;' .. package.path
local Child = require('child')

local scratch = vim.env.SCRATCH
local folder = scratch .. '/work/loop'
local passed, failed = 0, 0
local written = 0

local function say(line)
  io.stdout:write(line .. '\n')
  io.stdout:flush()
end

local function run(command, cwd)
  return vim.system(command, { cwd = cwd or folder, text = true }):wait()
end

local function write(path, lines)
  vim.fn.mkdir(vim.fs.dirname(folder .. '/' .. path), 'p')
  vim.fn.writefile(lines, folder .. '/' .. path)
end

local function commit(message, time)
  local who = { '-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-c', 'commit.gpgsign=false' }
  local env = { GIT_AUTHOR_DATE = time, GIT_COMMITTER_DATE = time }
  for _, words in ipairs({ { 'add', '--', 'Makefile', 'src' }, { 'commit', '--quiet', '--message', message } }) do
    local result = vim.system({ 'git', unpack(vim.list_extend(vim.deepcopy(who), words)) }, { cwd = folder, env = env }):wait()
    assert(result.code == 0, result.stderr)
  end
end

local child

local function equal(actual, expected, what)
  if not vim.deep_equal(actual, expected) then
    error(('%s: expected %s, got %s'):format(what, vim.inspect(expected), vim.inspect(actual)), 2)
  end
end

--- Where the server finds something: `path:line code`, of all buffers.
local function findings_of_the_server()
  local found = child:lua([[
    local found = {}
    for _, finding in ipairs(vim.diagnostic.get()) do
      local path = vim.fs.relpath(vim.fn.getcwd(), vim.api.nvim_buf_get_name(finding.bufnr))
      table.insert(found, ('%s:%d %s'):format(path, finding.lnum + 1, finding.code))
    end
    return found
  ]])
  table.sort(found)
  return found
end

--- The same by `phasemark check`, of the same text in a copy of the folder.
local function findings_of_the_checker()
  local copy = scratch .. '/work/copy'
  vim.fn.delete(copy, 'rf')
  vim.fn.system({ 'cp', '-R', folder, copy })
  local buffers = child:lua([[
    local texts = {}
    for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
      local path = vim.fs.relpath(vim.fn.getcwd(), vim.api.nvim_buf_get_name(bufnr))
      if path and path:match('%.md$') and vim.api.nvim_buf_is_loaded(bufnr) then
        texts[path] = vim.api.nvim_buf_get_lines(bufnr, 0, -1, false)
      end
    end
    return texts
  ]])
  for path, lines in pairs(buffers) do
    vim.fn.writefile(lines, copy .. '/' .. path)
  end
  local report = vim.json.decode(run({ 'phasemark', 'check', '--format', 'json', '--fail-on', 'never' }, copy).stdout)
  local found = {}
  for _, finding in ipairs(report.diagnostics) do
    if buffers[finding.path] then
      table.insert(found, ('%s:%d %s'):format(finding.path, finding.line, finding.code))
    end
  end
  table.sort(found)
  return found
end

--- The server has the text that is in the editor: both find the same in it.
local function expect_agreement()
  local expected = findings_of_the_checker()
  local ok = vim.wait(30000, function()
    return vim.deep_equal(findings_of_the_server(), expected)
  end, 50)
  if not ok then
    error(('the checker finds %s, the server %s'):format(vim.inspect(expected), vim.inspect(findings_of_the_server())), 2)
  end
end

local function stage(name, body)
  if failed > 0 then
    return -- each builds on the one before
  end
  local before = child.typed
  local ok, why = xpcall(function()
    body()
    expect_agreement()
  end, debug.traceback)
  if ok then
    passed = passed + 1
    say(('PASS %s (%d keys)'):format(name, child.typed - before))
  else
    failed = failed + 1
    say(('FAIL %s: %s\n%s'):format(name, why, child:screen()))
  end
  if vim.env.PHASEMARK_SHOW then
    end
end

--- Applies a code action; undo gives the text back as it was, and redo the change.
local function act(title, line)
  local before, typed = child:text(), child.typed
  child:act(title)
  typed = child.typed
  if line then
    child:eventually('the cursor is placed', function()
      return child:line() == line
    end)
  end
  local after, cursor = child:text(), child:lua('return vim.api.nvim_win_get_cursor(0)')
  child:press('<Esc>u')
  equal(child:text(), before, 'the text after undo of ' .. title)
  child:press('<C-r>')
  equal(child:text(), after, 'the text after redo of ' .. title)
  child:lua('vim.api.nvim_win_set_cursor(0, ...)', cursor)
  child.typed = typed
end

--- The server has seen the last key, and its findings are shown: `]d` goes to where they were.
local function settle()
  child:lua([[
    local params = { textDocument = { uri = vim.uri_from_bufnr(0) }, position = { line = 0, character = 0 } }
    vim.lsp.buf_request_sync(0, 'textDocument/hover', params, 5000)
  ]])
  vim.wait(150)
end

--- Goes to the next finding, as often as it takes to be at one of `rule`.
local function go_to(rule)
  settle()
  for _ = 1, 12 do
    child:press(']d')
    local is_there = child:lua([[
      local at = vim.api.nvim_win_get_cursor(0)
      for _, finding in ipairs(vim.diagnostic.get(0, { lnum = at[1] - 1 })) do
        if finding.code == ... and finding.col == at[2] then return true end
      end
    ]], rule)
    if is_there == true then
      return
    end
  end
  error('no finding of ' .. rule, 2)
end

--- Types over the next placeholder.
local function fill(text)
  go_to('leftover-placeholder')
  child:press('ca<lt>')
  child:type(text)
end

--- Deletes the line of the next placeholder.
local function drop()
  go_to('leftover-placeholder')
  child:press('dd')
end

local function wait_for_findings(count)
  child:eventually(count .. ' findings', function()
    return #child:lua('return vim.diagnostic.get(0)') == count
  end)
end

vim.fn.mkdir(folder, 'p')
run({ 'git', 'init', '--quiet', '--initial-branch=main' })
write('Makefile', { 'test:', '\tpython3 -m unittest', '', 'lint:', '\tpython3 -m compileall src' })
write('src/pump.py', { 'def fill(tank):', '    tank.open()' })
write('src/tank.py', { 'class Tank:', '    pass' })
commit('Add the pump', '2026-01-20T10:00:00')
child = Child.start(scratch .. '/init.lua', folder, scratch .. '/socket')

stage(':Phasemark init leads to the first blank of a new plan', function()
  child:press(':Phasemark init<CR>')
  wait_for_findings(7)
  equal(child:line(), '<One sentence: what we are building>', 'line')
end)


stage('the plan is filled in, its words and commands by completion', function()
  child:press('ca<lt>')
  child:type('The pump stops when the tank is full.')
  child:press('<Esc>')
  fill('No tank overflows.')
  child:press('<Esc>')
  drop()
  fill('')
  child:press('<C-x><C-o>')
  child:accept('MUST')
  child:type('work without a network.')
  child:press('<Esc>')
  drop()
  go_to('empty-definition-of-done')
  child:press('jjf<lt>ca<lt><C-x><C-o>')
  child:accept('make test')
  child:press('<Esc>')
  drop()
  fill('A web page.')
  child:press('<Esc>')
end)

stage('a section comes with its first path', function()
  child:press('Go<CR>#<C-x><C-o>')
  child:accept('References')
  child:type('`')
  child:press('<C-x><C-o>')
  child:accept('src/')
  child:press('<C-x><C-o>')
  child:accept('pump.py')
  child:press('<Esc>')
end)

stage('the prompt takes a path and a task', function()
  child:press(':e prompts/phase-1.md<CR>')
  wait_for_findings(2)
  fill('`')
  child:press('<C-x><C-o>')
  child:accept('src/')
  child:press('<C-x><C-o>')
  child:accept('tank.py')
  child:press('<Esc>')
  fill('Make the pump stop.')
  child:press('<Esc>')
end)

stage('the status is set', function()
  child:press(':e work-notes/phase-1.md<CR>')
  child:eventually('the server is attached', function()
    return child:lua('return #vim.lsp.get_clients({ bufnr = 0 })') == 1
  end)
  child:press('/In p<CR>')
  act('Set the status to `In progress`')
  wait_for_findings(1)
  equal(child:line(), '- [x] In progress', 'line')
end)

--- Types into the field at the cursor, then into those that <Tab> leads to.
local function fill_fields(...)
  for n, text in ipairs({ ... }) do
    child:press(n > 1 and '<Tab>' or '')
    child:type(text)
  end
  child:press('<Esc>')
end

stage('a log entry is inserted as a quick fix, with the cursor in its first empty field', function()
  go_to('missing-session-log-entry')
  act('Insert session log entry', '- What changed: ')
  child:press('u') -- what is done again has no tab stops
  go_to('missing-session-log-entry')
  child:act('Insert session log entry')
  fill_fields('wrote the plan.', 'to start.', 'none.', 'the tank.')
  wait_for_findings(0)
end)

stage('the second entry knows the commit, and comes by command', function()
  write('src/tank.py', { 'class Tank:', '    limit = 80' })
  commit('Stop the pump at the limit', tostring(os.time() + 2) .. ' +0000')
  child:press(':Phasemark log<CR>')
  child:eventually('the cursor is in the first empty field', function()
    return child:line() == '- Why: '
  end)
  assert(child:text():find('- What changed: Stop the pump at the limit', 1, true), child:text())
  fill_fields('the tank overflowed.', 'none.', 'ask the plumber.')
  wait_for_findings(0)
end)

stage('questions are resolved, one of them by a decision', function()
  child:press('/Open<CR>o<CR>')
  child:type('- What if the sensor fails?')
  child:press('<CR>')
  child:type('- Is one valve enough?')
  child:press('<Esc>')
  -- The questions of a list are one finding, and an action answers each where it stands.
  wait_for_findings(1)
  act('Move the question to Decisions', '- Is one valve enough? <Decision>: <Rationale>')
  child:press('ca<lt>')
  child:type('Yes')
  child:press('<Esc>')
  fill('it closes in a second.')
  child:press('<Esc>')
  settle()
  go_to('unresolved-question')
  act('Mark the question as resolved')
  wait_for_findings(0)
end)

stage('commits are listed by completion', function()
  child:press('/Commits<CR>o<CR>- <C-x><C-o>')
  local offered = child:popup()
  assert(#offered == 2 and offered[1]:match('^%x+ Stop the pump at the limit$'), vim.inspect(offered))
  child:accept(offered[1])
  assert(child:line():match('^%- `%x+` Stop the pump at the limit'), child:line())
  child:press('<Esc>')
end)

stage('the phase is not complete before its plan is', function()
  child:press('gg')
  act('Set the status to `Complete`')
  child:eventually('the finding', function()
    local found = child:lua('return vim.diagnostic.get(0)')
    return #found == 1 and found[1].code == 'premature-complete'
  end)
  child:press(':e plan/phase-1.md<CR>/make<CR>')
  act('Tick the item')
  child:eventually('no finding anywhere', function()
    return #findings_of_the_server() == 0
  end)
end)

local PLAN = [[
# Phase 1: Plan

## Overview

The pump stops when the tank is full.

## Goals

- No tank overflows.

## Constraints

- MUST work without a network.

## Definition of done

- [x] `make test` passes

## Out of scope

- A web page.

## References

- `src/pump.py`]]

local NOTES = [[
# Phase 1 - Work Notes

## Status

- [ ] Not started
- [ ] In progress
- [ ] Blocked
- [x] Complete

## Decisions

- Is one valve enough? Yes: it closes in a second.

## Assumptions

## Open questions

- [x] What if the sensor fails?

## Session log

### DATE TIME

- What changed: wrote the plan.
- Why: to start.
- Blockers: none.
- Next: the tank.

### DATE TIME

- What changed: Stop the pump at the limit
- Why: the tank overflowed.
- Blockers: none.
- Next: ask the plumber.

## Commits

- `HASH` Stop the pump at the limit]]

stage('what is written says what was meant, and the check is clean', function()
  child:press(':wa<CR>')
  local function text(path)
    return table.concat(vim.fn.readfile(folder .. '/' .. path), '\n')
  end
  equal(text('plan/phase-1.md'), PLAN, 'the plan')
  local notes = text('work-notes/phase-1.md'):gsub('%d%d%d%d%-%d%d%-%d%d %d%d:%d%d', 'DATE TIME')
  equal((notes:gsub('%- `%x+` Stop', '- `HASH` Stop')), NOTES, 'the work notes')
  local check = run({ 'phasemark', 'check', '--fail-on', 'hint' })
  equal(check.code, 0, check.stdout .. check.stderr)
  assert(check.stdout:find('no findings', 1, true), check.stdout)
  written = #PLAN + #notes + #text('prompts/phase-1.md')
end)

say(('%d keys were pressed for %d characters'):format(child.typed, written))
child:stop()
say(('%d passed, %d failed'):format(passed, failed))
vim.cmd(failed > 0 and 'cquit 1' or 'qall!')
