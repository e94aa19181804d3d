//! The figures that an operator looks at first.

use leptos::prelude::*;
use leptos_i18n::td_string;

use super::format::{self, count, money, percent};
use crate::app::components::filled;
use crate::i18n::Locale;
use crate::store::usage::Totals;

/// A figure and what belongs to it.
struct Tile {
    name: &'static str,
    figure: String,
    note: String,
}

/// The figures of a period.
pub(super) fn tiles(locale: Locale, totals: &Totals) -> AnyView {
    let cached = totals.kept + totals.joined + totals.gateway_cached;
    let anew = totals.made.saturating_sub(cached);
    let each =
        |looks: u64| totals.cost_nanos.checked_div(looks).map_or(format::NONE.to_owned(), |nanos| money(locale, nanos));
    let failures = filled(
        &filled(td_string!(locale, usage.tiles.failures_note), "{failed}", &count(locale, totals.failed)),
        "{refused}",
        &count(locale, totals.refused),
    );
    let settled = if totals.reserved_nanos == 0 {
        td_string!(locale, usage.tiles.cost_settled).to_owned()
    } else {
        filled(td_string!(locale, usage.tiles.cost_note), "{reserved}", &money(locale, totals.reserved_nanos))
    };
    let tiles = [
        Tile {
            name: td_string!(locale, usage.tiles.asked),
            figure: count(locale, totals.asked),
            note: filled(td_string!(locale, usage.tiles.asked_note), "{calls}", &count(locale, totals.calls)),
        },
        Tile {
            name: td_string!(locale, usage.tiles.looks),
            figure: count(locale, totals.made),
            note: filled(td_string!(locale, usage.tiles.looks_note), "{anew}", &count(locale, anew)),
        },
        Tile {
            name: td_string!(locale, usage.tiles.failures),
            figure: count(locale, totals.failed + totals.refused),
            note: failures,
        },
        Tile { name: td_string!(locale, usage.tiles.cost), figure: money(locale, totals.cost_nanos), note: settled },
        Tile {
            name: td_string!(locale, usage.tiles.each),
            figure: each(totals.made),
            note: filled(td_string!(locale, usage.tiles.each_note), "{anew}", &each(anew)),
        },
        Tile {
            name: td_string!(locale, usage.tiles.cached),
            figure: percent(locale, cached, totals.made),
            note: filled(td_string!(locale, usage.tiles.cached_note), "{saved}", &money(locale, totals.saved_nanos)),
        },
    ];
    view! { <dl class="tiles">{tiles.into_iter().map(Tile::view).collect_view()}</dl> }.into_any()
}

impl Tile {
    fn view(self) -> impl IntoView {
        view! {
            <div>
                <dt>{self.name}</dt>
                <dd class="figure">{self.figure}</dd>
                <dd class="quiet-note">{self.note}</dd>
            </div>
        }
    }
}
