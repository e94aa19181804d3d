//! What happened when, as stacked bars: an SVG that says in words what it shows, and the table behind it.
//!
//! Lengths are percentages, so that bars and letters keep their shape at every width. Series are told apart by how they are filled, not by
//! their colour alone: what was paid for is solid, what was not is hollow, what failed is hatched.

use leptos::prelude::*;
use leptos_i18n::td_string;

use super::format::{self, Format, count, money, round_money};
use super::scale::{Axis, WHOLE, length, share};
use super::table::{Cell, Head, Row, Table};
use crate::app::components::filled;
use crate::i18n::Locale;
use crate::store::usage::{Report, Slot};

const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;

/// The hatch of what failed. It has a definition in the chart that uses it.
const HATCH: &str = "url(#hatch)";

/// A chart of a report's slots.
struct Chart {
    /// What its ids begin with.
    id: &'static str,
    table_id: &'static str,
    title: &'static str,
    /// Said where there is nothing to draw.
    empty: &'static str,
    /// From the bottom up.
    series: Vec<Series>,
    /// How its numbers are written.
    number: Format,
    /// How those of its axis are written.
    mark: Format,
}

/// One kind of thing that is counted.
struct Series {
    name: &'static str,
    class: &'static str,
    fill: Option<&'static str>,
    value: fn(&Slot) -> u64,
}

/// Looks and failures.
pub(super) fn looks(locale: Locale, report: &Report) -> AnyView {
    let chart = Chart {
        id: "looks",
        table_id: "looks-table",
        title: td_string!(locale, usage.charts.looks),
        empty: td_string!(locale, usage.charts.no_looks),
        series: vec![
            Series {
                name: td_string!(locale, usage.charts.anew),
                class: "paid",
                fill: None,
                value: |slot| slot.made.saturating_sub(slot.cached),
            },
            Series {
                name: td_string!(locale, usage.charts.cached),
                class: "free",
                fill: None,
                value: |slot| slot.cached,
            },
            Series {
                name: td_string!(locale, usage.charts.failures),
                class: "failed",
                fill: Some(HATCH),
                value: |slot| slot.failed,
            },
        ],
        number: count,
        mark: count,
    };
    chart.view(locale, report)
}

/// Money spent and saved.
pub(super) fn costs(locale: Locale, report: &Report) -> AnyView {
    let chart = Chart {
        id: "money",
        table_id: "money-table",
        title: td_string!(locale, usage.charts.money),
        empty: td_string!(locale, usage.charts.no_money),
        series: vec![
            Series {
                name: td_string!(locale, usage.charts.spent),
                class: "paid",
                fill: None,
                value: |slot| slot.cost_nanos,
            },
            Series {
                name: td_string!(locale, usage.charts.saved),
                class: "free",
                fill: None,
                value: |slot| slot.saved_nanos,
            },
        ],
        number: money,
        mark: round_money,
    };
    chart.view(locale, report)
}

impl Chart {
    fn view(&self, locale: Locale, report: &Report) -> AnyView {
        let highest = report.series.iter().max_by_key(|slot| self.height(slot));
        let body = match highest {
            Some(highest) if self.height(highest) > 0 => self.drawn(locale, report, highest),
            _ => view! { <p class="quiet-note">{self.empty}</p> }.into_any(),
        };
        view! {
            <section>
                <h2>{self.title}</h2>
                {body}
            </section>
        }
        .into_any()
    }

    fn drawn(&self, locale: Locale, report: &Report, highest: &Slot) -> AnyView {
        let axis = Axis::up_to(self.height(highest));
        let title_id = format!("{}-title", self.id);
        let about_id = format!("{}-about", self.id);
        let labelled_by = format!("{title_id} {about_id}");
        let about = self.about(locale, report, highest);
        let marks: Vec<u64> = axis.marks().collect();
        let lines = marks.iter().map(|mark| {
            let y = length(WHOLE - axis.height(*mark));
            view! { <line class="grid" x1="0" x2="100%" y1=y.clone() y2=y /> }
        });
        let marks = marks.iter().map(|mark| view! { <span>{(self.mark)(locale, *mark)}</span> });
        view! {
            {self.legend(locale, report)}
            <div class="plot">
                <div class="marks" aria-hidden="true">
                    {marks.collect_view()}
                </div>
                <svg class="bars" role="img" aria-labelledby=labelled_by>
                    <title id=title_id>{self.title}</title>
                    <desc id=about_id>{about}</desc>
                    {self.hatch()}
                    {lines.collect_view()}
                    {self.columns(locale, report, axis)}
                </svg>
                {times(locale, report)}
            </div>
            <details>
                <summary>{td_string!(locale, usage.charts.table)}</summary>
                {self.table(locale, report).view()}
            </details>
        }
        .into_any()
    }

