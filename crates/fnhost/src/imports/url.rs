//! `fnhost:destination/url`: URLs after the WHATWG standard. Hosts are parsed by the crate `url`; the rest is ours, as
//! that crate reads `file:` URLs and those of unknown schemes in ways of its own.

mod parse;
mod record;
mod set;

use super::bindings::fnhost::destination::url::{Host, Member};
use crate::sandbox::Sandbox;
use parse::parse;

impl Host for Sandbox {
    async fn parse(&mut self, input: String, base: Option<String>) -> wasmtime::Result<Option<String>> {
        self.charge(input.len() + base.as_ref().map_or(0, String::len)).await?;
        let url = match base {
            None => parse(&input, None),
            Some(base) => parse(&base, None).and_then(|base| parse(&input, Some(&base))),
        };
        Ok(url.map(|url| url.text()))
    }

    async fn set(&mut self, href: String, member: Member, value: String) -> wasmtime::Result<Option<String>> {
        self.charge(href.len() + value.len()).await?;
        let Some(mut url) = parse(&href, None) else { return Ok(None) };
        match member {
            Member::Href => return Ok(parse(&value, None).map(|url| url.text())),
            Member::Protocol => set::set_protocol(&mut url, &value),
            Member::Username => set::set_username(&mut url, &value),
            Member::Password => set::set_password(&mut url, &value),
            Member::Host => set::set_host(&mut url, &value, true),
            Member::Hostname => set::set_host(&mut url, &value, false),
            Member::Port => set::set_port(&mut url, &value),
            Member::Pathname => set::set_pathname(&mut url, &value),
            Member::Search => set::set_search(&mut url, &value),
            Member::Hash => set::set_hash(&mut url, &value),
        }
        Ok(Some(url.text()))
    }

    async fn parse_query(&mut self, query: String) -> wasmtime::Result<Vec<(String, String)>> {
        self.charge(query.len()).await?;
        Ok(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    async fn serialize_query(&mut self, pairs: Vec<(String, String)>) -> wasmtime::Result<String> {
        self.charge(pairs.iter().map(|(name, value)| name.len() + value.len()).sum()).await?;
        Ok(form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
    }
}
