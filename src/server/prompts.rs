//! An operator's own prompts, from the folder `PROMPTS_PATH`.

use std::io::ErrorKind;
use std::path::Path;

use crate::config::{ConfigError, Problem};
use crate::pipeline::Prompts;

/// More than this is no prompt.
const MAX_BYTES: usize = 64 * 1024;

/// Our texts, each replaced by the file of `folder` that there is for it: `describe.txt`, `try-on.txt`.
pub(super) fn read(folder: Option<&Path>) -> Result<Prompts, ConfigError> {
    let Some(folder) = folder else {
        return Ok(Prompts::default());
    };
    let (describe, try_on) = (text(folder, "describe.txt")?, text(folder, "try-on.txt")?);
    if describe.is_none() && try_on.is_none() {
        return Err(error(Problem::NoPrompts { folder: folder.display().to_string() }));
    }
    Ok(Prompts::default().replaced(describe, try_on))
}

fn text(folder: &Path, name: &str) -> Result<Option<String>, ConfigError> {
    let path = folder.join(name);
    let file = path.display().to_string();
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(problem) if problem.kind() == ErrorKind::NotFound => return Ok(None),
        Err(problem) => return Err(error(Problem::Unreadable { file, why: problem.to_string() })),
    };
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_BYTES {
        return Err(error(Problem::Length { file, most: MAX_BYTES }));
    }
    Ok(Some(text.to_owned()))
}

fn error(problem: Problem) -> ConfigError {
    ConfigError { variable: "PROMPTS_PATH", problem }
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
