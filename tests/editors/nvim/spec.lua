-- Runs inside Neovim, started by `run` next to this file, and leaves with 0 or 1.

local here = vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2))
package.path = here .. '/?.lua;' .. package.path
local harness = require('harness')

local alive, attached, client_of, equal = harness.alive, harness.attached, harness.client_of, harness.equal
local eventually, expect_placeholders, health = harness.eventually, harness.expect_placeholders, harness.health
local placeholders, servers, settle = harness.placeholders, harness.servers, harness.settle
local test, workspace = harness.test, harness.workspace

local scratch = vim.env.SCRATCH

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

require('commands')(root, plan)

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

harness.finish()
