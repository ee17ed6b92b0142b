-- Snippets in the edits that the server asks for, as LSP 3.18 has them: Neovim's own code takes them in completions
-- only.

local M = {}

--- What a client says that it can do.
M.capabilities = { workspace = { workspaceEdit = { snippetEditSupport = true } } }

--- Makes an empty line for text at a place, where that begins or ends with a line end: `vim.snippet` repeats the
--- indentation of its line in each further one. Returns where the text goes, and what is left of it.
local function open_line(line, byte, text)
  local count = vim.api.nvim_buf_line_count(0)
  if line >= count or byte == 0 and vim.endswith(text, '\n') then
    vim.api.nvim_buf_set_lines(0, line, line, false, { '' })
    return line, 0, (text:gsub('\n$', ''))
  elseif byte > 0 and vim.startswith(text, '\n') then
    vim.api.nvim_buf_set_text(0, line, byte, line, byte, { '', '' })
    return line + 1, 0, (text:gsub('^\n', ''))
  end
  return line, byte, text
end

--- Inserts a snippet into the current buffer, and goes to its first tab stop.
local function expand(edit, encoding)
  local at = edit.range.start
  local whole = vim.api.nvim_buf_get_lines(0, at.line, at.line + 1, false)[1] or ''
  local byte = vim.str_byteindex(whole, encoding, at.character, false)
  local line, column, text = open_line(at.line, byte, (edit.snippet.value:gsub('\r\n?', '\n')))
  vim.api.nvim_win_set_cursor(0, { line + 1, column })
  local expandtab = vim.bo.expandtab
  vim.bo.expandtab = false -- the tabs of the others are kept
  local expanded, why = pcall(vim.snippet.expand, text)
  vim.bo.expandtab = expandtab
  if not expanded then
    error(why, 0)
  end
end

--- The handler of `workspace/applyEdit`; what holds no snippet is Neovim's business.
function M.apply_edit(err, params, ctx)
  local change = vim.tbl_get(params, 'edit', 'documentChanges', 1)
  local edit = vim.tbl_get(change or {}, 'edits', 1)
  if not (edit and edit.snippet) then
    return vim.lsp.handlers['workspace/applyEdit'](err, params, ctx)
  end
  local encoding = assert(vim.lsp.get_client_by_id(ctx.client_id)).offset_encoding
  local uri, version = change.textDocument.uri, change.textDocument.version
  local bufnr = vim.uri_to_bufnr(uri)
  if type(version) == 'number' and version ~= vim.lsp.util.buf_versions[bufnr] then
    return { applied = false, failureReason = 'the buffer has changed' }
  end
  if vim.api.nvim_get_current_buf() ~= bufnr then
    vim.lsp.util.show_document({ uri = uri, range = edit.range }, encoding, { focus = true })
  end
  local applied, why = pcall(expand, edit, encoding)
  return { applied = applied, failureReason = why }
end

return M
