-- `:Phasemark SUBCOMMAND`: reads the words, and completes them.

local phasemark = require('phasemark')

local function complain(message)
  vim.notify('phasemark: ' .. message, vim.log.levels.ERROR)
end

---@class phasemark.Subcommand
---@field about string what the menu says
---@field run fun(rest?: string)
---@field takes? string
---@field complete? fun(lead: string): string[]

---@type table<string, phasemark.Subcommand>
local subcommands = {
  init = { about = 'create the first phase in the working directory', run = phasemark.init },
  new = { about = 'create the files of a phase', run = phasemark.new, takes = 'STEM' },
  log = { about = 'insert a session log entry', run = phasemark.log, takes = 'MESSAGE' },
  resume = {
    about = 'show and yank the text that restarts work on a phase',
    run = phasemark.resume,
    takes = 'STEM',
    complete = phasemark.stems,
  },
  status = { about = 'show where every phase stands', run = phasemark.status },
  check = {
    about = 'list all findings in the quickfix list',
    run = phasemark.check,
    takes = 'PATH',
    complete = function(lead)
      return vim.fn.getcompletion(lead, 'file')
    end,
  },
  explain = {
    about = 'explain the finding at the cursor',
    run = phasemark.explain,
    takes = 'RULE',
    complete = phasemark.rules,
  },
  fix = {
    about = 'apply all safe fixes to this buffer',
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

--- In the order in which they are needed.
local MENU = { 'init', 'new', 'log', 'resume', 'status', 'check', 'explain', 'fix' }

local function menu()
  vim.ui.select(MENU, {
    prompt = 'Phasemark',
    format_item = function(name)
      return ('%-8s %s'):format(name, subcommands[name].about)
    end,
  }, function(name)
    if name then
      subcommands[name].run()
    end
  end)
end

local M = {}

---@param words string what stands after `:Phasemark`; without any, a menu asks
function M.run(words)
  local name, rest = words:match('^%s*(%S*)%s*(.-)%s*$')
  local subcommand = subcommands[name]
  if name == '' then
    menu()
  elseif not subcommand then
    complain(('there is no `%s`, only %s'):format(name, table.concat(names(), ', ')))
  elseif rest ~= '' and not subcommand.takes then
    complain(('`:Phasemark %s` takes nothing more'):format(name))
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
    choices = subcommand and subcommand.complete and subcommand.complete(lead) or {}
  end
  return vim.tbl_filter(function(choice)
    return vim.startswith(choice, lead)
  end, choices)
end

return M
