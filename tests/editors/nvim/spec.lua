-- Runs inside Neovim, started by `run` next to this file, and leaves with 0 or 1.

local scratch = vim.env.SCRATCH
local passed, failed = 0, 0

local function say(line)
  io.stdout:write(line .. '\n')
  io.stdout:flush()
end

local function test(name, body)
  local ok, why = xpcall(body, debug.traceback)
  if ok then
    passed = passed + 1
    say('PASS ' .. name)
  else
    failed = failed + 1
    say('FAIL ' .. name .. ': ' .. why)
  end
end

local function equal(actual, expected, what)
  if not vim.deep_equal(actual, expected) then
    error(('%s: expected %s, got %s'):format(what or 'value', vim.inspect(expected), vim.inspect(actual)), 2)
  end
end

--- Waits until `get` returns something true, and returns that; `describe` adds what there was instead.
local function eventually(what, get, describe)
  local value
  local ok = vim.wait(30000, function()
    value = get()
    return value and true or false
  end, 10)
  if not ok then
    error('never happened: ' .. what .. (describe and ': ' .. vim.inspect(describe()) or ''), 2)
  end
  return value
end

-- What a test asks of Neovim ------------------------------------------------------------------------------------

local function workspace(name, files)
  local root = scratch .. '/work/' .. name
  for path, text in pairs(files) do
    vim.fn.mkdir(vim.fs.dirname(root .. '/' .. path), 'p')
    vim.fn.writefile(vim.split(text, '\n'), root .. '/' .. path)
  end
  return root
end

local function client_of(buffer)
  return vim.lsp.get_clients({ bufnr = buffer, name = 'phasemark' })[1]
end

local function attached(buffer)
  return eventually('a client is attached', function()
    local client = client_of(buffer)
    return client and client.initialized and client
  end)
end

local function placeholders(buffer)
  return vim.tbl_filter(function(diagnostic)
    return diagnostic.code == 'leftover-placeholder'
  end, vim.diagnostic.get(buffer))
end

local function expect_placeholders(buffer, count)
  return eventually(('%d placeholder findings'):format(count), function()
    local found = placeholders(buffer)
    return #found == count and found
  end, function()
    return vim.diagnostic.get(buffer)
  end)
end

--- The server has read everything that was sent before its answer to this.
local function settle(client, buffer)
  client:request_sync('textDocument/hover', {
    textDocument = { uri = vim.uri_from_bufnr(buffer) },
    position = { line = 0, character = 0 },
  }, 5000, buffer)
  vim.wait(300)
end

--- The processes that this Neovim has started: servers, and nothing else.
local function servers()
  return vim.api.nvim_get_proc_children(vim.fn.getpid())
end

local function alive(pid)
  return vim.uv.kill(pid, 0) == 0
end

local function health()
  vim.cmd('checkhealth phasemark')
  local report = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  vim.cmd('bwipeout!')
  return report
end

-- The tests -----------------------------------------------------------------------------------------------------

local PLAN = [[
# Phase 1: Engine

## Goals

- 😀 <Goal 1>
- Ship it.
]]

local root = workspace('main', {
  ['plan/phase-1.md'] = PLAN,
  ['plan/README.md'] = '# Plans\n\n- <Goal 1>',
  ['README.md'] = '# Readme\n\n- <Goal 1>',
  ['Cargo.toml'] = '[package]',
})
local plan, client

test('the client attaches, with the right root and encoding', function()
  equal(vim.fn.exists(':PhasemarkRestart'), 2, 'command')
  vim.cmd.edit(root .. '/plan/phase-1.md')
  plan = vim.api.nvim_get_current_buf()
  client = attached(plan)
  equal(client.root_dir, root, 'root')
  equal(client.offset_encoding, 'utf-8', 'position encoding')
  equal(client.server_info.name, 'phasemark', 'server name')
end)