    /// Everything that is in a slot.
    fn height(&self, slot: &Slot) -> u64 {
        self.series.iter().fold(0, |sum, series| sum.saturating_add((series.value)(slot)))
    }

    /// What is in these slots, by name.
    fn told(&self, locale: Locale, slots: &[Slot]) -> String {
        let told = self.series.iter().map(|series| {
            let sum = (self.number)(locale, series.sum(slots));
            format!("{}: {sum}", series.name)
        });
        told.collect::<Vec<_>>().join(", ")
    }

    fn about(&self, locale: Locale, report: &Report, highest: &Slot) -> String {
        let sums = self.told(locale, &report.series);
        let most = (self.number)(locale, self.height(highest));
        let about = filled(td_string!(locale, usage.charts.about), "{sums}", &sums);
        filled(&filled(&about, "{most}", &most), "{when}", &format::moment(locale, highest.from_ms))
    }

    fn legend(&self, locale: Locale, report: &Report) -> AnyView {
        let key = |series: &Series| {
            let sum = (self.number)(locale, series.sum(&report.series));
            view! {
                <li>
                    <svg class="key" aria-hidden="true">
                        <rect class=series.class fill=series.fill width="100%" height="100%" />
                    </svg>
                    <span>{series.name}</span>
                    <strong>{sum}</strong>
                </li>
            }
        };
        view! { <ul class="legend">{self.series.iter().map(key).collect_view()}</ul> }.into_any()
    }

    fn hatch(&self) -> Option<impl IntoView + use<>> {
        let is_needed = self.series.iter().any(|series| series.fill == Some(HATCH));
        is_needed.then(|| {
            view! {
                <defs>
                    <pattern
                        id="hatch"
                        width="5"
                        height="5"
                        patternUnits="userSpaceOnUse"
                        patternTransform="rotate(45)"
                    >
                        <line class="hatch" x1="1" x2="1" y1="0" y2="5" />
                    </pattern>
                </defs>
            }
        })
    }

    fn columns(&self, locale: Locale, report: &Report, axis: Axis) -> AnyView {
        let slots = report.series.len() as u64;
        let column = |(number, slot): (u64, &Slot)| {
            let told =
                format!("{}. {}", format::moment(locale, slot.from_ms), self.told(locale, std::slice::from_ref(slot)));
            // A sixth of a slot stays free on either side.
            let x = length(share(6 * number + 1, 6 * slots));
            let width = length(share(4, 6 * slots));
            let heights: Vec<u64> = self.series.iter().map(|series| (series.value)(slot)).collect();
            let bar = |(series, (top, height)): (&Series, (u64, u64))| {
                view! {
                    <rect
                        class=series.class
                        fill=series.fill
                        x=x.clone()
                        width=width.clone()
                        y=length(top)
                        height=length(height)
                    />
                }
            };
            let bars = self.series.iter().zip(stacked(&heights, axis)).filter(|(_, (_, height))| *height > 0);
            view! {
                <g>
                    <title>{told}</title>
                    <rect
                        class="hit"
                        x=length(share(number, slots))
                        width=length(share(1, slots))
                        height="100%"
                    />
                    {bars.map(bar).collect_view()}
                </g>
            }
        };
        (0..).zip(&report.series).map(column).collect_view().into_any()
    }

