//! Glob patterns: `*` `?` `[abc]` `[a-z]` `[^…]` `\x`, over a whole text and
//! with `/` like any other character. It knows nothing of files.

/// A pattern, ready to be matched.
pub(super) struct Glob {
    /// Nothing if the pattern is malformed.
    elements: Option<Vec<Element>>,
}

/// The match took more steps than it may.
pub(super) struct TooManySteps;

enum Element {
    Star,
    Any,
    Exactly(char),
    Class { is_negated: bool, ranges: Vec<(char, char)> },
}

impl Glob {
    /// Compiles `pattern`; a malformed one matches nothing.
    pub(super) fn new(pattern: &str) -> Glob {
        Glob { elements: elements(pattern) }
    }

    pub(super) fn is_malformed(&self) -> bool {
        self.elements.is_none()
    }

    /// Whether all of `text` matches, in at most `steps_left` comparisons.
    ///
    /// On a mismatch it goes back to the last star only, which takes one more
    /// character: an earlier star could not do better. So there are at most as
    /// many steps as the text has characters, times the size of the pattern.
    pub(super) fn matches(&self, text: &str, steps_left: &mut u64) -> Result<bool, TooManySteps> {
        let Some(elements) = &self.elements else { return Ok(false) };
        let (mut at, mut rest) = (0, text.chars());
        let mut last_star = None;
        loop {
            let element = elements.get(at);
            *steps_left = steps_left.checked_sub(element.map_or(1, Element::steps)).ok_or(TooManySteps)?;
            if let Some(Element::Star) = element {
                at += 1;
                last_star = Some((at, rest.clone()));
                continue;
            }
            let next = rest.next();
            match (element, next) {
                (None, None) => return Ok(true),
                (Some(element), Some(char)) if element.matches(char) => at += 1,
                // The text ends too soon: a longer star would make it worse.
                (Some(_), None) => return Ok(false),
                _ => {
                    let Some((after_star, star_rest)) = &mut last_star else { return Ok(false) };
                    star_rest.next();
                    (at, rest) = (*after_star, star_rest.clone());
                }
            }
        }
    }
}

impl Element {
    fn matches(&self, char: char) -> bool {
        match self {
            Element::Star | Element::Any => true,
            Element::Exactly(expected) => *expected == char,
            Element::Class { is_negated, ranges } => {
                ranges.iter().any(|(low, high)| (low..=high).contains(&&char)) != *is_negated
            }
        }
    }

    /// What one comparison counts.
    fn steps(&self) -> u64 {
        match self {
            Element::Class { ranges, .. } => ranges.len() as u64,
            _ => 1,
        }
    }
}

/// The elements of `pattern`, unless it is malformed.
fn elements(pattern: &str) -> Option<Vec<Element>> {
    let mut elements = Vec::new();
    let mut rest = pattern.chars().peekable();
    while let Some(char) = rest.next() {
        elements.push(match char {
            '*' => Element::Star,
            '?' => Element::Any,
            '\\' => Element::Exactly(rest.next()?),
            '[' => class(&mut rest)?,
            _ => Element::Exactly(char),
        });
    }
    Some(elements)
}

type Rest<'p> = std::iter::Peekable<std::str::Chars<'p>>;

/// The rest of a class after its `[`: at least one range, and a `]`.
fn class(rest: &mut Rest<'_>) -> Option<Element> {
    let is_negated = rest.next_if_eq(&'^').is_some();
    let mut ranges = Vec::new();
    while ranges.is_empty() || rest.next_if_eq(&']').is_none() {
        let low = class_character(rest)?;
        let high = if rest.next_if_eq(&'-').is_some() { class_character(rest)? } else { low };
        ranges.push((low, high));
    }
    Some(Element::Class { is_negated, ranges })
}

fn class_character(rest: &mut Rest<'_>) -> Option<char> {
    match rest.next()? {
        '-' | ']' => None,
        '\\' => rest.next(),
        char => Some(char),
    }
}
