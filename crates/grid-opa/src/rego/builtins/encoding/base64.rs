//! Base64 as Go's encoding/base64 reads it: it skips line breaks and ignores the unused bits of the last character.

use super::Failure;
use crate::rego::value::text::ascii;

/// The characters for 62 and 63.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::rego::builtins) enum Alphabet {
    /// `-` and `_`.
    Url,
    /// `+` and `/`.
    Standard,
}

/// The digits of all bytes; `NO_DIGIT` for a byte that is none.
type Digits = [u8; 256];

const NO_DIGIT: u8 = 0xff;

impl Alphabet {
    const URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    const fn characters(self) -> &'static [u8; 64] {
        match self {
            Self::Url => Self::URL,
            Self::Standard => Self::STANDARD,
        }
    }

    fn digits(self) -> &'static Digits {
        static URL: Digits = digits_of(Alphabet::URL);
        static STANDARD: Digits = digits_of(Alphabet::STANDARD);
        match self {
            Self::Url => &URL,
            Self::Standard => &STANDARD,
        }
    }
}

// Indexed in a loop because a constant function has no iterators. The compiler evaluates it.
const fn digits_of(characters: &[u8; 64]) -> Digits {
    let mut digits = [NO_DIGIT; 256];
    let mut digit = 0;
    while digit < 64 {
        digits[characters[digit as usize] as usize] = digit;
        digit += 1;
    }
    digits
}

fn digit(digits: &Digits, byte: u8) -> u8 {
    digits.get(usize::from(byte)).copied().unwrap_or(NO_DIGIT)
}

/// Decodes base64; the padding is required.
pub(in crate::rego::builtins) fn decode(
    text: &str,
    alphabet: Alphabet,
) -> Result<Vec<u8>, Failure> {
    let illegal =
        |place: usize| Failure::from(format!("illegal base64 data at input byte {place}"));
    let bytes = text.as_bytes();
    let digits = alphabet.digits();
    let mut output = Vec::with_capacity(text.len() / 4 * 3);
    let mut at = 0;
    loop {
        // Whole groups of four digits.
        while let Some([first, second, third, fourth]) = bytes
            .get(at..)
            .and_then(<[u8]>::first_chunk)
            .map(|group: &[u8; 4]| group.map(|byte| digit(digits, byte)))
        {
            if (first | second | third | fourth) == NO_DIGIT {
                break;
            }
            output.extend_from_slice(&[
                (first << 2) | (second >> 4),
                (second << 4) | (third >> 2),
                (third << 6) | fourth,
            ]);
            at += 4;
        }
        // Four characters, or fewer at the end.
        let (mut bits, mut count) = (0_u32, 0_usize);
        while count < 4 {
            let Some(&byte) = bytes.get(at) else {
                return if count == 0 {
                    Ok(output)
                } else {
                    Err(illegal(at - count))
                };
            };
            at += 1;
            match (byte, digit(digits, byte)) {
                (b'\r' | b'\n', _) => continue,
                (b'=', _) if count >= 2 => {
                    let rest = padding(bytes, at, count).map_err(illegal)?;
                    if rest < bytes.len() {
                        return Err(illegal(rest));
                    }
                    // Two characters hold one byte and four bits, three hold two bytes and two bits.
                    bits <<= 6 * (4 - count);
                    output.extend(bits.to_be_bytes().into_iter().skip(1).take(count - 1));
                    return Ok(output);
                }
                (_, NO_DIGIT) => return Err(illegal(at - 1)),
                (_, digit) => bits = (bits << 6) | u32::from(digit),
            }
            count += 1;
        }
        output.extend(bits.to_be_bytes().into_iter().skip(1));
    }
}

// Reads the rest of the padding and the line breaks after it, behind the first `=`. Returns its end, or the place of an error.
fn padding(bytes: &[u8], at: usize, count: usize) -> Result<usize, usize> {
    let after_breaks = |from: usize| {
        let ends = bytes
            .iter()
            .skip(from)
            .take_while(|byte| matches!(byte, b'\r' | b'\n'));
        from + ends.count()
    };
    let mut at = at;
    if count == 2 {
        at = after_breaks(at);
        match bytes.get(at) {
            None => return Err(bytes.len()),
            Some(b'=') => at += 1,
            Some(_) => return Err(at - 1),
        }
    }
    Ok(after_breaks(at))
}

/// Encodes base64.
pub(in crate::rego::builtins) fn encode(bytes: &[u8], alphabet: Alphabet, padded: bool) -> String {
    let characters = alphabet.characters();
    let mut text = Vec::with_capacity(bytes.len().div_ceil(3) * 4);
    let (groups, rest) = bytes.as_chunks::<3>();
    for group in groups {
        text.extend_from_slice(&encoded(*group, characters));
    }
    let last = match *rest {
        [first] => encoded([first, 0, 0], characters),
        [first, second] => encoded([first, second, 0], characters),
        _ => [0; 4],
    };
    if !rest.is_empty() {
        let (digits, unused) = last.split_at(rest.len() + 1);
        text.extend_from_slice(digits);
        text.extend(unused.iter().filter(|_| padded).map(|_| b'='));
    }
    ascii(text)
}

fn encoded([first, second, third]: [u8; 3], characters: &[u8; 64]) -> [u8; 4] {
    [
        first >> 2,
        (first << 4) | (second >> 4),
        (second << 2) | (third >> 6),
        third,
    ]
    .map(|digit| {
        let character = characters.get(usize::from(digit & 0x3f));
        character.copied().unwrap_or_default()
    })
}
