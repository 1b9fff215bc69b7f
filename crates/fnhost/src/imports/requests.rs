//! `fnhost:destination/requests`: why a request had no answer, in Node's words.

use super::bindings::fnhost::destination::requests::Host;
use crate::sandbox::Sandbox;

impl Host for Sandbox {
    async fn failure(&mut self, url: String) -> wasmtime::Result<Option<(String, String)>> {
        self.charge(url.len()).await?;
        Ok(self.egress.failure(&url))
    }
}
