//! An operator's own prompts, from the folder `PROMPTS_PATH`.

use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::pipeline::Prompts;

/// More than this is no prompt.
const MAX_BYTES: usize = 64 * 1024;

/// Our texts, each replaced by the file of `folder` that there is for it: `describe.txt`, `try-on.txt`.
pub(super) fn read(folder: Option<&Path>) -> Result<Prompts> {
    let Some(folder) = folder else {
        return Ok(Prompts::default());
    };
    let (describe, try_on) = (text(folder, "describe.txt")?, text(folder, "try-on.txt")?);
    if describe.is_none() && try_on.is_none() {
        bail!("PROMPTS_PATH: {} has neither describe.txt nor try-on.txt", folder.display());
    }
    Ok(Prompts::default().replaced(describe, try_on))
}

fn text(folder: &Path, name: &str) -> Result<Option<String>> {
    let path = folder.join(name);
    let text = match std::fs::read_to_string(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        read => read.with_context(|| format!("PROMPTS_PATH: {} cannot be read", path.display()))?,
    };
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_BYTES {
        bail!("PROMPTS_PATH: {} must have from 1 to {MAX_BYTES} bytes", path.display());
    }
    Ok(Some(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::pipeline::Prompts;

    #[test]
    fn files_take_the_place_of_our_texts_and_mistakes_are_named() {
        assert_eq!(read(None).unwrap(), Prompts::default());
        let folder = tempfile::tempdir().unwrap();
        let problem = |folder| read(Some(folder)).unwrap_err().to_string();
        assert!(problem(folder.path()).contains("neither"));
        std::fs::write(folder.path().join("try-on.txt"), "Dress them.\n").unwrap();
        let own = Prompts::default().replaced(None, Some("Dress them.".to_owned()));
        assert_eq!(read(Some(folder.path())).unwrap(), own);
        std::fs::write(folder.path().join("describe.txt"), " \n").unwrap();
        assert!(
            problem(folder.path()).starts_with("PROMPTS_PATH: ") && problem(folder.path()).contains("describe.txt")
        );
    }
}
