//! A table that scrolls by itself where the page is too narrow for it, by keyboard too, and says what it is.

use leptos::prelude::*;

/// A table. Its caption is for those who do not see the heading above it.
pub(super) struct Table {
    /// Its caption's id.
    pub(super) id: &'static str,
    pub(super) caption: &'static str,
    /// The first names the rows.
    pub(super) heads: Vec<Head>,
    pub(super) rows: Vec<Row>,
    /// All rows in one.
    pub(super) sum: Option<Row>,
}

/// A column's head.
#[derive(Clone, Copy)]
pub(super) enum Head {
    /// Above words.
    Words(&'static str),
    /// Above numbers.
    Number(&'static str),
}

/// A row: what it is about, and what is told of that.
pub(super) struct Row {
    pub(super) name: AnyView,
    pub(super) cells: Vec<Cell>,
}

/// What is told in one place of a table.
pub(super) enum Cell {
    Words(AnyView),
    Number(String),
}

impl Table {
    /// The table, as wide as it may be.
    pub(super) fn view(self) -> AnyView {
        let Self { id, caption, heads, rows, sum } = self;
        view! {
            <div class="scroller" role="region" tabindex="0" aria-labelledby=id>
                <table>
                    <caption class="hidden" id=id>
                        {caption}
                    </caption>
                    <thead>
                        <tr>{heads.into_iter().map(Head::view).collect_view()}</tr>
                    </thead>
                    <tbody>{rows.into_iter().map(Row::view).collect_view()}</tbody>
                    {sum.map(|sum| view! { <tfoot>{sum.view()}</tfoot> })}
                </table>
            </div>
        }
        .into_any()
    }
}

impl Head {
    fn view(self) -> impl IntoView {
        let (name, class) = match self {
            Self::Words(name) => (name, Some("text")),
            Self::Number(name) => (name, None),
        };
        view! {
            <th scope="col" class=class>
                {name}
            </th>
        }
    }
}

impl Row {
    fn view(self) -> impl IntoView {
        view! {
            <tr>
                <th scope="row" class="text">
                    {self.name}
                </th>
                {self.cells.into_iter().map(Cell::view).collect_view()}
            </tr>
        }
    }
}

impl Cell {
    fn view(self) -> AnyView {
        match self {
            Self::Words(words) => view! { <td class="text">{words}</td> }.into_any(),
            Self::Number(number) => view! { <td>{number}</td> }.into_any(),
        }
    }
}
