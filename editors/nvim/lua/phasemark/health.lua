-- `:checkhealth phasemark`

local M = {}
local health = vim.health

local function neovim()
  health.start('phasemark: Neovim')
  local version = tostring(vim.version())
  if vim.fn.has('nvim-0.11') == 1 then
    health.ok('Neovim ' .. version)
  else
    health.error(('Neovim %s is too old'):format(version), 'phasemark needs 0.11 or newer')
  end
end

local function binary(config)
  health.start('phasemark: server')
  local cmd = config and config.cmd
  if not cmd then
    health.error("`lsp/phasemark.lua` is not on 'runtimepath'", 'See |phasemark-install|')
    return
  end
  if type(cmd) ~= 'table' then
    health.info('started by a function, so its binary cannot be checked')
    return
  end
  local path = vim.fn.exepath(cmd[1])
  if path == '' then
    health.error(('`%s` is not executable'):format(cmd[1]), {
      'Install it, and make sure that its folder is in the PATH that Neovim sees',
      "or name it: vim.lsp.config('phasemark', { cmd = { '/path/to/phasemark', 'server' } })",
    })
    return
  end
  local ran, result = pcall(function()
    return vim.system({ path, '--version' }, { text = true }):wait(5000)
  end)
  if ran and result.code == 0 then
    health.ok(('%s: %s'):format(path, vim.trim(result.stdout)))
  else
    local why = ran and vim.trim(result.stderr or '') or result
    health.error(('`%s --version` failed: %s'):format(path, why))
  end
  if vim.lsp.is_enabled and not vim.lsp.is_enabled('phasemark') then
    health.warn('not enabled', "Call vim.lsp.enable('phasemark')")
  end
end

local function clients()
  health.start('phasemark: running')
  local running = vim.lsp.get_clients({ name = 'phasemark' })
  if #running == 0 then
    health.info('no client: open a Markdown file below a folder that has a phasemark.toml, plan, prompts, work-notes or .git')
  end
  for _, client in ipairs(running) do
    local version = vim.tbl_get(client, 'server_info', 'version') or 'unknown'
    health.ok(('client %d, server version %s'):format(client.id, version))
    health.info(('buffers: %d attached'):format(vim.tbl_count(client.attached_buffers)))
    health.info('root: ' .. (client.root_dir or 'none'))
    health.info('position encoding: ' .. client.offset_encoding)
    local config = vim.fs.joinpath(client.root_dir or '.', 'phasemark.toml')
    local found = client.root_dir and vim.uv.fs_stat(config)
    health.info('configuration: ' .. (found and config or 'defaults (no phasemark.toml)'))
  end
end

function M.check()
  neovim()
  if vim.lsp.config then
    binary(vim.lsp.config.phasemark)
    clients()
  end
end

return M
