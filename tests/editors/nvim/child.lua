-- A second Neovim with a window of its own, in a terminal of the first, driven by keys: what a person sees and types.

local Child = {}
Child.__index = Child

---@param init string its init.lua
---@param folder string where it starts
---@param socket string where it listens; does not exist yet
function Child.start(init, folder, socket)
  vim.o.columns, vim.o.lines = 120, 42
  vim.cmd.enew()
  local job = vim.fn.jobstart(
    { vim.v.progpath, '-u', init, '-i', 'NONE', '-n', '--listen', socket },
    { term = true, cwd = folder, env = { TERM = 'xterm-256color' } }
  )
  local self = setmetatable({ job = job, screen_buffer = vim.api.nvim_get_current_buf(), typed = 0 }, Child)
  -- The file is there a moment before anything listens.
  self.channel = self:eventually('the second Neovim listens', function()
    local listens, channel = pcall(vim.fn.sockconnect, 'pipe', socket, { rpc = true })
    return listens and channel
  end)
  return self
end

--- Runs Lua there, and returns what that returns.
function Child:lua(code, ...)
  return vim.rpcrequest(self.channel, 'nvim_exec_lua', code, { ... })
end

--- Waits until `get` returns something true, and returns that; fails with what is on the screen.
function Child:eventually(what, get)
  local value
  local ok = vim.wait(30000, function()
    value = get()
    return value and true or false
  end, 10)
  if not ok then
    error(('never happened: %s\n%s'):format(what, self:screen()), 2)
  end
  return value
end

--- What the terminal shows.
function Child:screen()
  local lines = vim.api.nvim_buf_get_lines(self.screen_buffer, 0, -1, false)
  return (table.concat(lines, '\n'):gsub('%s+$', ''))
end

--- Presses keys, in the notation of mappings, and waits until they are worked off. They count as typed: a key is one.
function Child:press(keys)
  local _, special = keys:gsub('<[%w-]+>', '')
  self.typed = self.typed + #(keys:gsub('<[%w-]+>', '')) + special
  vim.rpcrequest(self.channel, 'nvim_input', keys)
  self:idle()
end

--- Types text as it is.
function Child:type(text)
  self.typed = self.typed + vim.fn.strchars(text)
  vim.rpcrequest(self.channel, 'nvim_input', (text:gsub('<', '<lt>')))
  self:idle()
end

--- A menu or a prompt that waits for a key is not waited for.
function Child:idle()
  vim.wait(30)
  vim.rpcrequest(self.channel, 'nvim_get_mode')
end

--- Waits until no request is under way and the text stays as it is: an item is resolved and expanded after it is
--- inserted, and the cursor is placed after an edit.
function Child:calm()
  local before
  self:eventually('nothing is under way', function()
    vim.wait(60)
    local now = self:lua([[
      for _, client in ipairs(vim.lsp.get_clients({ bufnr = 0 })) do
        for _, request in pairs(client.requests) do
          if request.type == 'pending' then return nil end
        end
      end
      return { vim.b.changedtick, vim.api.nvim_win_get_cursor(0) }
    ]])
    local is_calm = type(now) == 'table' and vim.deep_equal(now, before)
    before = now
    return is_calm
  end)
end

--- The labels of the popup menu, once there is one.
function Child:popup()
  return self:eventually('a popup menu', function()
    local words = self:lua([[
      if vim.fn.pumvisible() == 0 then return {} end
      return vim.tbl_map(function(item) return item.abbr end, vim.fn.complete_info({ 'items' }).items)
    ]])
    return #words > 0 and words
  end)
end

--- Accepts the item of the popup menu with this label, by the keys that move to it.
function Child:accept(label)
  local labels = self:popup()
  for at, candidate in ipairs(labels) do
    if candidate == label then
      local before = self:lua('return vim.b.changedtick')
      self:press(('<C-n>'):rep(at) .. '<C-y>')
      self:eventually('the item is inserted', function()
        return self:lua('return vim.fn.pumvisible() == 0 and vim.b.changedtick') ~= before
      end)
      self:calm()
      return
    end
  end
  error(('%s is not in %s\n%s'):format(label, vim.inspect(labels), self:screen()), 2)
end

--- Opens the menu of code actions at the cursor and returns its titles; something has to be chosen, or <Esc>.
function Child:actions()
  self:press('gra')
  return self:eventually('the menu of code actions', function()
    local titles = {}
    for number, title in self:screen():gmatch('(%d+): ([^\n]+)') do
      titles[tonumber(number)] = vim.trim(title)
    end
    return self:screen():find('Type number', 1, true) and #titles > 0 and titles
  end)
end

--- Applies the code action of that title, by its number in the menu.
function Child:act(title)
  local before = self:text()
  local titles = self:actions()
  for number, candidate in ipairs(titles) do
    if candidate == title then
      self:press(number .. '<CR>')
      self:eventually('the action changes the text: ' .. title, function()
        return self:text() ~= before
      end)
      self:calm()
      return titles
    end
  end
  error(('%s is not in %s\n%s'):format(title, vim.inspect(titles), self:screen()), 2)
end

function Child:line()
  return self:lua('return vim.api.nvim_get_current_line()')
end

function Child:text()
  return self:lua("return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\\n')")
end

function Child:stop()
  pcall(vim.rpcnotify, self.channel, 'nvim_command', 'qall!')
  if vim.fn.jobwait({ self.job }, 5000)[1] < 0 then
    vim.fn.jobstop(self.job)
  end
end

return Child