test('a finding stands at the right bytes behind an emoji', function()
  local finding = expect_placeholders(plan, 1)[1]
  equal({ finding.lnum, finding.col, finding.end_lnum, finding.end_col }, { 4, 7, 4, 15 }, 'range')
  equal(finding.severity, vim.diagnostic.severity.WARN, 'severity')
end)

test('every finding has a source and a rule as its code', function()
  for _, finding in ipairs(vim.diagnostic.get(plan)) do
    equal(finding.source, 'phasemark', 'source')
    assert(type(finding.code) == 'string' and finding.code:match('^[a-z-]+$'), vim.inspect(finding))
  end
end)

test('no finding is shown twice', function()
  settle(client, plan)
  local seen = {}
  for _, f in ipairs(vim.diagnostic.get(plan)) do
    local key = table.concat({ f.code, f.lnum, f.col, f.end_lnum, f.end_col, f.message }, ' ')
    assert(not seen[key], 'twice: ' .. key)
    seen[key] = true
  end
end)

test('an edit removes the finding, and undo brings it back', function()
  vim.api.nvim_buf_set_lines(plan, 4, 5, false, { '- 😀 The engine reads a plan.' })
  expect_placeholders(plan, 0)
  vim.cmd.undo()
  local finding = expect_placeholders(plan, 1)[1]
  equal({ finding.lnum, finding.col, finding.end_col }, { 4, 7, 15 }, 'range')
end)

test('a finding moves with typed text', function()
  vim.api.nvim_buf_set_text(plan, 4, 2, 4, 2, { 'né ' })
  eventually('the finding moves by four bytes', function()
    local found = placeholders(plan)
    return #found == 1 and found[1].col == 11 and found[1].end_col == 19
  end, function()
    return placeholders(plan)
  end)
  vim.cmd.undo()
  expect_placeholders(plan, 1)
end)

test('hover on a finding says in two lines what its rule is about', function()
  vim.api.nvim_win_set_cursor(0, { 5, 9 })
  vim.lsp.buf.hover()
  local text = eventually('a hover window', function()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(window).relative ~= '' then
        local lines = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false)
        vim.api.nvim_win_close(window, true)
        return table.concat(lines, '\n')
      end
    end
  end)
  assert(text:find('leftover-placeholder', 1, true), text)
  equal(#vim.split(text, '\n'), 3, 'lines, one of them empty')
end)

test('Markdown that is no artifact gets nothing', function()
  for _, path in ipairs({ '/README.md', '/plan/README.md' }) do
    vim.cmd.edit(root .. path)
    local buffer = vim.api.nvim_get_current_buf()
    equal(attached(buffer).id, client.id, 'one client for the workspace')
    settle(client, buffer)
    equal(vim.diagnostic.get(buffer), {}, path)
  end
  vim.cmd.buffer(plan)
end)

test('a file outside of any workspace, and other TOML, get no client', function()
  local elsewhere = workspace('elsewhere', { ['notes.md'] = '# Notes' })
  for _, path in ipairs({ elsewhere .. '/notes.md', root .. '/Cargo.toml' }) do
    vim.cmd.edit(path)
    vim.wait(200)
    equal(client_of(0), nil, path)
  end
  vim.cmd.buffer(plan)
end)

test('phasemark.toml further up wins over a folder further down', function()
  local top = workspace('nested', {
    ['phasemark.toml'] = '[layout]\nroots = ["services/*"]',
    ['services/pay/plan/phase-1.md'] = PLAN,
  })
  vim.cmd.edit(top .. '/services/pay/plan/phase-1.md')
  local other = attached(0)
  equal(other.root_dir, top, 'root')
  expect_placeholders(0, 1)
  other:stop()
  vim.cmd('bwipeout!')
  vim.cmd.buffer(plan)
end)

test('the configuration applies when it is saved in the editor', function()
  vim.cmd.edit(root .. '/phasemark.toml')
  equal(attached(0).id, client.id, 'the same client')
  vim.api.nvim_buf_set_lines(0, 0, -1, false, { '[rules]', 'leftover-placeholder = "off"' })
  vim.cmd.write()
  expect_placeholders(plan, 0)
  vim.api.nvim_buf_set_lines(0, 1, 2, false, { 'leftover-placeholder = "error"' })
  vim.cmd.write()
  equal(expect_placeholders(plan, 1)[1].severity, vim.diagnostic.severity.ERROR, 'severity')
  vim.cmd('bwipeout!')
  vim.cmd.buffer(plan)
end)

