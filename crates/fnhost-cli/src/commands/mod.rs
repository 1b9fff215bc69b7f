//! One file per command.

pub(crate) mod build;
pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod config;
pub(crate) mod deliveries;
pub(crate) mod demo;
pub(crate) mod events;
pub(crate) mod filter;
pub(crate) mod new;
pub(crate) mod replay;
pub(crate) mod run;
pub(crate) mod serve;
pub(crate) mod show;
pub(crate) mod torture;
