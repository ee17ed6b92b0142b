-- What the tests of the plugin ask of the Neovim that they run in, and how they say what became of them.

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

--- Says how many tests passed, and leaves with 0 or 1.
local function finish()
  if failed > 0 then
    local log = vim.lsp.log.get_filename()
    say('--- the last lines of the client log')
    for _, line in ipairs(vim.fn.filereadable(log) == 1 and vim.fn.readfile(log, '', -40) or {}) do
      say(line)
    end
  end
  say(('%d passed, %d failed'):format(passed, failed))
  vim.cmd(failed > 0 and 'cquit 1' or 'qall!')
end

return {
  alive = alive,
  attached = attached,
  client_of = client_of,
  equal = equal,
  eventually = eventually,
  expect_placeholders = expect_placeholders,
  finish = finish,
  health = health,
  placeholders = placeholders,
  servers = servers,
  settle = settle,
  test = test,
  workspace = workspace,
}
