-- `:Phasemark SUBCOMMAND`: reads the words, and completes them.

local phasemark = require('phasemark')

local function complain(message)
  vim.notify('phasemark: ' .. message, vim.log.levels.ERROR)
end

---@type table<string, { run: fun(rest?: string), takes?: string, needs?: boolean, complete?: fun(): string[] }>
local subcommands = {
  init = { run = phasemark.init },
  new = { run = phasemark.new, takes = 'STEM', needs = true },
  log = { run = phasemark.log, takes = 'MESSAGE' },
  resume = { run = phasemark.resume, takes = 'STEM', complete = phasemark.stems },
  status = { run = phasemark.status },
  fix = {
    run = function()
      if #vim.lsp.get_clients({ bufnr = 0, name = 'phasemark' }) == 0 then
        complain('no server is attached to this buffer')
      elseif not phasemark.fix() then
        vim.notify('phasemark: nothing here has a safe fix')
      end
    end,
  },
}

local function names()
  local all = vim.tbl_keys(subcommands)
  table.sort(all)
  return all
end

local M = {}

---@param words string what stands after `:Phasemark`
function M.run(words)
  local name, rest = words:match('^%s*(%S*)%s*(.-)%s*$')
  local subcommand = subcommands[name]
  if not subcommand then
    complain(('there is no `%s`, only %s'):format(name, table.concat(names(), ', ')))
  elseif rest ~= '' and not subcommand.takes then
    complain(('`:Phasemark %s` takes nothing more'):format(name))
  elseif rest == '' and subcommand.needs then
    complain(('`:Phasemark %s` takes %s'):format(name, subcommand.takes))
  else
    subcommand.run(rest ~= '' and rest or nil)
  end
end

---@param lead string the word at the cursor, as far as it is typed
---@param line string the command line
---@return string[]
function M.complete(lead, line)
  local name = line:match('Phasemark%s+(%S+)%s')
  local choices = names()
  if name then
    local subcommand = subcommands[name]
    choices = subcommand and subcommand.complete and subcommand.complete() or {}
  end
  return vim.tbl_filter(function(choice)
    return vim.startswith(choice, lead)
  end, choices)
end

return M
