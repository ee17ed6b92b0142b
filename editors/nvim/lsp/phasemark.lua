-- What `vim.lsp.enable('phasemark')` starts. Override any field with `vim.lsp.config('phasemark', { … })`.

-- The first line that has a match wins, so a `phasemark.toml` further up beats a folder further down.
local root_markers = {
  'phasemark.toml',
  { 'plan', 'prompts', 'work-notes' },
  '.git',
}

---@type vim.lsp.Config
return {
  cmd = { 'phasemark', 'server' },
  filetypes = { 'markdown', 'toml' },
  -- A function, not `root_markers`, because of all TOML files only `phasemark.toml` is ours.
  root_dir = function(bufnr, on_dir)
    local name = vim.fs.basename(vim.api.nvim_buf_get_name(bufnr))
    if vim.bo[bufnr].filetype == 'toml' and name ~= 'phasemark.toml' then
      return
    end
    for _, marker in ipairs(root_markers) do
      local root = vim.fs.root(bufnr, marker)
      if root then
        return on_dir(root)
      end
    end
  end,
}
