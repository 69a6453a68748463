//! Looks up the addresses of hosts.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, ToSocketAddrs};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// Maximum number of lookups at a time: one that the system does not end keeps its thread.
const MAX_LOOKUPS: usize = 32;

static LOOKUPS: AtomicUsize = AtomicUsize::new(0);

/// The reason why a host has no addresses.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unresolved {
    /// The time is over.
    Time,
    Failed(String),
}

/// The addresses of a host in the order of the system. IPv4 addresses are never written as IPv6.
pub(crate) fn addresses(host: &str, timeout: Duration) -> Result<Vec<IpAddr>, Unresolved> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![address.to_canonical()]);
    }
    struct Counted;
    impl Drop for Counted {
        fn drop(&mut self) {
            LOOKUPS.fetch_sub(1, Ordering::Relaxed);
        }
    }
    let failed = |text: &str| Unresolved::Failed(format!("lookup {host}: {text}"));
    let running = LOOKUPS.fetch_add(1, Ordering::Relaxed);
    let counted = Counted;
    if running >= MAX_LOOKUPS {
        return Err(failed("too many lookups wait for the system"));
    }
    let (sender, receiver) = channel();
    let name = host.to_owned();
    // The system's function cannot be interrupted.
    let look_up = move || {
        let _counted = counted;
        let found = (name.as_str(), 0).to_socket_addrs();
        let found = found.map(|found| found.map(|one| one.ip().to_canonical()).collect());
        // Nobody receives it after the timeout.
        let _ = sender.send(found);
    };
    let spawned = thread::Builder::new().name("lookup".into()).spawn(look_up);
    spawned.map_err(|error| failed(&error.to_string()))?;
    let found: Vec<IpAddr> = match receiver.recv_timeout(timeout) {
        Ok(Ok(found)) => found,
        Ok(Err(error)) => return Err(failed(&error.to_string())),
        Err(RecvTimeoutError::Timeout) => return Err(Unresolved::Time),
        Err(RecvTimeoutError::Disconnected) => {
            return Err(failed("the lookup ended without an answer"));
        }
    };
    if found.is_empty() {
        return Err(failed("no such host"));
    }
    let mut unique = Vec::with_capacity(found.len());
    for address in found {
        if !unique.contains(&address) {
            unique.push(address);
        }
    }
    Ok(unique)
}

/// Whether an address is on the public internet: not of this machine, of a private network, or of a special purpose (RFC 6890).
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let special = match address.octets() {
        [0 | 10 | 127 | 224..=255, ..] | [169, 254, ..] | [192, 168, ..] | [192, 0, 0, _] => true,
        [100, second, ..] => (64..128).contains(&second),
        [172, second, ..] => (16..32).contains(&second),
        [198, second, ..] => (18..20).contains(&second),
        _ => address.is_documentation(),
    };
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let embedded = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match address.segments() {
        // IPv4 in IPv6: compatible, mapped, NAT64 and 6to4.
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => embedded(high, low),
        // Teredo, benchmarks, ORCHID and documentation.
        [0x2001, second, ..] => second >= 0x200 && second != 0xdb8,
        [0x3fff, second, ..] => second >= 0x1000,
        // All others outside of 2000::/3 are local, multicast or reserved.
        [first, ..] => (0x2000..0x4000).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_and_special_addresses_are_not_public() {
        for text in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "198.18.0.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001::1",
            "fec0::1",
        ] {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
        for text in [
            "8.8.8.8",
            "172.32.0.1",
            "100.128.0.1",
            "2606:4700::1111",
            "64:ff9b::808:808",
            "2001:4860:4860::8888",
        ] {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn literals_need_no_lookup_and_names_are_looked_up() {
        let none = Duration::ZERO;
        assert_eq!(
            addresses("127.0.0.1", none),
            Ok(vec![Ipv4Addr::LOCALHOST.into()])
        );
        assert_eq!(
            addresses("::ffff:1.2.3.4", none),
            Ok(vec![Ipv4Addr::new(1, 2, 3, 4).into()])
        );
        let found = addresses("localhost", Duration::from_secs(10)).unwrap();
        assert!(
            found.iter().all(|address| address.is_loopback()),
            "{found:?}"
        );
        // RFC 6761: it never exists. A system without a resolver may take its time.
        let missing = addresses("name.invalid", Duration::from_secs(10));
        assert!(missing.is_err(), "{missing:?}");
    }
}
