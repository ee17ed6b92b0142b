if vim.g.loaded_phasemark then
  return
end
vim.g.loaded_phasemark = true

if vim.fn.has('nvim-0.11') == 0 then
  vim.notify('phasemark needs Neovim 0.11 or newer', vim.log.levels.WARN)
  return
end

-- Not in `lsp/phasemark.lua`, which also works by itself.
vim.lsp.config('phasemark', {
  capabilities = require('phasemark.snippet').capabilities,
  handlers = {
    ['workspace/applyEdit'] = function(...)
      return require('phasemark.snippet').apply_edit(...)
    end,
  },
})
vim.lsp.enable('phasemark')

-- Without this, Neovim inserts the first word of a completion and no more. Later, so that a call of your own that asks for
-- `autotrigger` comes first and wins.
vim.api.nvim_create_autocmd('LspAttach', {
  group = vim.api.nvim_create_augroup('phasemark', {}),
  callback = vim.schedule_wrap(function(attached)
    local client = vim.lsp.get_client_by_id(attached.data.client_id)
    if not (client and client.name == 'phasemark' and client.attached_buffers[attached.buf]) then
      return
    end
    vim.lsp.completion.enable(true, client.id, attached.buf)
    -- With the default a single item is inserted by its label, unasked. Whoever has chosen keeps the choice.
    if vim.go.completeopt == vim.api.nvim_get_option_info2('completeopt', {}).default then
      vim.bo[attached.buf].completeopt = 'menuone,noselect,popup'
    end
  end),
})

-- Needed for a new binary only: the server notices a changed configuration itself.
vim.api.nvim_create_user_command('PhasemarkRestart', function()
  for _, client in ipairs(vim.lsp.get_clients({ name = 'phasemark' })) do
    client:stop()
  end
  vim.lsp.enable('phasemark', false)
  vim.lsp.enable('phasemark')
end, { desc = 'Restart the phasemark language server' })

vim.api.nvim_create_user_command('Phasemark', function(call)
  require('phasemark.command').run(call.args)
end, {
  nargs = '*',
  complete = function(lead, line)
    return require('phasemark.command').complete(lead, line)
  end,
  desc = 'Begin, log, check and resume phases of work',
})
