//! Rules of where requests may go, by themselves: which addresses are public, what opened networks change, how hosts
//! are written. What requests come to under them is in `guard.rs`.

use expect_test::{Expect, expect};
use fnhost::{EgressRules, HostPattern};
use std::fmt::Write;

/// Rules that open `networks`.
pub(crate) fn rules(networks: &[&str]) -> EgressRules {
    networks.iter().fold(EgressRules::default(), |rules, network| rules.allow_net(network.parse().unwrap()))
}

/// What `rules` say of each of `addresses`.
fn check_addresses(rules: &EgressRules, addresses: &str, expected: Expect) {
    let mut out = String::new();
    for address in addresses.split_whitespace() {
        let refusal = rules.refusal(address.parse().unwrap()).unwrap_or("reached");
        writeln!(out, "{address:<40} {refusal}").unwrap();
    }
    expected.assert_eq(&out);
}

#[test]
fn addresses_of_ipv4() {
    check_addresses(
        &EgressRules::default(),
        "0.0.0.0 0.0.0.1 0.255.255.255 1.0.0.0 8.8.8.8 9.255.255.255 10.0.0.0 10.255.255.255 11.0.0.0 100.63.255.255 100.64.0.0 \
         100.100.100.200 100.127.255.255 100.128.0.0 126.255.255.255 127.0.0.0 127.0.0.1 127.255.255.255 128.0.0.0 168.63.129.15 \
         168.63.129.16 169.253.255.255 169.254.0.0 169.254.169.254 169.254.170.2 169.254.255.255 169.255.0.0 172.15.255.255 172.16.0.0 \
         172.31.255.255 172.32.0.0 192.0.0.0 192.0.0.192 192.0.0.255 192.0.1.0 192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1 192.167.255.255 \
         192.168.0.0 192.168.255.255 192.169.0.0 192.175.48.1 198.17.255.255 198.18.0.0 198.19.255.255 198.20.0.0 198.51.100.1 203.0.112.255 \
         203.0.113.1 203.0.114.0 223.255.255.255 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.254 255.255.255.255",
        expect![[r#"
            0.0.0.0                                  unspecified
            0.0.0.1                                  reserved
            0.255.255.255                            reserved
            1.0.0.0                                  reached
            8.8.8.8                                  reached
            9.255.255.255                            reached
            10.0.0.0                                 private
            10.255.255.255                           private
            11.0.0.0                                 reached
            100.63.255.255                           reached
            100.64.0.0                               carrier-grade NAT
            100.100.100.200                          cloud metadata
            100.127.255.255                          carrier-grade NAT
            100.128.0.0                              reached
            126.255.255.255                          reached
            127.0.0.0                                loopback
            127.0.0.1                                loopback
            127.255.255.255                          loopback
            128.0.0.0                                reached
            168.63.129.15                            reached
            168.63.129.16                            cloud metadata
            169.253.255.255                          reached
            169.254.0.0                              link-local
            169.254.169.254                          cloud metadata
            169.254.170.2                            cloud metadata
            169.254.255.255                          link-local
            169.255.0.0                              reached
            172.15.255.255                           reached
            172.16.0.0                               private
            172.31.255.255                           private
            172.32.0.0                               reached
            192.0.0.0                                reserved
            192.0.0.192                              cloud metadata
            192.0.0.255                              reserved
            192.0.1.0                                reached
            192.0.2.1                                documentation
            192.31.196.1                             reserved
            192.52.193.1                             reserved
            192.88.99.1                              6to4
            192.167.255.255                          reached
            192.168.0.0                              private
            192.168.255.255                          private
            192.169.0.0                              reached
            192.175.48.1                             reserved
            198.17.255.255                           reached
            198.18.0.0                               benchmarking
            198.19.255.255                           benchmarking
            198.20.0.0                               reached
            198.51.100.1                             documentation
            203.0.112.255                            reached
            203.0.113.1                              documentation
            203.0.114.0                              reached
            223.255.255.255                          reached
            224.0.0.1                                multicast
            239.255.255.255                          multicast
            240.0.0.1                                reserved
            255.255.255.254                          reserved
            255.255.255.255                          broadcast
        "#]],
    );
}

#[test]
fn addresses_of_ipv6() {
    check_addresses(
        &EgressRules::default(),
        ":: ::1 ::2 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:169.254.169.254 ::fffe:8.8.8.8 64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::a00:1 \
         64:ff9b:2:: 100::1 100:0:0:1::1 1fff:ffff::1 2000::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:2::1 2001:10::1 2001:20::1 2001:1ff:ffff::1 \
         2001:200::1 2001:db7::1 2001:db8::1 2001:db9::1 2001:4860:4860::8888 2002:7f00:1:: 2002:808:808:: 2003::1 2606:4700:4700::1111 2620:4f:8000::1 \
         2a00:1450::1 3ffe::1 3fff::1 3fff:fff:ffff::1 3fff:1000::1 4000::1 5f00::1 8000::1 fbff::1 fc00::1 fd00:ec2::254 fd00:ec2::23 fd20:ce::254 fdff::1 \
         fe00::1 fe80::1 febf::1 fec0::1 feff::1 ff00::1 ff02::1 ffff::1",
        expect![[r#"
            ::                                       unspecified
            ::1                                      loopback
            ::2                                      IPv4-compatible
            ::127.0.0.1                              IPv4-compatible
            ::8.8.8.8                                IPv4-compatible
            ::ffff:127.0.0.1                         IPv4-mapped
            ::ffff:8.8.8.8                           IPv4-mapped
            ::ffff:169.254.169.254                   cloud metadata
            ::fffe:8.8.8.8                           reserved
            64:ff9b::7f00:1                          NAT64
            64:ff9b::808:808                         NAT64
            64:ff9b:1::a00:1                         NAT64
            64:ff9b:2::                              reserved
            100::1                                   discard-only
            100:0:0:1::1                             reserved
            1fff:ffff::1                             reserved
            2000::1                                  reached
            2001::1                                  Teredo
            2001:0:4136:e378:8000:63bf:3fff:fdd2     Teredo
            2001:2::1                                benchmarking
            2001:10::1                               reserved
            2001:20::1                               reserved
            2001:1ff:ffff::1                         reserved
            2001:200::1                              reached
            2001:db7::1                              reached
            2001:db8::1                              documentation
            2001:db9::1                              reached
            2001:4860:4860::8888                     reached
            2002:7f00:1::                            6to4
            2002:808:808::                           6to4
            2003::1                                  reached
            2606:4700:4700::1111                     reached
            2620:4f:8000::1                          reserved
            2a00:1450::1                             reached
            3ffe::1                                  reserved
            3fff::1                                  documentation
            3fff:fff:ffff::1                         documentation
            3fff:1000::1                             reached
            4000::1                                  reserved
            5f00::1                                  reserved
            8000::1                                  reserved
            fbff::1                                  reserved
            fc00::1                                  unique local
            fd00:ec2::254                            cloud metadata
            fd00:ec2::23                             cloud metadata
            fd20:ce::254                             cloud metadata
            fdff::1                                  unique local
            fe00::1                                  reserved
            fe80::1                                  link-local
            febf::1                                  link-local
            fec0::1                                  site-local
            feff::1                                  site-local
            ff00::1                                  multicast
            ff02::1                                  multicast
            ffff::1                                  multicast
        "#]],
    );
}

#[test]
fn opened_networks() {
    let all = rules(&["0.0.0.0/0", "::/0"]);
    let some = "10.0.0.1 127.0.0.1 169.254.1.1 169.254.169.254 168.63.129.16 100.100.100.200 8.8.8.8 ::1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 fd00:ec2::254 \
                64:ff9b::a9fe:a9fe 2002:a9fe:a9fe:: 2001:0:0:0:0:0:5601:5601 fe80::1 255.255.255.255";
    check_addresses(
        &all,
        some,
        expect![[r#"
        10.0.0.1                                 reached
        127.0.0.1                                reached
        169.254.1.1                              reached
        169.254.169.254                          cloud metadata
        168.63.129.16                            cloud metadata
        100.100.100.200                          cloud metadata
        8.8.8.8                                  reached
        ::1                                      reached
        ::ffff:10.0.0.1                          reached
        ::ffff:169.254.169.254                   cloud metadata
        fd00:ec2::254                            cloud metadata
        64:ff9b::a9fe:a9fe                       cloud metadata
        2002:a9fe:a9fe::                         cloud metadata
        2001:0:0:0:0:0:5601:5601                 cloud metadata
        fe80::1                                  reached
        255.255.255.255                          reached
    "#]],
    );
    let metadata = rules(&["169.254.169.254/32", "fd00:ec2::254/128"]);
    check_addresses(
        &metadata,
        some,
        expect![[r#"
        10.0.0.1                                 private
        127.0.0.1                                loopback
        169.254.1.1                              link-local
        169.254.169.254                          reached
        168.63.129.16                            cloud metadata
        100.100.100.200                          cloud metadata
        8.8.8.8                                  reached
        ::1                                      loopback
        ::ffff:10.0.0.1                          IPv4-mapped
        ::ffff:169.254.169.254                   reached
        fd00:ec2::254                            reached
        64:ff9b::a9fe:a9fe                       NAT64
        2002:a9fe:a9fe::                         6to4
        2001:0:0:0:0:0:5601:5601                 Teredo
        fe80::1                                  link-local
        255.255.255.255                          broadcast
    "#]],
    );
    // Through a translator of a network without IPv4, and only to where IPv4 itself may go.
    let nat64 = rules(&["64:ff9b::/96", "10.1.0.0/16"]);
    check_addresses(
        &nat64,
        "64:ff9b::808:808 64:ff9b::7f00:1 64:ff9b::a01:1 64:ff9b::a02:1 10.1.0.1 10.2.0.1 ::ffff:10.1.0.1 ::ffff:10.2.0.1 2002:a01:1::",
        expect![[r#"
            64:ff9b::808:808                         reached
            64:ff9b::7f00:1                          loopback
            64:ff9b::a01:1                           reached
            64:ff9b::a02:1                           private
            10.1.0.1                                 reached
            10.2.0.1                                 private
            ::ffff:10.1.0.1                          reached
            ::ffff:10.2.0.1                          IPv4-mapped
            2002:a01:1::                             6to4
        "#]],
    );
    let mapped = rules(&["::ffff:10.1.0.0/112"]);
    check_addresses(
        &mapped,
        "::ffff:10.1.0.1 10.1.0.1 ::ffff:10.2.0.1",
        expect![[r#"
        ::ffff:10.1.0.1                          reached
        10.1.0.1                                 private
        ::ffff:10.2.0.1                          IPv4-mapped
    "#]],
    );
}

#[test]
fn patterns_of_hosts() {
    let texts = "example.com EXAMPLE.com. bücher.example *.example.com:443 192.0.2.7:80 [2001:db8::7]:8080 [::1] 0x7f.1 * *. *.* a.*.b exa*mple.com *.192.0.2.7 \
                 https://example.com example.com/ user@example.com example.com:0 example.com:65536 example.com:+1 example.com: :80 ::1 a..b %zz";
    let mut out = String::new();
    for text in texts.split(' ').filter(|text| !text.is_empty()).chain([""]) {
        let read = text.parse::<HostPattern>().map_or_else(|error| format!("error: {error}"), |host| host.to_string());
        writeln!(out, "{text} ⇒ {read}").unwrap();
    }
    expect![[r#"
        example.com ⇒ example.com
        EXAMPLE.com. ⇒ example.com
        bücher.example ⇒ xn--bcher-kva.example
        *.example.com:443 ⇒ *.example.com:443
        192.0.2.7:80 ⇒ 192.0.2.7:80
        [2001:db8::7]:8080 ⇒ [2001:db8::7]:8080
        [::1] ⇒ [::1]
        0x7f.1 ⇒ 127.0.0.1
        * ⇒ error: `*` is every host; leave `hosts` out for that
        *. ⇒ error: `*.` is not a host
        *.* ⇒ error: `*.*` has a `*` that is not all of its first label, as in `*.example.com`
        a.*.b ⇒ error: `a.*.b` has a `*` that is not all of its first label, as in `*.example.com`
        exa*mple.com ⇒ error: `exa*mple.com` has a `*` that is not all of its first label, as in `*.example.com`
        *.192.0.2.7 ⇒ error: `*.192.0.2.7` has a `*` before an address; only names have hosts below them
        https://example.com ⇒ error: `https://example.com` has more than a host and a port, such as `api.example.com:443`
        example.com/ ⇒ error: `example.com/` has more than a host and a port, such as `api.example.com:443`
        user@example.com ⇒ error: `user@example.com` has more than a host and a port, such as `api.example.com:443`
        example.com:0 ⇒ error: `example.com:0` has a port that is not one: 1 to 65535
        example.com:65536 ⇒ error: `example.com:65536` has a port that is not one: 1 to 65535
        example.com:+1 ⇒ error: `example.com:+1` has a port that is not one: 1 to 65535
        example.com: ⇒ error: `example.com:` has a port that is not one: 1 to 65535
        :80 ⇒ error: `:80` is not a host
        ::1 ⇒ error: `::1` is not a host
        a..b ⇒ error: `a..b` is not a host
        %zz ⇒ error: `%zz` is not a host
         ⇒ error: `` is not a host
    "#]].assert_eq(&out);
}
