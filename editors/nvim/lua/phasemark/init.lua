-- What `:Phasemark` does; also for mappings and autocommands of your own.

local M = {}

local function say(message, level)
  vim.notify('phasemark: ' .. message, level or vim.log.levels.INFO)
end

local function complain(message)
  say(message, vim.log.levels.ERROR)
end

local function say_created(count)
  local files = count == 1 and '1 file' or ('%d files'):format(count)
  say(files .. ' created; fill in what stands in <angle brackets>')
end

--- The client of the buffer, else the one whose root holds the working directory, else the only one.
---@param bufnr? integer
---@return vim.lsp.Client?
function M.client(bufnr)
  local attached = vim.lsp.get_clients({ bufnr = bufnr or 0, name = 'phasemark' })[1]
  if attached then
    return attached
  end
  local all = vim.lsp.get_clients({ name = 'phasemark' })
  for _, client in ipairs(all) do
    if client.root_dir and vim.fs.relpath(client.root_dir, vim.fn.getcwd()) then
      return client
    end
  end
  return #all == 1 and all[1] or nil
end

local function client_or_complain()
  local client = M.client()
  if not client then
    complain('no server runs here: open a file of a phase first, or start with `:Phasemark init`')
  end
  return client
end

--- What a command is about if no phase is named: the file in the window, else the root.
local function here(client)
  if client.attached_buffers[vim.api.nvim_get_current_buf()] then
    return vim.uri_from_bufnr(0)
  end
  return client.root_dir and vim.uri_from_fname(client.root_dir)
end

--- Has the server run one of its commands; errors are shown, unless `on_error` returns true.
local function execute(command, argument, on_result, on_error)
  local client = client_or_complain()
  if not client then
    return
  end
  argument = vim.tbl_extend('keep', argument, { uri = here(client) })
  local params = { command = 'phasemark.' .. command, arguments = { argument } }
  client:request('workspace/executeCommand', params, function(err, result)
    if err and not (on_error and on_error(err)) then
      complain(err.message)
    elseif not err and on_result then
      on_result(result)
    end
  end)
end

--- The program that the client starts.
local function binary()
  local cmd = vim.lsp.config.phasemark.cmd
  return type(cmd) == 'table' and cmd[1] or 'phasemark'
end

--- Runs the program, and calls back with what it wrote; that it does not run is shown.
local function run(arguments, cwd, on_exit)
  local ran = pcall(vim.system, { binary(), unpack(arguments) }, { cwd = cwd, text = true }, vim.schedule_wrap(on_exit))
  if not ran then
    complain(('`%s` does not run, see `:checkhealth phasemark`'):format(binary()))
  end
end

