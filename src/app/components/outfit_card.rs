//! What step 1 saw, as a card. Labels are the page's words; values are the model's, in English, and marked as such.

use leptos::prelude::*;

use super::late::{fixed, live};
use super::words::{Language, Words};
use crate::i18n::Locale;
use crate::look::outfit::{Color, Outfit, Piece, Slot, Source};

/// A description of the outfit. Each row stands there only if it is known.
#[component]
pub(crate) fn OutfitCard(language: Language, outfit: Outfit) -> impl IntoView {
    let mut rows: Vec<Row> = Vec::new();
    if let Some(slot) = outfit.slot {
        rows.push((words!(outfit.slot), vec![Value::Ours(slot_words(slot))]));
    }
    if let Some(source) = outfit.source {
        rows.push((words!(outfit.source), vec![Value::Ours(source_words(source))]));
    }
    // A single piece is the outfit itself and needs no title of its own.
    let is_single = outfit.pieces.len() == 1;
    let piece = move |mut piece: Piece| {
        let name = Some(std::mem::take(&mut piece.name)).filter(|name| !is_single && !name.is_empty());
        view! {
            {name.map(|name| view! { <h3 lang="en">{name}</h3> })}
            {list(language, rows_of(piece))}
        }
    };
    view! {
        <section class="outfit" aria-labelledby="garment">
            <p class="eyebrow">{say!(language, outfit.title)}</p>
            <h2 id="garment" lang="en">
                {outfit.garment_type}
            </h2>
            {list(language, rows)}
            {fixed(outfit.pieces.into_iter().map(piece))}
        </section>
    }
}

/// A value of a row.
#[derive(Clone)]
enum Value {
    /// A word of ours, for what is one of a few.
    Ours(Words),
    /// A word of the model's.
    Theirs(String),
    /// A colour, shown beside its name.
    Color(Color),
}

type Row = (Words, Vec<Value>);

fn rows_of(piece: Piece) -> Vec<Row> {
    let details = Some(piece.details.join(", ")).filter(|details| !details.is_empty());
    let texts: [(Words, Option<String>); 10] = [
        (words!(outfit.pattern), piece.pattern),
        (words!(outfit.material), piece.material),
        (words!(outfit.finish), piece.finish),
        (words!(outfit.neckline), piece.neckline),
        (words!(outfit.sleeves), piece.sleeves),
        (words!(outfit.length), piece.length),
        (words!(outfit.fit), piece.fit),
        (words!(outfit.closure), piece.closure),
        (words!(outfit.details), details),
        (words!(outfit.text), piece.text_on_garment),
    ];
    let mut rows: Vec<Row> = Vec::new();
    if !piece.colors.is_empty() {
        rows.push((words!(outfit.colors), piece.colors.into_iter().map(Value::Color).collect()));
    }
    for (name, text) in texts {
        rows.extend(text.map(|text| (name, vec![Value::Theirs(text)])));
    }
    rows
}

fn list(language: Language, rows: Vec<Row>) -> impl IntoView {
    let row = move |(name, values): Row| {
        view! {
            <div>
                <dt>{super::words::say(language, name)}</dt>
                <dd>{fixed(values.into_iter().map(|value| value.view(language)))}</dd>
            </div>
        }
    };
    view! { <dl>{fixed(rows.into_iter().map(row))}</dl> }
}

impl Value {
    /// The colour is a presentation attribute, because the content security policy allows no inline style.
    fn view(self, language: Language) -> impl IntoView {
        let lang = (!matches!(self, Self::Ours(_))).then_some("en");
        let hex = if let Self::Color(Color { hex: Some(hex), .. }) = &self { Some(hex.clone()) } else { None };
        let swatch = hex.map(|hex| {
            view! {
                <svg class="swatch" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
                    <circle cx="10" cy="10" r="9.5" fill=hex />
                </svg>
            }
        });
        view! { <span class="value" lang=lang>{swatch} {live(move || self.text(language.get()))}</span> }
    }

    fn text(&self, locale: Locale) -> String {
        match self {
            Self::Ours(words) => words(locale).to_owned(),
            Self::Theirs(text) => text.clone(),
            Self::Color(color) => color.name.clone(),
        }
    }
}

fn slot_words(slot: Slot) -> Words {
    match slot {
        Slot::Top => words!(outfit.top),
        Slot::Bottom => words!(outfit.bottom),
        Slot::OnePiece => words!(outfit.one_piece),
        Slot::Outerwear => words!(outfit.outerwear),
        Slot::Footwear => words!(outfit.footwear),
        Slot::Accessory => words!(outfit.accessory),
        Slot::Set => words!(outfit.set),
    }
}

fn source_words(source: Source) -> Words {
    match source {
        Source::FlatLay => words!(outfit.flat_lay),
        Source::Worn => words!(outfit.worn),
    }
}