test('the configuration applies when it changes on disk', function()
  workspace('main', { ['phasemark.toml'] = '[rules]\nleftover-placeholder = "off"' })
  vim.cmd.write() -- Neovim watches no files on Linux: the server looks again on a save
  expect_placeholders(plan, 0)
  vim.fn.delete(root .. '/phasemark.toml')
  vim.cmd.write()
  equal(expect_placeholders(plan, 1)[1].severity, vim.diagnostic.severity.WARN, 'severity')
end)

test('a mistake in phasemark.toml is shown there', function()
  vim.cmd.edit(root .. '/phasemark.toml')
  vim.api.nvim_buf_set_lines(0, 0, -1, false, { '[rulez]' })
  local finding = eventually('a finding', function()
    return vim.diagnostic.get(0)[1]
  end)
  equal({ finding.code, finding.lnum, finding.col, finding.end_col }, { 'invalid-config', 0, 1, 6 }, 'finding')
  vim.cmd('bwipeout!')
  vim.cmd.buffer(plan)
  expect_placeholders(plan, 1)
end)

test('settings of the editor apply without a restart', function()
  client.settings = { phasemark = { rules = { ['leftover-placeholder'] = 'off' } } }
  client:notify('workspace/didChangeConfiguration', { settings = client.settings })
  expect_placeholders(plan, 0)
  client.settings = {}
  client:notify('workspace/didChangeConfiguration', { settings = client.settings })
  expect_placeholders(plan, 1)
end)

test(':checkhealth phasemark is well', function()
  local report = health()
  assert(not report:find('ERROR', 1, true) and not report:find('WARNING', 1, true), report)
  for _, fact in ipairs({ 'Neovim 0.', 'bin/phasemark: phasemark ', 'root: ' .. root, 'position encoding: utf-8' }) do
    assert(report:find(fact, 1, true), fact .. ' is not in ' .. report)
  end
end)

test(':checkhealth phasemark says when the binary is missing', function()
  local cmd = vim.lsp.config.phasemark.cmd
  vim.lsp.config('phasemark', { cmd = { 'no-such-phasemark', 'server' } })
  local report = health()
  vim.lsp.config('phasemark', { cmd = cmd })
  assert(report:find('ERROR `no-such-phasemark` is not executable', 1, true), report)
end)

--- What the plugin says while `body` runs, and until something is said.
local function said(body)
  local notify, all = vim.notify, {}
  vim.notify = function(message)
    table.insert(all, message)
  end
  local ok, why = pcall(body)
  vim.wait(2000, function()
    return #all > 0
  end, 10)
  vim.notify = notify
  assert(ok, why)
  return table.concat(all, '\n')
end

test(':Phasemark completes its words', function()
  local all = { 'check', 'explain', 'fix', 'init', 'log', 'new', 'resume', 'status' }
  equal(vim.fn.getcompletion('Phasemark ', 'cmdline'), all, 'subcommands')
  equal(vim.fn.getcompletion('Phasemark re', 'cmdline'), { 'resume' }, 'subcommands')
  equal(vim.fn.getcompletion('Phasemark explain stale', 'cmdline'), { 'stale-notes', 'stale-status' }, 'rules')
  equal(vim.fn.getcompletion('Phasemark resume ', 'cmdline'), { 'phase-1' }, 'stems')
  equal(vim.fn.getcompletion('Phasemark log ', 'cmdline'), {}, 'words of a message')
end)

