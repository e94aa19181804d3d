//! The picture of a finished look, with what has to be said about it.

use leptos::prelude::*;

use super::facts::facts;
use super::studio::phase::Made;
use super::words::Language;

/// The picture large, the buttons given as children, and the truth: made by AI, demo or not, time, price, model.
#[component]
pub(crate) fn ResultPicture<C: IntoView + 'static>(
    language: Language,
    /// The finished look.
    made: Made,
    /// The buttons under the picture.
    children: TypedChildren<C>,
) -> impl IntoView {
    let facts = facts(language, &made);
    let Made { picture, demo, .. } = made;
    view! {
        <figure class="result">
            <div class="frame">
                <img
                    src=picture.url
                    width=picture.width
                    height=picture.height
                    alt=say!(language, result.alt)
                />
            </div>
            <figcaption>
                <div class="actions">{children.into_inner()()}</div>
                {demo
                    .then(|| {
                        view! {
                            <p class="demo-note">
                                <strong>{say!(language, result.demo)}</strong>
                                " "
                                {say!(language, result.demo_note)}
                            </p>
                        }
                    })}
                <p class="ai-note">{say!(language, result.ai)}</p>
                {facts}
            </figcaption>
        </figure>
    }
}
