//! The parts of the pages, one a file.

pub mod studio;
