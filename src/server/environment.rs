//! Where natively a setting comes from: the environment, then `.dev.vars`. The only file that reads either.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result};

/// Settings by name. What the environment says wins, also when it says nothing (`GATEWAY_URL=`).
#[derive(Debug)]
pub(super) struct Environment {
    file: HashMap<String, String>,
}

impl Environment {
    /// Reads `.dev.vars` if it is there. A line that cannot be read is an error that names the file.
    pub(super) fn read(dev_vars: &Path) -> Result<Self> {
        let mut file = HashMap::new();
        if dev_vars.is_file() {
            let name = dev_vars.display();
            let lines = dotenvy::from_path_iter(dev_vars).with_context(|| format!("{name} cannot be opened"))?;
            for line in lines {
                // The error of dotenvy quotes the line, which may hold a token.
                let (key, value) = line.map_err(|_| anyhow::anyhow!("{name}: a line is not KEY=VALUE"))?;
                file.insert(key, value);
            }
        }
        Ok(Self { file })
    }

    /// The value of a setting.
    #[expect(clippy::disallowed_methods, reason = "this is the seam that the others go through")]
    pub(super) fn get(&self, name: &str) -> Option<String> {
        std::env::var(name).ok().or_else(|| self.file.get(name).cloned())
    }
}
