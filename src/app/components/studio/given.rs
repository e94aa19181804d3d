//! What the server knows and the studio needs.
//!
//! It stands in the page's own markup and not in the island's props: those are read and written through serde,
//! and the code for that weighed as much as the whole language switch.

use crate::i18n::Locale;
use crate::look::event::{Event, FailureNotice};
use crate::look::reading;

/// What the server has said. A page of which nothing can be read is one that is not configured.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    /// The language to begin with.
    pub locale: Locale,
    /// Whether looks can be made.
    pub is_configured: bool,
    /// Whether the embedded gateway answers.
    pub is_demo: bool,
    /// The event that a form sent without wasm ended in, as its line.
    pub failure: Option<String>,
}

impl Given {
    /// Why the form that was sent without wasm made no look.
    pub(super) fn notice(&self) -> Option<FailureNotice> {
        match reading::line(self.failure.as_deref()?)? {
            Event::Failed(notice) => Some(notice),
            _ => None,
        }
    }

    /// What the home page has put into context.
    #[cfg(feature = "ssr")]
    pub(super) fn here() -> Self {
        leptos::prelude::use_context().unwrap_or_default()
    }

    /// What the server has written into the page.
    #[cfg(not(feature = "ssr"))]
    pub(super) fn here() -> Self {
        use leptos_i18n::Locale as _;

        let document = leptos::prelude::document();
        let language = document.document_element().and_then(|root| root.get_attribute("lang")).unwrap_or_default();
        let said = |name| document.get_element_by_id("main")?.get_attribute(name);
        Self {
            locale: Locale::get_all().iter().copied().find(|locale| locale.as_str() == language).unwrap_or_default(),
            is_configured: said("data-configured").is_some(),
            is_demo: said("data-demo").is_some(),
            failure: said("data-failure"),
        }
    }
}
