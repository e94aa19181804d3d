//! Views with less to them than any view: such as appear late, and lists that never change.

use leptos::attr::Attribute;
use leptos::attr::any_attribute::AnyAttribute;
use leptos::prelude::*;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::view::add_attr::AddAnyAttr;
use leptos::tachys::view::iterators::StaticVec;
use leptos::tachys::view::{Position, PositionState};

/// A view that appears only after something has happened: it is built, and there is no code to hydrate it, which would be as much again.
pub(crate) struct Late<V>(pub V);

/// A value of a view that follows the signals it reads. All of one type are one kind of function, so that the browser gets the code
/// which keeps such a place of the page current once, and not once a place.
pub(crate) fn live<T>(value: impl Fn() -> T + Send + 'static) -> Box<dyn FnMut() -> T + Send> {
    Box::new(value)
}

/// A list that never changes: without the code that compares a new one with the old.
pub(crate) fn fixed<V>(views: impl Iterator<Item = V>) -> StaticVec<V> {
    views.collect::<Vec<_>>().into()
}

impl<V: Render> Render for Late<V> {
    type State = V::State;

    fn build(self) -> Self::State {
        self.0.build()
    }

    fn rebuild(self, state: &mut Self::State) {
        self.0.rebuild(state);
    }
}

impl<V: Render + Send + 'static> AddAnyAttr for Late<V> {
    type Output<A: Attribute> = Self;

    fn add_any_attr<A: Attribute>(self, _attribute: A) -> Self::Output<A> {
        self
    }
}

impl<V: Render + Send + 'static> RenderHtml for Late<V> {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(
        self,
        _html: &mut String,
        _position: &mut Position,
        _escape: bool,
        _mark_branches: bool,
        _attributes: Vec<AnyAttribute>,
    ) {
    }

    fn hydrate<const FROM_SERVER: bool>(self, _cursor: &Cursor, _position: &PositionState) -> Self::State {
        self.build()
    }

    fn into_owned(self) -> Self {
        self
    }
}
