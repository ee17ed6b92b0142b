if vim.g.loaded_phasemark then
  return
end
vim.g.loaded_phasemark = true

if vim.fn.has('nvim-0.11') == 0 then
  vim.notify('phasemark needs Neovim 0.11 or newer', vim.log.levels.WARN)
  return
end

vim.lsp.enable('phasemark')

-- Needed for a new binary only: the server notices a changed configuration itself.
vim.api.nvim_create_user_command('PhasemarkRestart', function()
  for _, client in ipairs(vim.lsp.get_clients({ name = 'phasemark' })) do
    client:stop()
  end
  vim.lsp.enable('phasemark', false)
  vim.lsp.enable('phasemark')
end, { desc = 'Restart the phasemark language server' })
