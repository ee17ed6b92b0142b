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

--- Has the server run one of its commands; errors are shown.
local function execute(command, argument, on_result)
  local client = client_or_complain()
  if not client then
    return
  end
  argument = vim.tbl_extend('keep', argument, { uri = here(client) })
  local params = { command = 'phasemark.' .. command, arguments = { argument } }
  client:request('workspace/executeCommand', params, function(err, result)
    if err then
      complain(err.message)
    elseif on_result then
      on_result(result)
    end
  end)
end

--- Shows Markdown in a window of its own, which is used again.
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
end

--- Makes the first phase in the working directory, and opens its plan at the first blank to fill in.
function M.init()
  local cmd = vim.lsp.config.phasemark.cmd
  local binary = type(cmd) == 'table' and cmd[1] or 'phasemark'
  local ran, result = pcall(function()
    return vim.system({ binary, 'init' }, { cwd = vim.fn.getcwd(), text = true }):wait()
  end)
  if not ran then
    return complain(('`%s` does not run, see `:checkhealth phasemark`'):format(binary))
  elseif result.code ~= 0 then
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
  -- Silent, and in its short form: two messages would ask for a key.
  vim.cmd.edit({ args = { vim.fn.fnameescape(vim.fn.fnamemodify(created[1], ':.')) }, mods = { silent = true } })
  vim.fn.cursor(1, 1)
  vim.fn.search('<', 'cW')
  say_created(#created)
end

--- Saves what the server had written into new files: until then they are empty for everybody else.
---@param uris string[]
---@param on_saved fun()
local function save(uris, on_saved)
  -- The edit is a request of its own, which may come after the answer.
  local function try(attempts)
    local filled = vim.tbl_filter(function(uri)
      return vim.bo[vim.uri_to_bufnr(uri)].modified
    end, uris)
    if #filled < #uris then
      return attempts > 0 and vim.defer_fn(function()
        try(attempts - 1)
      end, 20)
    end
    for _, uri in ipairs(uris) do
      vim.api.nvim_buf_call(vim.uri_to_bufnr(uri), function()
        vim.cmd.write({ mods = { silent = true } })
      end)
    end
    on_saved()
  end
  try(100)
end

--- Creates the files that a phase lacks, and shows the first of them.
---@param stem string
function M.new(stem)
  execute('newPhase', { stem = stem }, function(result)
    save(result.created, function()
      say_created(#result.created)
    end)
  end)
end

--- Writes a session log entry into the work notes of the current buffer's phase.
---@param message? string what changed
function M.log(message)
  execute('insertSessionLogEntry', { message = message })
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

--- Shows where all phases stand.
function M.status()
  execute('statusReport', {}, function(report)
    show('status', report.markdown)
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

--- The stems of the phases, for completion; empty if the server does not answer at once.
---@return string[]
function M.stems()
  local client = M.client()
  local params = client and { command = 'phasemark.statusReport', arguments = { { uri = here(client) } } }
  local answer = client and client:request_sync('workspace/executeCommand', params, 500)
  return vim.tbl_map(function(phase)
    return phase.stem
  end, vim.tbl_get(answer or {}, 'result', 'phases') or {})
end

return M
