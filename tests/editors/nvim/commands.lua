-- The commands of the plugin, tried in the Neovim of spec.lua.

local harness = require('harness')

local attached, equal, eventually = harness.attached, harness.equal, harness.eventually
local expect_placeholders, settle, test = harness.expect_placeholders, harness.settle, harness.test
local workspace = harness.workspace

--- `root`: the workspace; `plan`: the buffer of its plan, to which the server is attached.
return function(root, plan)
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
end
