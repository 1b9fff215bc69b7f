//! One file per command.

pub(crate) mod build;
pub(crate) mod check;
pub(crate) mod demo;
pub(crate) mod run;