test(':Phasemark says what is wrong', function()
  for command, words in pairs({
    ['Phasemark nwe'] = 'there is no `nwe`, only check, explain, fix, init, log, new, resume, status',
    ['Phasemark status now'] = '`:Phasemark status` takes nothing more',
    ['Phasemark new ../out'] = 'leads out of the artifact folders',
    ['Phasemark resume phase-7'] = "no phase is called 'phase-7'",
    ['Phasemark explain no-such'] = 'no rule is called "no-such"',
    ['Phasemark check no/such.md'] = 'no/such.md: No such file',
  }) do
    local message = said(function()
      vim.cmd(command)
    end)
    assert(message:find(words, 1, true), command .. ': ' .. message)
  end
end)

--- Answers a menu with the item of that name, and a question with what `answer` makes of its default.
local function choosing(name, answer, body)
  local select, input = vim.ui.select, vim.ui.input
  local asked = {}
  vim.ui.select = function(items, options, on_choice)
    asked.prompt = options.prompt
    asked.lines = vim.tbl_map(options.format_item or tostring, items)
    on_choice(vim.tbl_contains(items, name) and name or nil)
  end
  vim.ui.input = function(options, on_answer)
    asked.default = options.default
    on_answer(answer and answer(options.default))
  end
  local ok, why = pcall(body, asked)
  vim.ui.select, vim.ui.input = select, input
  assert(ok, why)
  return asked
end

