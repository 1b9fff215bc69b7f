//! ASN.1's distinguished encoding, as far as keys need it: reading one value after another, and writing. Never recurses.
//! Knows of no host.

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const NULL: u8 = 0x05;
pub(crate) const OID: u8 = 0x06;
pub(crate) const SEQUENCE: u8 = 0x30;

/// The tag of a field `[number]` that holds other values.
pub(crate) const fn field(number: u8) -> u8 {
    0xa0 | number
}

/// What is left of a row of values. Every method is `None` where the bytes are not what is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    /// The next value: its tag, and what is in it.
    pub(crate) fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, mut rest) = rest.split_first()?;
        let mut length = usize::from(first);
        if first >= 0x80 {
            let count = usize::from(first & 0x7f);
            if !(1..=4).contains(&count) || rest.len() < count {
                return None;
            }
            let (digits, after) = rest.split_at(count);
            length = digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit));
            rest = after;
        }
        let value = rest.get(..length)?;
        self.0 = &rest[length..];
        Some((tag, value))
    }

    /// What is in the next value, if it has this tag; else the next value stays.
    pub(crate) fn value(&mut self, tag: u8) -> Option<&'a [u8]> {
        let mut ahead = *self;
        let (found, value) = ahead.next()?;
        if found != tag {
            return None;
        }
        *self = ahead;
        Some(value)
    }

    pub(crate) fn inside(&mut self, tag: u8) -> Option<Reader<'a>> {
        self.value(tag).map(Reader)
    }

    pub(crate) fn sequence(&mut self) -> Option<Reader<'a>> {
        self.inside(SEQUENCE)
    }

    /// A number that is not negative, without leading zeros.
    pub(crate) fn integer(&mut self) -> Option<&'a [u8]> {
        let digits = self.value(INTEGER)?;
        if digits.first()? & 0x80 != 0 {
            return None;
        }
        Some(super::numbers::trimmed(digits))
    }

    /// A number that fits into 32 bits.
    pub(crate) fn small_integer(&mut self) -> Option<u32> {
        let digits = self.integer()?;
        (digits.len() <= 4).then(|| digits.iter().fold(0, |sum, digit| sum << 8 | u32::from(*digit)))
    }

    /// A bit string of whole bytes.
    pub(crate) fn bit_string(&mut self) -> Option<&'a [u8]> {
        self.value(BIT_STRING)?.strip_prefix(&[0])
    }
}

/// A value with this tag, made of `parts`.
pub(crate) fn write(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut bytes = vec![tag];
    if length < 0x80 {
        bytes.push(length as u8);
    } else {
        let digits = length.to_be_bytes();
        let digits = super::numbers::trimmed(&digits);
        bytes.push(0x80 | digits.len() as u8);
        bytes.extend_from_slice(digits);
    }
    parts.iter().for_each(|part| bytes.extend_from_slice(part));
    bytes
}

pub(crate) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    write(SEQUENCE, parts)
}

/// A number that is not negative.
pub(crate) fn integer(digits: &[u8]) -> Vec<u8> {
    let digits = super::numbers::trimmed(digits);
    match digits.first() {
        None | Some(0x80..) => write(INTEGER, &[&[0], digits]),
        Some(_) => write(INTEGER, &[digits]),
    }
}

pub(crate) fn small_integer(number: u32) -> Vec<u8> {
    integer(&number.to_be_bytes())
}

pub(crate) fn oid(bytes: &[u8]) -> Vec<u8> {
    write(OID, &[bytes])
}

pub(crate) fn null() -> Vec<u8> {
    write(NULL, &[])
}

pub(crate) fn octets(bytes: &[u8]) -> Vec<u8> {
    write(OCTET_STRING, &[bytes])
}

pub(crate) fn bits(bytes: &[u8]) -> Vec<u8> {
    write(BIT_STRING, &[&[0], bytes])
}
