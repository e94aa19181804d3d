//! What step 1 saw, as a card. Labels are the page's words; values are the model's, in English, and marked as such.

use leptos::prelude::*;

use super::words::{self, Language, Words};
use crate::look::outfit::{Color, Outfit, Piece, Slot, Source};

/// A description of the outfit. Each row stands there only if it is known.
#[component]
pub(crate) fn OutfitCard(language: Language, outfit: Outfit) -> impl IntoView {
    let mut rows = Vec::new();
    if let Some(slot) = outfit.slot {
        rows.push(row(language, words!(outfit.slot), words::say(language, slot_words(slot)).into_any()));
    }
    if let Some(source) = outfit.source {
        rows.push(row(language, words!(outfit.source), words::say(language, source_words(source)).into_any()));
    }
    // A single piece that says no more than the title needs no title of its own.
    let is_single = outfit.pieces.len() == 1;
    let pieces: Vec<_> = outfit.pieces.into_iter().map(|piece| piece_view(language, piece, is_single)).collect();
    view! {
        <section class="outfit" aria-labelledby="garment">
            <p class="eyebrow">{say!(language, outfit.title)}</p>
            <h2 id="garment" lang="en">
                {outfit.garment_type}
            </h2>
            <dl>{rows}</dl>
            {pieces}
        </section>
    }
}

fn piece_view(language: Language, piece: Piece, is_single: bool) -> AnyView {
    let mut rows = Vec::new();
    if !piece.colors.is_empty() {
        let colors = piece.colors.into_iter().map(swatch).collect_view().into_any();
        rows.push(row(language, words!(outfit.colors), colors));
    }
    let texts: [(Words, Option<String>); 10] = [
        (words!(outfit.pattern), piece.pattern),
        (words!(outfit.material), piece.material),
        (words!(outfit.finish), piece.finish),
        (words!(outfit.neckline), piece.neckline),
        (words!(outfit.sleeves), piece.sleeves),
        (words!(outfit.length), piece.length),
        (words!(outfit.fit), piece.fit),
        (words!(outfit.closure), piece.closure),
        (words!(outfit.details), Some(piece.details.join(", ")).filter(|details| !details.is_empty())),
        (words!(outfit.text), piece.text_on_garment),
    ];
    for (name, value) in texts {
        if let Some(value) = value {
            rows.push(row(language, name, view! { <span lang="en">{value}</span> }.into_any()));
        }
    }
    view! {
        {(!is_single && !piece.name.is_empty()).then(|| view! { <h3 lang="en">{piece.name}</h3> })}
        <dl>{rows}</dl>
    }
    .into_any()
}

fn row(language: Language, name: Words, value: AnyView) -> AnyView {
    view! {
        <div>
            <dt>{words::say(language, name)}</dt>
            <dd>{value}</dd>
        </div>
    }
    .into_any()
}

/// A colour's name beside the colour. A presentation attribute, because the content security policy allows no inline style.
fn swatch(color: Color) -> impl IntoView {
    view! {
        <span class="color">
            {color
                .hex
                .map(|hex| {
                    view! {
                        <svg class="swatch" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
                            <circle cx="10" cy="10" r="9.500" fill=hex />
                        </svg>
                    }
                })} <span lang="en">{color.name}</span>
        </span>
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
