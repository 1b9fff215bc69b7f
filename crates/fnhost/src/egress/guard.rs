//! Which addresses functions may reach: those of the public internet, and the networks that whoever runs the host
//! lists. Whether a function can be talked into a request to a neighbour of its host (server-side request forgery,
//! SSRF) must not depend on how the neighbour's address is written or who resolves it, so an address is looked at
//! where a connection is made to it.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

/// The networks that are reached although they are not public.
#[derive(Debug, Clone)]
pub(crate) struct Guard {
    allowed: Arc<[IpNet]>,
}

impl Guard {
    pub(crate) fn new(allowed: impl IntoIterator<Item = IpNet>) -> Guard {
        Guard { allowed: allowed.into_iter().collect() }
    }

    /// Why `address` is not reached, in a word or two that stand before "address"; none where it is.
    pub(crate) fn refusal(&self, address: IpAddr) -> Option<&'static str> {
        let embedded = match address {
            IpAddr::V4(_) => None,
            IpAddr::V6(address) => embedded(address),
        };
        let plain = match embedded {
            Some((Embedding::Mapped, address)) => IpAddr::V4(address),
            _ => address,
        };
        let is_allowed = |wanted| self.allowed.iter().any(|network| network.contains(&wanted));
        // To open a network is not to give away the credentials of the machine.
        if METADATA.contains(&plain) {
            return (!self.allowed.contains(&IpNet::from(plain))).then_some("cloud metadata");
        }
        let class = class(address);
        match (class, embedded) {
            (None, _) => None,
            // A translated address leads to the one in it.
            (_, Some((Embedding::Translated, inner))) if is_allowed(address) => self.refusal(IpAddr::V4(inner)),
            _ if is_allowed(address) || is_allowed(plain) => None,
            _ => class,
        }
    }

    /// Why the host `name` is not even resolved; none where it is.
    pub(crate) fn refusal_of_name(name: &str) -> Option<&'static str> {
        let name = name.strip_suffix('.').unwrap_or(name);
        METADATA_NAMES.iter().any(|known| known.eq_ignore_ascii_case(name)).then_some("cloud metadata")
    }
}

/// How an IPv6 address has one of IPv4 in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Embedding {
    /// The operating system connects to the address in it.
    Mapped,
    /// A router on the way does.
    Translated,
}

/// The address of IPv4 that packets to `address` end up at, if they do.
fn embedded(address: Ipv6Addr) -> Option<(Embedding, Ipv4Addr)> {
    let bits = address.to_bits();
    let low = Ipv4Addr::from_bits(bits as u32);
    if let Some(mapped) = address.to_ipv4_mapped() {
        return Some((Embedding::Mapped, mapped));
    }
    // RFC 6052 and 8215; what else is longer than 96 bits has the address at its end too.
    if NAT64.contains(&address) || NAT64_LOCAL.contains(&address) {
        return Some((Embedding::Translated, low));
    }
    // RFC 3056, RFC 4380.
    if SIX_TO_FOUR.contains(&address) {
        return Some((Embedding::Translated, Ipv4Addr::from_bits((bits >> 80) as u32)));
    }
    if TEREDO.contains(&address) {
        return Some((Embedding::Translated, Ipv4Addr::from_bits(!(bits as u32))));
    }
    None
}

/// What kind of address that is not public `address` is; none if it is public.
fn class(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => IPV4.iter().find(|(network, _)| network.contains(&address)).map(|(_, class)| *class),
        IpAddr::V6(address) => {
            let found = IPV6.iter().find(|(network, _)| network.contains(&address)).map(|(_, class)| *class);
            // Nothing else is handed out: https://www.iana.org/assignments/ipv6-address-space
            found.or_else(|| (!GLOBAL_UNICAST.contains(&address)).then_some("reserved"))
        }
    }
}

/// Addresses that hand out credentials or configuration of the machine: AWS, Google Cloud, Azure, DigitalOcean and
/// many more; ECS, EKS; AWS over IPv6, EKS over IPv6; Google Cloud over IPv6; Alibaba Cloud; Azure's platform;
/// Oracle Cloud; Scaleway, also over IPv6; Tencent Cloud.
const METADATA: [IpAddr; 13] = [
    IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)),
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 2)),
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 23)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23)),
    IpAddr::V6(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    IpAddr::V4(Ipv4Addr::new(192, 0, 0, 192)),
    IpAddr::V4(Ipv4Addr::new(169, 254, 42, 42)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0x42, 0, 0, 0, 0, 0, 0x42)),
    IpAddr::V4(Ipv4Addr::new(169, 254, 0, 23)),
    IpAddr::V4(Ipv4Addr::new(169, 254, 169, 253)),
];

