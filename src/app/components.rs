//! The parts of the pages, one a file. Those that the server's pages share with the studio stand here, the studio's own in `studio/`.

#[macro_use]
mod words;

mod drawings;
mod facts;
mod failure_panel;
mod footer;
mod header;
mod language_switch;
mod late;
mod notices;
mod outfit_card;
mod picture;
mod steps;
pub mod studio;

#[cfg(feature = "ssr")]
pub(crate) use {
    failure_panel::FailurePanel,
    footer::Footer,
    header::Header,
    outfit_card::OutfitCard,
    picture::ResultPicture,
    steps::Steps,
    words::{Language, filled},
};