    fn table(&self, locale: Locale, report: &Report) -> Table {
        let mut heads = vec![Head::Words(td_string!(locale, usage.charts.begins))];
        heads.extend(self.series.iter().map(|series| Head::Number(series.name)));
        let cells = |slots: &[Slot]| -> Vec<Cell> {
            let cell = |series: &Series| Cell::Number(format::or_none(locale, series.sum(slots), self.number));
            self.series.iter().map(cell).collect()
        };
        let row = |slot: &Slot| Row {
            name: format::moment(locale, slot.from_ms).into_any(),
            cells: cells(std::slice::from_ref(slot)),
        };
        let sum = Row { name: td_string!(locale, usage.charts.sum).into_any(), cells: cells(&report.series) };
        Table {
            id: self.table_id,
            caption: self.title,
            heads,
            rows: report.series.iter().map(row).collect(),
            sum: Some(sum),
        }
    }
}

impl Series {
    fn sum(&self, slots: &[Slot]) -> u64 {
        slots.iter().fold(0, |sum: u64, slot| sum.saturating_add((self.value)(slot)))
    }
}

/// Values one upon the other: how far each is from the top, and how high it is, in hundredths of a percent.
fn stacked(values: &[u64], axis: Axis) -> Vec<(u64, u64)> {
    let places = values.iter().scan(0_u64, |below, value| {
        let bottom = axis.height(*below);
        *below = below.saturating_add(*value);
        let top = axis.height(*below);
        Some((WHOLE - top, top - bottom))
    });
    places.collect()
}

/// The times under a chart. The table tells them to those who do not see it.
fn times(locale: Locale, report: &Report) -> AnyView {
    let slots = report.series.len() as u64;
    let last = slots.saturating_sub(2);
    let marked = (0..).zip(&report.series).filter_map(|(number, slot)| {
        // At the edges a time would be cut off.
        let has_room = (2..last).contains(&number);
        let text = time_mark(locale, report.slot_ms, number, slot.from_ms).filter(|_| has_room)?;
        let x = length(share(2 * number + 1, 2 * slots));
        Some(view! { <text x=x y="1em">{text}</text> })
    });
    view! {
        <svg class="times" aria-hidden="true">
            {marked.collect_view()}
        </svg>
    }
    .into_any()
}

/// What is written under a slot: so much that there is room for it on a phone.
fn time_mark(locale: Locale, slot_ms: u64, number: u64, from_ms: u64) -> Option<String> {
    let hour = from_ms % DAY_MS / HOUR_MS;
    if slot_ms >= DAY_MS {
        (number % 5 == 2).then(|| format::date(locale, from_ms))
    } else if hour == 0 {
        Some(format::date(locale, from_ms))
    } else {
        (slot_ms == HOUR_MS && hour.is_multiple_of(6)).then(|| format::time_of_day(from_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::{DAY_MS, HOUR_MS, stacked, time_mark};
    use crate::app::pages::usage::scale::{Axis, WHOLE};
    use crate::guard::usage::Period;
    use crate::i18n::Locale;

    #[test]
    fn bars_stand_upon_each_other_without_a_gap() {
        let axis = Axis::up_to(10);
        assert_eq!(stacked(&[5, 0, 2], axis), [(5000, 5000), (5000, 0), (3000, 2000)]);
        for values in [[1, 1, 1], [7, 0, 3], [3, 3, 4]] {
            let places = stacked(&values, Axis::up_to(11));
            let end = places.iter().fold(WHOLE, |bottom, (top, height)| {
                assert_eq!(top + height, bottom, "{values:?}");
                *top
            });
            assert!(end < WHOLE);
        }
    }

    #[test]
    fn a_phone_has_room_for_the_times_of_every_period() {
        // 25 November 2026, 14:05.
        let now_ms = 1_795_615_500_000;
        for (period, slot_ms, expected) in [
            (Period::Day, HOUR_MS, vec!["18:00", "25.11", "06:00", "12:00"]),
            (Period::Week, 6 * HOUR_MS, vec!["19.11", "20.11", "21.11", "22.11", "23.11", "24.11", "25.11"]),
            (Period::Month, DAY_MS, vec!["29.10", "03.11", "08.11", "13.11", "18.11", "23.11"]),
        ] {
            let (from_ms, until_ms) = period.bounds(now_ms);
            let slots = (0..).map(|number| (number, from_ms + number * slot_ms));
            let marks = slots
                .take_while(|(_, begin_ms)| *begin_ms < until_ms)
                .filter_map(|(number, begin_ms)| time_mark(Locale::ru, slot_ms, number, begin_ms));
            assert_eq!(marks.collect::<Vec<_>>(), expected, "{period:?}");
        }
    }
}
