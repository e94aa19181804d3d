//! A Primerka and an upstream for it, each on a port of its own.

mod app;
mod pictures;
mod upstream;

pub(crate) use app::{TestApp, TestForm, events, names, read_until};
pub(crate) use pictures::{encoded, garment, jpeg, person, picture, with_exif};
pub(crate) use upstream::{Answer, Upstream};
