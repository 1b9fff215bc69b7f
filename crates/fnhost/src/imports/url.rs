//! `fnhost:destination/url`: URLs after the WHATWG standard.

use super::bindings::fnhost::destination::url::{Host, Member, Parts};
use crate::sandbox::Sandbox;
use url::{Position, Url, quirks};

impl Host for Sandbox {
    async fn parse(&mut self, input: String, base: Option<String>) -> wasmtime::Result<Option<Parts>> {
        self.charge(input.len() + base.as_ref().map_or(0, String::len)).await?;
        let url = match base {
            None => Url::parse(&input),
            Some(base) => Url::parse(&base).and_then(|base| base.join(&input)),
        };
        Ok(url.ok().map(parts))
    }

    async fn set(&mut self, href: String, member: Member, value: String) -> wasmtime::Result<Option<Parts>> {
        self.charge(href.len() + value.len()).await?;
        let Ok(mut url) = Url::parse(&href) else { return Ok(None) };
        // The standard's setters ignore a value that is no good; `href` alone throws.
        match member {
            Member::Href => return Ok(Url::parse(&value).ok().map(parts)),
            Member::Protocol => drop(quirks::set_protocol(&mut url, &value)),
            Member::Username => drop(quirks::set_username(&mut url, &value)),
            Member::Password => drop(quirks::set_password(&mut url, &value)),
            Member::Host => drop(quirks::set_host(&mut url, &value)),
            Member::Hostname => drop(quirks::set_hostname(&mut url, &value)),
            Member::Port => drop(quirks::set_port(&mut url, &value)),
            Member::Pathname => quirks::set_pathname(&mut url, &value),
            Member::Search => quirks::set_search(&mut url, &value),
            Member::Hash => quirks::set_hash(&mut url, &value),
        }
        Ok(Some(parts(url)))
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

fn parts(url: Url) -> Parts {
    let offset = |position: Position| url[..position].len() as u32;
    // The crate finds no password by its position where there is a user name alone.
    let (password_start, password_end) = match url.password() {
        Some(_) => (offset(Position::BeforePassword), offset(Position::AfterPassword)),
        None => (offset(Position::AfterUsername), offset(Position::AfterUsername)),
    };
    Parts {
        protocol_end: offset(Position::AfterScheme) + 1,
        username_start: offset(Position::BeforeUsername),
        username_end: offset(Position::AfterUsername),
        password_start,
        password_end,
        host_start: offset(Position::BeforeHost),
        host_end: offset(Position::AfterHost),
        port_start: offset(Position::BeforePort),
        port_end: offset(Position::AfterPort),
        pathname_start: offset(Position::BeforePath),
        pathname_end: offset(Position::AfterPath),
        // An empty query or fragment counts as none, though the `?` or `#` stays in `href`.
        search_start: if quirks::search(&url).is_empty() {
            offset(Position::AfterQuery)
        } else {
            offset(Position::AfterPath)
        },
        search_end: offset(Position::AfterQuery),
        hash_start: if quirks::hash(&url).is_empty() {
            url.as_str().len() as u32
        } else {
            offset(Position::AfterQuery)
        },
        origin: quirks::origin(&url),
        href: url.into(),
    }
}
