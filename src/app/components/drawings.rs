//! What is drawn: the mark, and the figures that stand where no photo is yet. Shapes only; colours are the style sheet's.
//!
//! The figures are plain markup: nothing in them ever changes, so there is no view to build or hydrate.

use leptos::prelude::*;

/// A figure, on a field of 96 by 168 that begins at 12: an oval head, and the outline of the rest.
macro_rules! figure {
    () => {
        "<path class=\"body\" d=\"M53 13.5a7 9 0 1 1 14 0a7 9 0 1 1-14 0zM63.2 19c0.1 3.3-1.5 7.4 0.3 10c1.8 2.6 8 3.8 10.5 5.5c2.5 1.8 3.5 1.8 4.5 5c1 3.3 1 9.8 1.7 14.5c0.8 4.8 1.9 9.2 2.8 14c0.9 4.8 2 11.2 2.5 15c0.5 3.8 0.9 6.4 0.5 8c-0.4 1.6-2.3 2.8-3 1.5c-0.7-1.3-0.2-5.6-1-9.5c-0.7-3.9-2.4-9.5-3.5-14c-1.1-4.5-2.2-9-3-13c-0.8-4-1.3-7.3-1.9-11c-0.3 3-0.5 5.8-1 9c-0.5 3.2-2.1 6.7-2 10c0.1 3.3 1.5 6.3 2.4 10c0.9 3.7 2.5 7.7 3 12c0.5 4.3 0.5 8.3 0 14c-0.5 5.7-2.4 14.3-3 20c-0.6 5.7 0.3 8.3-0.4 14c-0.7 5.7-3.3 15.5-3.6 20c-0.3 4.5 2.6 5.8 2 7c-0.6 1.3-4.6 2-5.6 0.5c-1-1.5-0.3-4.9-0.4-9.5c-0.1-4.6-0.3-12.5-0.4-18c-0.1-5.5-0.1-10-0.4-15c-0.3-5-1-10.2-1.6-15c-0.6-4.8-1.5-9.3-2.2-14c-0.3 0-0.5 0-0.8 0c-0.7 4.7-1.6 9.2-2.2 14c-0.6 4.8-1.3 10-1.6 15c-0.3 5-0.3 9.5-0.4 15c-0.1 5.5-0.3 13.4-0.4 18c-0.1 4.6 0.6 8-0.4 9.5c-1 1.5-5 0.8-5.6-0.5c-0.6-1.2 2.3-2.5 2-7c-0.3-4.5-2.9-14.3-3.6-20c-0.7-5.7 0.2-8.3-0.4-14c-0.6-5.7-2.5-14.3-3-20c-0.5-5.7-0.5-9.7 0-14c0.5-4.3 2.1-8.3 3-12c0.9-3.7 2.3-6.7 2.4-10c0.1-3.3-1.5-6.8-2-10c-0.5-3.2-0.7-6-1-9c-0.6 3.7-1.1 7-1.9 11c-0.8 4-1.9 8.5-3 13c-1.1 4.5-2.7 10.1-3.5 14c-0.7 3.9-0.3 8.2-1 9.5c-0.7 1.3-2.6 0.1-3-1.5c-0.4-1.6 0-4.2 0.5-8c0.5-3.8 1.6-10.2 2.5-15c0.9-4.8 2-9.2 2.8-14c0.8-4.7 0.7-11.2 1.7-14.5c1-3.2 2-3.2 4.5-5c2.5-1.7 8.7-2.9 10.5-5.5c1.8-2.6 0.2-6.7 0.3-10c2.1 0 4.3 0 6.4 0z\"/>"
    };
}

/// A dress that fits the figure, with its waist and folds.
macro_rules! dress {
    () => {
        "<path class=\"cloth\" d=\"M52.6 33.8c0.8 2.4 1.2 5.4 2.4 7.2c1.2 1.8 3.3 3.6 5 3.6c1.7 0 3.8-1.8 5-3.6c1.2-1.8 1.6-4.8 2.4-7.2c1.1-0.1 2.1-0.1 3.2-0.2c0.5 2.1 0.9 4.3 1.4 6.4c0.5 2.1 1.2 4 1.8 6c-0.5 3-0.9 6.2-1.4 9c-0.5 2.8-0.9 5.3-1.4 8c2 6.3 3.5 10.5 6 19c2.5 8.5 6 21.3 9 32c-4.3 1.2-8.7 2.8-13 3.5c-4.3 0.8-8.7 1-13 1c-4.3 0-8.7-0.2-13-1c-4.3-0.7-8.7-2.3-13-3.5c3-10.7 6.5-23.5 9-32c2.5-8.5 4-12.7 6-19c-0.5-2.7-0.9-5.2-1.4-8c-0.5-2.8-0.9-6-1.4-9c0.6-2 1.3-3.9 1.8-6c0.5-2.1 0.9-4.3 1.4-6.4c1.1 0.1 2.1 0.1 3.2 0.2z\"/><path class=\"fold\" d=\"M49 63c7 2.2 15 2.2 22 0M52.5 72 46 111M60 74v40M67.5 72 74 111\"/>"
    };
}

/// A hanger at the dress's shoulders.
macro_rules! hanger {
    () => {
        "<path class=\"hanger\" d=\"M56.2 21.5a4.6 4.6 0 1 1 6.8 4c-2 1.2-3 2-3 4.1M60 29.6 40 38.5M60 29.6l20 8.9\"/>"
    };
}

/// A person, full length.
pub(super) const PERSON: Drawing = Drawing { view_box: "12 0 96 168", shapes: figure!() };

/// A dress on a hanger.
pub(super) const OUTFIT: Drawing = Drawing { view_box: "12 -16 96 168", shapes: concat!(hanger!(), dress!()) };

/// The person in the dress.
pub(super) const LOOK: Drawing = Drawing { view_box: "12 0 96 168", shapes: concat!(figure!(), dress!()) };

/// Shapes, each with the class that colours it.
#[derive(Clone, Copy)]
pub(super) struct Drawing {
    view_box: &'static str,
    shapes: &'static str,
}

impl Drawing {
    /// The drawing as a picture that says nothing to a screen reader.
    pub(super) fn view(self) -> impl IntoView {
        view! { <svg class="drawing" viewBox=self.view_box aria-hidden="true" inner_html=self.shapes></svg> }
    }
}

/// The mark: a clothes hanger.
pub(super) fn mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 64 64" width="32" height="32" aria-hidden="true">
            <path d="M25 15.5a7 7 0 1 1 10.5 6c-2.3 1.3-3.5 2.7-3.5 5.5v1M32 28 9 42M32 28l23 14" />
            <path class="accent" d="M9 42c6 9.5 14 14 23 14s17-4.5 23-14" />
        </svg>
    }
}