/// Names of the same, as the providers' documentations have them.
const METADATA_NAMES: [&str; 9] = [
    "metadata",
    "metadata.google.internal",
    "metadata.goog",
    "metadata.azure.internal",
    "metadata.azure.com",
    "metadata.tencentyun.com",
    "metadata.platformequinix.com",
    "instance-data",
    "instance-data.ec2.internal",
];

const fn v4(a: u8, b: u8, c: u8, d: u8, bits: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), bits)
}

const fn v6(a: u16, b: u16, c: u16, d: u16, bits: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0), bits)
}

/// What is not public, by https://www.iana.org/assignments/iana-ipv4-special-registry and the registry of multicast;
/// first come those that lie within others.
const IPV4: [(Ipv4Net, &str); 20] = [
    (v4(0, 0, 0, 0, 32), "unspecified"),
    (v4(0, 0, 0, 0, 8), "reserved"),
    (v4(10, 0, 0, 0, 8), "private"),
    (v4(100, 64, 0, 0, 10), "carrier-grade NAT"),
    (v4(127, 0, 0, 0, 8), "loopback"),
    (v4(169, 254, 0, 0, 16), "link-local"),
    (v4(172, 16, 0, 0, 12), "private"),
    (v4(192, 0, 0, 0, 24), "reserved"),
    (v4(192, 0, 2, 0, 24), "documentation"),
    (v4(192, 31, 196, 0, 24), "reserved"),
    (v4(192, 52, 193, 0, 24), "reserved"),
    (v4(192, 88, 99, 0, 24), "6to4"),
    (v4(192, 168, 0, 0, 16), "private"),
    (v4(192, 175, 48, 0, 24), "reserved"),
    (v4(198, 18, 0, 0, 15), "benchmarking"),
    (v4(198, 51, 100, 0, 24), "documentation"),
    (v4(203, 0, 113, 0, 24), "documentation"),
    (v4(224, 0, 0, 0, 4), "multicast"),
    (v4(255, 255, 255, 255, 32), "broadcast"),
    (v4(240, 0, 0, 0, 4), "reserved"),
];

const GLOBAL_UNICAST: Ipv6Net = v6(0x2000, 0, 0, 0, 3);
const TEREDO: Ipv6Net = v6(0x2001, 0, 0, 0, 32);
const SIX_TO_FOUR: Ipv6Net = v6(0x2002, 0, 0, 0, 16);
const NAT64: Ipv6Net = v6(0x64, 0xff9b, 0, 0, 96);
const NAT64_LOCAL: Ipv6Net = v6(0x64, 0xff9b, 1, 0, 48);

/// As [`IPV4`], by https://www.iana.org/assignments/iana-ipv6-special-registry.
const IPV6: [(Ipv6Net, &str); 20] = [
    (v6(0, 0, 0, 0, 128), "unspecified"),
    (Ipv6Net::new_assert(Ipv6Addr::LOCALHOST, 128), "loopback"),
    (Ipv6Net::new_assert(Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96), "IPv4-mapped"),
    (v6(0, 0, 0, 0, 96), "IPv4-compatible"),
    (NAT64, "NAT64"),
    (NAT64_LOCAL, "NAT64"),
    (v6(0x100, 0, 0, 0, 64), "discard-only"),
    (TEREDO, "Teredo"),
    (v6(0x2001, 2, 0, 0, 48), "benchmarking"),
    (v6(0x2001, 0xdb8, 0, 0, 32), "documentation"),
    // Addresses of the IETF's own protocols: ORCHID, AMT and others.
    (v6(0x2001, 0, 0, 0, 23), "reserved"),
    (SIX_TO_FOUR, "6to4"),
    (v6(0x2620, 0x4f, 0x8000, 0, 48), "reserved"),
    (v6(0x3fff, 0, 0, 0, 20), "documentation"),
    (v6(0x5f00, 0, 0, 0, 16), "reserved"),
    (v6(0xfc00, 0, 0, 0, 7), "unique local"),
    (v6(0xfe80, 0, 0, 0, 10), "link-local"),
    (v6(0xfec0, 0, 0, 0, 10), "site-local"),
    (v6(0xff00, 0, 0, 0, 8), "multicast"),
    // The experimental network of old.
    (v6(0x3ffe, 0, 0, 0, 16), "reserved"),
];