test(':Phasemark alone opens a menu', function()
  local lines = choosing(nil, nil, function()
    vim.cmd('Phasemark')
  end).lines
  equal(#lines, 8, 'items')
  assert(vim.tbl_contains(lines, 'status   show where every phase stands'), vim.inspect(lines))
  local message = said(function()
    choosing('new', function()
      return '../out'
    end, function(asked)
      vim.cmd('Phasemark')
      eventually('a question', function()
        return asked.default
      end)
    end)
  end)
  assert(message:find('leads out of the artifact folders', 1, true), message)
end)

--- The entries of the quickfix list, once a check has filled it.
local function checked(command)
  vim.fn.setqflist({}, 'f')
  local message = said(function()
    vim.cmd(command)
  end)
  equal(vim.fn.getqflist({ title = 0 }).title, ':Phasemark check', 'title')
  return vim.fn.getqflist(), message
end

test(':Phasemark check fills the quickfix list', function()
  workspace('main', { ['prompts/phase-8.md'] = '# Phase 8\n\n## Goal\n\nDo it.\n\n- é😀 <Task 1> `src/gone.py`' })
  vim.cmd.buffer(plan)
  local items, message = checked('Phasemark check')
  equal(message, ('phasemark: %d findings'):format(#items), 'message')
  local found = {}
  for _, item in ipairs(items) do
    found[vim.fn.bufname(item.bufnr) .. ' ' .. item.text:match('%[(.-)%]$')] = item
  end
  local placeholder = found['prompts/phase-8.md leftover-placeholder'] or found[root .. '/prompts/phase-8.md leftover-placeholder']
  assert(placeholder, vim.inspect(found))
  equal({ placeholder.lnum, placeholder.col, placeholder.end_col, placeholder.type }, { 7, 10, 18, 'W' }, 'bytes behind an emoji')
  equal(vim.bo.buftype, 'quickfix', 'the list is open')
  vim.cmd.cclose()
  local of_file = checked('Phasemark check ' .. root .. '/prompts/phase-8.md')
  assert(#of_file > 0 and #of_file < #items, vim.inspect(of_file))
  vim.cmd.cclose()
  vim.fn.delete(root .. '/prompts/phase-8.md')
  for _, item in ipairs(of_file) do
    if vim.api.nvim_buf_is_valid(item.bufnr) then
      vim.cmd.bwipeout(item.bufnr)
    end
  end
  vim.cmd.buffer(plan)
end)

test(':Phasemark check says what is not saved', function()
  vim.api.nvim_buf_set_lines(plan, -1, -1, false, { '', 'More.' })
  local _, message = checked('Phasemark check')
  assert(message:find(' in what is saved; some buffers are not$'), message)
  vim.cmd.cclose()
  vim.cmd.buffer(plan)
  vim.cmd.undo()
end)

test(':Phasemark explain shows the documentation of a rule', function()
  vim.api.nvim_win_set_cursor(0, { 5, 0 })
  for command, title in pairs({
    ['Phasemark explain'] = '# leftover-placeholder',
    ['Phasemark explain stale-notes'] = '# stale-notes',
  }) do
    vim.cmd(command)
    eventually(title, function()
      return vim.api.nvim_buf_get_name(0) == 'phasemark://rule' and vim.fn.getline(1) == title
    end)
    vim.api.nvim_feedkeys('q', 'xt', false)
    equal(vim.api.nvim_get_current_buf(), plan, 'q closes it')
  end
  vim.api.nvim_win_set_cursor(0, { 4, 0 })
  local message = said(function()
    vim.cmd('Phasemark explain')
  end)
  assert(message:find('no finding on this line', 1, true), message)
end)

test('the rows of :Phasemark status open their phases', function()
  workspace('main', { ['work-notes/phase-10.md'] = '# Notes\n\nStatus: blocked' })
  vim.cmd.buffer(plan)
  vim.cmd.write()
  local function status()
    vim.cmd('Phasemark status')
    eventually('the report', function()
      return vim.api.nvim_buf_get_name(0) == 'phasemark://status'
    end)
  end
  eventually('both phases', function()
    status()
    local rows = vim.fn.getline(5, '$')
    return #rows == 4 and vim.startswith(rows[3], '| phase-10 | Blocked ') and vim.startswith(rows[4], '| phase-1  |         ')
  end, function()
    return vim.fn.getline(1, '$')
  end)
  vim.api.nvim_win_set_cursor(0, { 3, 0 })
  local message = said(function()
    vim.api.nvim_feedkeys(vim.keycode('<CR>'), 'xt', false)
  end)
  assert(message:find('no phase on this line', 1, true), message)
  vim.api.nvim_win_set_cursor(0, { 7, 0 })
  vim.api.nvim_feedkeys(vim.keycode('<CR>'), 'xt', false)
  equal(vim.api.nvim_buf_get_name(0), root .. '/work-notes/phase-10.md', 'the phase')
  equal(#vim.api.nvim_tabpage_list_wins(0), 1, 'windows')
  vim.cmd.bwipeout()
  vim.fn.delete(root .. '/work-notes/phase-10.md')
  vim.cmd.buffer(plan)
  status()
  vim.api.nvim_feedkeys('q', 'xt', false)
  equal(vim.api.nvim_get_current_buf(), plan, 'q closes it')
end)

test('a hidden buffer whose file is moved elsewhere is no phase', function()
  workspace('main', { ['plan/phase-7.md'] = '# Phase 7\n\n- <Goal 1>' })
  vim.cmd.edit(root .. '/plan/phase-7.md')
  local hidden = vim.api.nvim_get_current_buf()
  expect_placeholders(hidden, 1)
  vim.cmd.buffer(plan)
  vim.fn.delete(root .. '/plan/phase-7.md')
  vim.cmd.write()
  expect_placeholders(hidden, 0)
  eventually('one phase', function()
    return vim.deep_equal(vim.fn.getcompletion('Phasemark resume ', 'cmdline'), { 'phase-1' })
  end)
  vim.cmd.bwipeout({ hidden, bang = true })
end)

test(':Phasemark resume and status show Markdown', function()
  vim.cmd('Phasemark status')
  eventually('the report', function()
    return vim.api.nvim_buf_get_name(0) == 'phasemark://status'
  end)
  equal({ vim.bo.filetype, vim.bo.buftype, vim.bo.modified }, { 'markdown', 'nofile', false }, 'buffer')
  assert(vim.fn.search('phase-1', 'w') > 0, vim.fn.getline(1))
  vim.cmd('bwipeout!')
  vim.cmd('Phasemark resume phase-1')
  eventually('the text', function()
    return vim.api.nvim_buf_get_name(0) == 'phasemark://resume'
  end)
  assert(vim.fn.getline(1):find('^# Resume: '), vim.fn.getline(1))
  assert(vim.fn.getreg('"'):find('^# Resume: '), vim.fn.getreg('"'))
  vim.cmd('bwipeout!')
  vim.cmd.buffer(plan)
end)

test(':Phasemark fix does what is safe, once', function()
  local clean = vim.api.nvim_buf_get_lines(plan, 0, -1, false)
  vim.api.nvim_buf_set_lines(plan, 0, 1, false, { clean[1] .. ' <!-- phasemark-ignore log-order -->' })
  -- Ends the step that undo takes back.
  vim.bo[plan].undolevels = vim.bo[plan].undolevels
  local before = vim.api.nvim_buf_get_lines(plan, 0, -1, false)
  vim.cmd('Phasemark fix')
  equal(vim.api.nvim_buf_get_lines(plan, 0, -1, false), clean, 'the comment goes, no heading comes')
  local message = said(function()
    vim.cmd('Phasemark fix')
  end)
  assert(message:find('nothing here has a safe fix', 1, true), message)
  vim.cmd.undo()
  equal(vim.api.nvim_buf_get_lines(plan, 0, -1, false), before, 'after undo')
  vim.api.nvim_buf_set_lines(plan, 0, -1, false, clean)
  expect_placeholders(plan, 1)
end)

test('fixes are offered from the first column of a line, suppressions last', function()
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  local params = vim.lsp.util.make_range_params(0, vim.lsp.get_clients({ bufnr = plan })[1].offset_encoding)
  params.context = { diagnostics = {}, only = { 'quickfix' } }
  local reply = vim.lsp.buf_request_sync(plan, 'textDocument/codeAction', params, 5000) or {}
  local _, first = next(reply)
  local titles = vim.tbl_map(function(action)
    return action.title
  end, first and first.result or {})
  assert(#titles > 2 and vim.startswith(titles[1], 'Insert '), vim.inspect(titles))
  assert(vim.startswith(titles[#titles], 'Ignore '), vim.inspect(titles))
end)

test(':Phasemark new creates files, saves them and shows the first', function()
  local before = vim.fn.getcwd()
  vim.cmd.cd(root)
  vim.cmd('Phasemark new phase-9')
  eventually('the new plan', function()
    return vim.api.nvim_buf_get_name(0) == root .. '/plan/phase-9.md' and vim.fn.getline('.'):find('^<One sentence')
  end)
  eventually('the short path of what is saved', function()
    return vim.fn.bufname() == 'plan/phase-9.md' and not vim.bo.modified
  end, vim.fn.bufname)
  for _, name in ipairs({ 'prompts', 'work-notes' }) do
    equal(vim.fn.bufloaded(('%s/%s/phase-9.md'):format(root, name)), 0, 'no hidden buffer holds ' .. name)
  end
  vim.cmd.bwipeout()
  vim.cmd.cd(before)
  for _, name in ipairs({ 'plan', 'prompts', 'work-notes' }) do
    local path = ('%s/%s/phase-9.md'):format(root, name)
    assert(vim.fn.getfsize(path) > 0, path)
    vim.fn.delete(path)
  end
  vim.cmd.buffer(plan)
  vim.cmd.write()
end)

test(':Phasemark new suggests the next name, and shows what is there', function()
  local before = vim.fn.getcwd()
  eventually('one phase', function()
    return vim.deep_equal(vim.fn.getcompletion('Phasemark resume ', 'cmdline'), { 'phase-1' })
  end)
  vim.cmd.cd(root)
  local asked = choosing(nil, function(default)
    return default .. '-api'
  end, function(asked)
    vim.cmd('Phasemark new')
    eventually('a question', function()
      return asked.default
    end)
  end)
  equal(asked.default, 'phase-2', 'suggestion')
  eventually('the new plan', function()
    return vim.fn.bufname() == 'plan/phase-2-api.md' and not vim.bo.modified and vim.fn.getline('.'):find('^<One sentence')
  end, vim.fn.bufname)
  vim.cmd.bwipeout()
  vim.cmd.buffer(plan)
  local message = said(function()
    vim.cmd('Phasemark new 2')
  end)
  equal(message, "phasemark: 'phase-2-api' has all its files already", 'message')
  equal(vim.fn.bufname(), 'plan/phase-2-api.md', 'its plan')
  equal(#vim.api.nvim_tabpage_list_wins(0), 1, 'windows')
  vim.cmd.bwipeout()
  vim.cmd.cd(before)
  for _, name in ipairs({ 'plan', 'prompts', 'work-notes' }) do
    vim.fn.delete(('%s/%s/phase-2-api.md'):format(root, name))
  end
  vim.cmd.buffer(plan)
  vim.cmd.write()
end)

test(':Phasemark log asks before it creates the work notes that it needs', function()
  local notes = root .. '/work-notes/phase-1.md'
  local asked = choosing(nil, nil, function(asked)
    vim.cmd('Phasemark log')
    eventually('a question', function()
      return asked.prompt
    end)
  end)
  equal({ asked.prompt, asked.lines }, { "'phase-1' has no work notes", { 'Create them', 'Cancel' } }, 'question')
  equal(vim.api.nvim_get_current_buf(), plan, 'buffer')
  choosing('Create them', nil, function(asked)
    vim.cmd('Phasemark log drew a plan')
    eventually('a question', function()
      return asked.prompt
    end)
  end)
  eventually('the notes', function()
    return vim.api.nvim_buf_get_name(0) == notes and not vim.bo.modified and vim.fn.getline('.') == '- Why:'
  end, function()
    return { vim.api.nvim_buf_get_name(0), vim.fn.getline('.') }
  end)
  assert(vim.tbl_contains(vim.fn.readfile(notes), '- What changed: drew a plan'), vim.inspect(vim.fn.readfile(notes)))
  equal(vim.fn.filereadable(root .. '/prompts/phase-1.md'), 0, 'a prompt')
  vim.cmd.bwipeout()
  vim.fn.delete(notes)
  vim.cmd.buffer(plan)
  vim.cmd.write()
end)

--- Inserts an entry into the log of work notes by the code action there, and types `words` into its places one by one.
local function filled(name, lines, words)
  local path = root .. '/work-notes/' .. name
  vim.fn.writefile(lines, path)
  vim.cmd.edit(path)
  local buffer = vim.api.nvim_get_current_buf()
  settle(attached(buffer), buffer)
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      return action.title == 'Insert session log entry'
    end,
  })
  eventually('a snippet', function()
    return vim.snippet.active()
  end)
  for _, word in ipairs(words) do
    local at = vim.api.nvim_win_get_cursor(0)
    vim.api.nvim_buf_set_text(0, at[1] - 1, at[2], at[1] - 1, at[2], { word })
    vim.snippet.jump(1)
  end
  vim.snippet.stop()
  local after = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
  vim.cmd.undo()
  equal(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), lines, 'after undo')
  vim.cmd('bwipeout!')
  vim.fn.delete(path)
  vim.cmd.buffer(plan)
  return table.concat(after, '\n'):gsub('%d%d%d%d%-%d%d%-%d%d', 'DATE'), vim.bo.expandtab
end

test('the empty places of a log entry are tab stops, wherever the entry goes', function()
  vim.go.expandtab = true
  local words = { 'a$', 'b}' }
  local heading = filled('phase-1.md', { '# N', '', '## Log', '', '### 2026-01-02', '- Why: $x', '- Next: y', '', '## End' }, words)
  equal(heading, '# N\n\n## Log\n\n### DATE\n- Why: $x\n- Next: y\n\n### DATE\n- Why: a$\n- Next: b}\n\n## End', 'headings')
  local items = filled('phase-1.md', { '## Log', '', '- 2026-01-02', '\t- Why: $x', '\t- Next: y', '', '## End' }, words)
  equal(items, '## Log\n\n- DATE\n\t- Why: $x\n\t- Next: y\n- DATE\n\t- Why: a$\n\t- Next: b}\n\n## End', 'items')
  local last = filled('phase-1.md', { '## Log', '- 2026-01-02', '  - Why: x', '  - Next: y' }, words)
  equal(last, '## Log\n- DATE\n  - Why: x\n  - Next: y\n- DATE\n  - Why: a$\n  - Next: b}', 'the last line')
  local first = filled('phase-1.md', { '## Log', '', '### 2026-01-03', '- Why: x', '- Next: y', '', '### 2026-01-02', '- a' }, words)
  assert(vim.startswith(first, '## Log\n\n### DATE\n- Why: a$\n- Next: b}\n\n### DATE\n- Why: x\n'), first)
  vim.go.expandtab = false
  vim.cmd.write()
end)

test(':PhasemarkRestart starts a new server and ends the old one', function()
  local before = servers()
  equal(#before, 1, 'servers')
  vim.cmd.PhasemarkRestart()
  eventually('a new client', function()
    local new = client_of(plan)
    return new and new.id ~= client.id and new.initialized
  end)
  eventually('the old process has ended', function()
    return not alive(before[1])
  end)
  client = client_of(plan)
  expect_placeholders(plan, 1)
  equal(#servers(), 1, 'servers')
end)

test('the server ends with the client', function()
  local pid = servers()[1]
  client:stop()
  eventually('the process has ended', function()
    return not alive(pid)
  end)
  equal(servers(), {}, 'servers')
end)

--- Another Neovim that opens the plan and waits for a finding; returns it, and the pid of its server.
local function second_neovim()
  local report = scratch .. '/second'
  local process = vim.system({
    vim.v.progpath, '--headless', '-u', scratch .. '/init.lua', '-i', 'NONE', '-n', root .. '/plan/phase-1.md',
    '-c', ([[lua vim.wait(30000, function() return #vim.diagnostic.get(0) > 0 end)
      vim.fn.writefile({ tostring(vim.api.nvim_get_proc_children(vim.fn.getpid())[1]) }, %q)]]):format(report .. '.part'),
    '-c', ('call rename(%q, %q)'):format(report .. '.part', report),
    '-c', 'lua vim.defer_fn(function() vim.cmd.qall() end, 300)',
  })
  eventually('a second Neovim with a server', function()
    return vim.uv.fs_stat(report)
  end)
  local pid = tonumber(vim.fn.readfile(report)[1])
  vim.fn.delete(report)
  assert(alive(pid), 'the server runs')
  return process, pid
end

test('no process is left when Neovim quits', function()
  local process, pid = second_neovim()
  equal(process:wait(30000).code, 0, 'exit code')
  eventually('the process has ended', function()
    return not alive(pid)
  end)
end)

test('no process is left when Neovim is killed', function()
  local process, pid = second_neovim()
  process:kill('sigkill')
  eventually('the process has ended', function()
    return not alive(pid)
  end)
end)

test('the help has tags, and its links lead somewhere', function()
  local doc = scratch .. '/plugin/doc'
  vim.cmd.helptags(doc)
  for _, tag in ipairs({ 'phasemark', 'phasemark-config', 'phasemark-completion', ':Phasemark', ':PhasemarkRestart' }) do
    vim.cmd.help(tag)
    equal(vim.fn.expand('%:t'), 'phasemark.txt', tag)
    vim.cmd.helpclose()
  end
  local text = table.concat(vim.fn.readfile(doc .. '/phasemark.txt'), '\n')
  for tag in text:gmatch('|([^|%s]+)|') do
    assert(vim.tbl_contains(vim.fn.getcompletion(tag, 'help'), tag), '|' .. tag .. '| leads nowhere')
  end
end)

if failed > 0 then
  local log = vim.lsp.log.get_filename()
  say('--- the last lines of the client log')
  for _, line in ipairs(vim.fn.filereadable(log) == 1 and vim.fn.readfile(log, '', -40) or {}) do
    say(line)
  end
end
say(('%d passed, %d failed'):format(passed, failed))
vim.cmd(failed > 0 and 'cquit 1' or 'qall!')