--- Shows Markdown in a window of its own, which is used again; `q` closes it. Returns its buffer.
local function show(name, markdown)
  local uri = 'phasemark://' .. name
  local bufnr = vim.fn.bufadd(uri)
  vim.fn.bufload(bufnr)
  vim.bo[bufnr].buftype = 'nofile'
  vim.bo[bufnr].bufhidden = 'wipe'
  vim.bo[bufnr].swapfile = false
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, vim.split(vim.trim(markdown), '\n'))
  local window = vim.fn.bufwinid(bufnr)
  if window ~= -1 then
    vim.api.nvim_set_current_win(window)
  else
    vim.cmd.sbuffer(bufnr)
  end
  vim.bo[bufnr].filetype = 'markdown'
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  vim.keymap.set('n', 'q', function()
    vim.cmd(#vim.api.nvim_tabpage_list_wins(0) > 1 and 'close' or 'bwipeout')
  end, { buffer = bufnr, nowait = true, desc = 'Close' })
  return bufnr
end

--- Edits a file under its path as seen from the working directory. Silent: two messages would ask for a key.
local function edit(path)
  -- A buffer that was made for diagnostics alone has the absolute path for its name.
  local known = vim.fn.bufadd(path)
  if not vim.api.nvim_buf_is_loaded(known) then
    vim.api.nvim_buf_delete(known, { force = true })
  end
  vim.cmd.edit({ args = { vim.fn.fnameescape(vim.fn.fnamemodify(path, ':.')) }, mods = { silent = true } })
end

--- Makes the first phase in the working directory, and opens its plan at the first blank to fill in.
function M.init()
  run({ 'init' }, vim.fn.getcwd(), function(result)
    if result.code ~= 0 then
      return complain(vim.trim(result.stderr ~= '' and result.stderr or result.stdout))
    end
    local root = result.stdout:match('^root: ([^\n]+)') or vim.fn.getcwd()
    local created = {}
    for path in result.stdout:gmatch('created ([^\n]+)') do
      table.insert(created, vim.fs.joinpath(root, path))
    end
    if #created == 0 then
      return say('nothing to do: this is a workspace already')
    end
    edit(created[1])
    vim.fn.cursor(1, 1)
    vim.fn.search('<', 'cW')
    say_created(#created)
  end)
end

--- Saves what the server had written into new files, and shows the first one. The buffers of the others go: until they are
--- saved they are empty for everybody else, and one that is open counts for the server, also if its file is moved.
---@param uris string[]
---@param on_saved? fun()
local function save(uris, on_saved)
  local buffers = vim.tbl_map(vim.uri_to_bufnr, uris)
  -- The edit is a request of its own, which may come after the answer; the cursor is placed by one more.
  local function try(attempts)
    local is_filled = vim.iter(buffers):all(function(bufnr)
      return vim.bo[bufnr].modified
    end)
    local is_shown = is_filled and vim.api.nvim_get_current_buf() == buffers[1]
    if not is_shown and attempts > 0 then
      return vim.defer_fn(function()
        try(attempts - 1)
      end, 20)
    elseif not is_filled then
      return
    end
    local cursor = is_shown and vim.api.nvim_win_get_cursor(0) or { 1, 0 }
    for _, bufnr in ipairs(buffers) do
      vim.api.nvim_buf_call(bufnr, function()
        vim.cmd.write({ mods = { silent = true } })
      end)
      vim.api.nvim_buf_delete(bufnr, {})
    end
    edit(vim.uri_to_fname(uris[1]))
    vim.api.nvim_win_set_cursor(0, cursor)
    if on_saved then
      on_saved()
    end
  end
  try(100)
end

--- Creates the files that a phase lacks, and shows the first of them; of a phase that has all, its plan.
---@param stem? string without it, asks for one
function M.new(stem)
  if not stem then
    return execute('namePhase', {}, function(next)
      vim.ui.input({ prompt = 'Name of the phase: ', default = next.stem }, function(name)
        name = vim.trim(name or '')
        if name ~= '' then
          M.new(name)
        end
      end)
    end)
  end
  -- Asked first: the server would show a plan under its absolute path.
  execute('namePhase', { stem = stem }, function(found)
    if found.problem then
      return complain(found.problem)
    elseif #found.missing == 0 then
      edit(vim.fs.joinpath(vim.uri_to_fname(found.root), found.existing[1]))
      return say(("'%s' has all its files already"):format(found.stem))
    end
    execute('newPhase', { stem = found.stem }, function(result)
      save(result.created, function()
        say_created(#result.created)
      end)
    end)
  end)
end

--- Writes a session log entry into the work notes of the current buffer's phase; asks before it creates them.
---@param message? string what changed
function M.log(message)
  execute('insertSessionLogEntry', { message = message }, nil, function(err)
    if vim.tbl_get(err, 'data', 'lacks') ~= 'work-notes' then
      return false
    end
    local create = 'Create them'
    vim.ui.select({ create, 'Cancel' }, { prompt = err.message }, function(choice)
      if choice == create then
        local about = vim.tbl_extend('force', err.data.about, { message = message })
        execute('insertSessionLogEntry', about, function(result)
          save(result.created)
        end)
      end
    end)
    return true
  end)
end

--- Shows the text that restarts work on a phase, and yanks it.
---@param stem? string without it, the phase of the current buffer
function M.resume(stem)
  execute('resumePrompt', { stem = stem }, function(text)
    show('resume', text)
    vim.fn.setreg('"', text)
    if vim.fn.has('clipboard') == 1 then
      vim.fn.setreg('+', text)
    end
    say('the text is yanked, ready to be pasted')
  end)
end

--- Shows where all phases stand; `<CR>` opens the one at the cursor.
function M.status()
  execute('statusReport', {}, function(report)
    local bufnr = show('status', report.markdown)
    vim.wo.wrap = false
    vim.keymap.set('n', '<CR>', function()
      -- A table has two lines before its rows, which come in the order of the phases.
      local phase, row = 0, 0
      for _, line in ipairs(vim.api.nvim_buf_get_lines(bufnr, 0, vim.fn.line('.'), false)) do
        row = vim.startswith(line, '|') and row + 1 or 0
        phase = row > 2 and phase + 1 or phase
      end
      local file = row > 2 and vim.tbl_get(report, 'phases', phase, 'artifacts', 1, 'path')
      if not file then
        return complain('no phase on this line')
      end
      if #vim.api.nvim_tabpage_list_wins(0) > 1 then
        vim.cmd.close()
      end
      edit(vim.fs.joinpath(vim.uri_to_fname(report.root), file))
    end, { buffer = bufnr, desc = 'Open the phase' })
  end)
end

--- The severities, as the quickfix list names them.
local TYPES = { error = 'E', warning = 'W', information = 'I', hint = 'N' }

--- Checks what is on disk, all of it or what is at a path, and lists the findings in the quickfix list.
---@param path? string
function M.check(path)
  local client = M.client()
  local cwd = not path and client and client.root_dir or vim.fn.getcwd()
  local arguments = { 'check', '--format', 'json', '--fail-on', 'never', path and vim.fn.fnamemodify(path, ':p') }
  run(arguments, cwd, function(result)
    local is_report, report = pcall(vim.json.decode, result.stdout)
    local has_failed = result.stderr ~= '' or not is_report
    if has_failed then
      complain((vim.trim(result.stderr ~= '' and result.stderr or result.stdout):gsub('^error: ', '')))
    end
    if not is_report or has_failed and #report.diagnostics == 0 then
      return
    end
    local lines = {}
    --- Columns of the report are characters, those of the list are bytes.
    local function byte(file, line, column)
      lines[file] = lines[file] or (vim.fn.filereadable(file) == 1 and vim.fn.readfile(file) or {})
      local at = vim.fn.byteidx(lines[file][line] or '', column - 1)
      return at < 0 and column or at + 1
    end
    local items = vim.tbl_map(function(finding)
      local file = vim.fs.joinpath(report.root, finding.path)
      return {
        filename = vim.fn.fnamemodify(file, ':.'),
        lnum = finding.line,
        col = byte(file, finding.line, finding.column),
        end_lnum = finding.end_line,
        end_col = byte(file, finding.end_line, finding.end_column),
        type = TYPES[finding.severity],
        text = ('%s [%s]'):format(finding.message, finding.code),
      }
    end, report.diagnostics)
    vim.fn.setqflist({}, ' ', { title = ':Phasemark check', items = items })
    local unsaved = vim.tbl_filter(function(bufnr)
      return vim.bo[bufnr].modified
    end, vim.tbl_keys(client and client.attached_buffers or {}))
    local found = #items == 0 and 'nothing found' or #items == 1 and '1 finding' or ('%d findings'):format(#items)
    if #items > 0 then
      vim.cmd('botright copen')
    end
    say(found .. (#unsaved > 0 and ' in what is saved; some buffers are not' or ''))
  end)
end

--- Shows the documentation of a rule, by default of that behind the finding at the cursor.
---@param rule? string
function M.explain(rule)
  local client = client_or_complain()
  if not client then
    return
  end
  local at = vim.api.nvim_win_get_cursor(0)
  local here = vim.tbl_filter(function(finding)
    return finding.source == 'phasemark'
  end, vim.diagnostic.get(0, { lnum = at[1] - 1 }))
  table.sort(here, function(a, b)
    return math.abs(a.col - at[2]) < math.abs(b.col - at[2])
  end)
  rule = rule or here[1] and here[1].code
  if not rule then
    return complain('no finding on this line; name a rule, as in `:Phasemark explain stale-notes`')
  end
  client:request('workspace/executeCommand', { command = 'phasemark.explainRule', arguments = { rule } }, function(err, text)
    if err then
      return complain(err.message)
    end
    show('rule', text)
  end)
end

--- Applies all safe fixes to a buffer, and waits for it: made for `BufWritePre` too.
---@param bufnr? integer
---@return boolean # whether there was something to fix
function M.fix(bufnr)
  bufnr = bufnr and bufnr ~= 0 and bufnr or vim.api.nvim_get_current_buf()
  local client = vim.lsp.get_clients({ bufnr = bufnr, name = 'phasemark' })[1]
  if not client then
    return false
  end
  local function ask(method, params)
    local answer, why = client:request_sync(method, params, 2000, bufnr)
    why = why or vim.tbl_get(answer or {}, 'err', 'message')
    if why then
      complain(why)
    end
    return answer and answer.result
  end
  local actions = ask('textDocument/codeAction', {
    textDocument = { uri = vim.uri_from_bufnr(bufnr) },
    range = { start = { line = 0, character = 0 }, ['end'] = { line = 0, character = 0 } },
    context = { only = { 'source.fixAll.phasemark' }, diagnostics = {} },
  })
  local action = actions and actions[1]
  if action and not action.edit then
    action = ask('codeAction/resolve', action)
  end
  if not (action and action.edit) then
    return false
  end
  vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
  return true
end

--- What a command answers; nothing if the server does not do so at once.
local function answer_of(command, argument)
  local client = M.client()
  local arguments = client and argument and { argument(client) } or nil
  local params = { command = 'phasemark.' .. command, arguments = arguments }
  local answer = client and client:request_sync('workspace/executeCommand', params, 500)
  return answer and answer.result or {}
end

local function members(name, list)
  return vim.tbl_map(function(entry)
    return entry[name]
  end, list or {})
end

--- The stems of the phases, for completion.
---@return string[]
function M.stems()
  return members('stem', answer_of('statusReport', function(client)
    return { uri = here(client) }
  end).phases)
end

--- The names of the rules, for completion.
---@return string[]
function M.rules()
  return members('name', answer_of('explainRule'))
end

return M
