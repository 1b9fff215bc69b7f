//! What one function may do on its way out: the networks and hosts that it reaches.

use super::guard::Guard;
use ipnet::IpNet;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use url::Host;

/// Where the requests of a function may go. By default to every public address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EgressRules {
    /// Networks that are reached although they are not public, besides those of the whole host
    /// ([`HostOptions::allow_net`](crate::HostOptions::allow_net)).
    pub allow_net: Vec<IpNet>,
    /// The hosts that are reached; none: all. An empty list is no host at all.
    pub hosts: Option<Vec<HostPattern>>,
}

impl EgressRules {
    /// Lets requests reach `network` although it is not public.
    pub fn allow_net(mut self, network: IpNet) -> EgressRules {
        self.allow_net.push(network);
        self
    }

    /// Lets requests reach `hosts` and no others.
    pub fn hosts(mut self, hosts: impl IntoIterator<Item = HostPattern>) -> EgressRules {
        self.hosts = Some(hosts.into_iter().collect());
        self
    }

    /// Why connections to `address` are refused by these rules alone, `loopback` or `private` say; none where they are
    /// not.
    pub fn refusal(&self, address: IpAddr) -> Option<&'static str> {
        Guard::new(self.allow_net.iter().copied()).refusal(address)
    }

    /// Whether `hosts` has the one of `uri`.
    pub(super) fn reaches(&self, uri: &http::Uri) -> bool {
        self.hosts.as_ref().is_none_or(|patterns| HostPattern::any_matches(patterns, uri))
    }
}

/// A host, or all under a domain, with any port or one: `api.example.com`, `*.example.org:443`, `192.0.2.7`,
/// `[2001:db8::7]:8080`. `*.example.org` is `a.example.org` and `a.b.example.org`, but not `example.org`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPattern {
    host: Host,
    /// Whether all below `host` is meant instead of it.
    below: bool,
    port: Option<u16>,
}

/// A text that is no pattern of hosts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` {problem}")]
pub struct HostPatternError {
    text: String,
    problem: &'static str,
}

impl HostPattern {
    /// Whether the host of `uri` is one of those that `patterns` mean.
    pub(super) fn any_matches(patterns: &[HostPattern], uri: &http::Uri) -> bool {
        let Some(host) = uri.host().and_then(|host| Host::parse(host).ok()) else { return false };
        let port = uri.port_u16().unwrap_or(if uri.scheme() == Some(&http::uri::Scheme::HTTPS) { 443 } else { 80 });
        patterns.iter().any(|pattern| pattern.matches(&host, port))
    }

    /// Whether requests to `port` of `host` are meant.
    pub(crate) fn matches(&self, host: &Host, port: u16) -> bool {
        if self.port.is_some_and(|wanted| wanted != port) {
            return false;
        }
        match (&self.host, host) {
            (Host::Domain(wanted), Host::Domain(name)) => {
                // A name may be written with the dot of the root.
                let name = name.strip_suffix('.').unwrap_or(name);
                if !self.below {
                    return name == wanted;
                }
                name.strip_suffix(wanted.as_str()).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
            }
            (wanted, host) => wanted == host,
        }
    }
}

impl FromStr for HostPattern {
    type Err = HostPatternError;

    fn from_str(text: &str) -> Result<HostPattern, HostPatternError> {
        let problem = |problem| HostPatternError { text: text.to_owned(), problem };
        if text == "*" {
            return Err(problem("is every host; leave `hosts` out for that"));
        }
        if text.contains("://") || text.contains(['/', '@', '?', '#']) {
            return Err(problem("has more than a host and a port, such as `api.example.com:443`"));
        }
        let (host, port) = match text.rsplit_once(':') {
            // The colons of an address of IPv6 are within brackets.
            Some((host, port)) if !port.ends_with(']') => {
                let number = port.parse().ok().filter(|number| *number != 0 && !port.starts_with('+'));
                (host, Some(number.ok_or_else(|| problem("has a port that is not one: 1 to 65535"))?))
            }
            _ => (text, None),
        };
        let (below, name) = match host.strip_prefix("*.") {
            Some(name) => (true, name),
            None => (false, host),
        };
        if name.contains('*') {
            return Err(problem("has a `*` that is not all of its first label, as in `*.example.com`"));
        }
        let host = match Host::parse(name) {
            // As it is matched: without the dot of the root.
            Ok(Host::Domain(name)) => Host::Domain(name.strip_suffix('.').unwrap_or(&name).to_owned()),
            Ok(address) => address,
            Err(_) => return Err(problem("is not a host")),
        };
        if matches!(&host, Host::Domain(name) if name.split('.').any(str::is_empty)) {
            return Err(problem("is not a host"));
        }
        if below && !matches!(host, Host::Domain(_)) {
            return Err(problem("has a `*` before an address; only names have hosts below them"));
        }
        Ok(HostPattern { host, below, port })
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.below { "*." } else { "" })?;
        write!(f, "{}", self.host)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}
