//! How a path is written: as a link, in code, bare.

use super::{
    Reference, ReferenceStyle,
    normal::{from_folder_of, relative},
    shape,
};

/// A path relative to the root as the file `file` would name it, a folder with `/` at its end.
pub fn spell(style: ReferenceStyle, file: &str, path: &str, is_folder: bool) -> String {
    let slash = if is_folder { "/" } else { "" };
    let reads_back = |token: &str| {
        shape::bare(token).is_some_and(|found| found.used.len() == token.len())
            && token.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-".contains(&b))
            // It might begin an emphasis.
            && !token.split('/').any(|part| part.starts_with('_'))
    };
    match style {
        ReferenceStyle::Link => {
            let name = path.rsplit('/').next().unwrap_or(path);
            format!("[{name}]({}{slash})", relative(file, path))
        }
        ReferenceStyle::Bare if reads_back(&format!("{path}{slash}")) => format!("{path}{slash}"),
        ReferenceStyle::Bare | ReferenceStyle::Code if path.contains('`') => format!("`` {path}{slash} ``"),
        ReferenceStyle::Bare | ReferenceStyle::Code => format!("`{path}{slash}`"),
    }
}

/// What takes the place of a reference's bytes in `text` so that it leads to `path`, in the same spelling.
pub fn respell(file: &str, text: &str, reference: &Reference, path: &str) -> String {
    let written = &text[reference.range.clone()];
    let is_link = reference.style == ReferenceStyle::Link;
    // Between angle brackets a destination may have blanks.
    let is_bracketed =
        is_link && text[..reference.range.start].ends_with('<') && !path.contains(['<', '>', '%', '#', '?']);
    let mut spelled = match is_link || reference.path.starts_with("..") {
        true if is_bracketed || !is_link => from_folder_of(file, path),
        true => relative(file, path),
        false => path.to_owned(),
    };
    if reference.is_folder {
        spelled.push('/');
    }
    if written.contains('\\') && !written.contains('/') { spelled.replace('/', "\\") } else { spelled }
}
