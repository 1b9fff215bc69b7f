//! Takes secrets out of what a run says: its log, its error, its returned value and its requests. How a secret may look
//! is in `secret_forms.rs`.

use crate::run::{Error, Outcome, Request, Run};
use crate::secret_forms::{Finder, forms_of};
use serde_json::value::RawValue;
use std::collections::BTreeSet;

/// What stands for a secret.
pub(crate) const REDACTED: &str = "[redacted]";

/// Shorter secrets are left alone: they are words of the language, or numbers, and nothing would be readable.
const BYTES_MIN: usize = 4;

/// Of longer secrets this much is looked for.
const BYTES_MAX: usize = 4 * 1024;

/// Secrets of many lines, keys in PEM say, are looked for line by line as well.
const LINE_BYTES_MIN: usize = 16;
const LINES_MAX: usize = 200;

/// How much of a secret at the end of a text that was cut gives it away.
const CUT_BYTES_MIN: usize = 8;

/// No name, message, stack, code, header or URL is cut that is shorter.
const CUT_TEXT_BYTES_MIN: usize = 2 * 1024;

/// Finds secrets.
#[derive(Default)]
pub(crate) struct Redactor {
    /// None where there are no secrets.
    finder: Option<Finder>,
}

impl Redactor {
    /// For `secrets`, as they are.
    pub(crate) fn new<'s>(secrets: impl IntoIterator<Item = &'s str>) -> Redactor {
        let mut forms = BTreeSet::new();
        for secret in secrets {
            let start = &secret[..secret.floor_char_boundary(BYTES_MAX)];
            let lines = start.lines().map(str::trim).filter(|line| line.len() >= LINE_BYTES_MIN && *line != start);
            for text in [start].into_iter().chain(lines.take(LINES_MAX)).filter(|text| text.len() >= BYTES_MIN) {
                forms.extend(forms_of(text).into_iter().filter(|form| form.len() >= BYTES_MIN));
            }
        }
        Redactor { finder: Finder::new(forms.into_iter().collect()) }
    }

    /// `text` without secrets; where it was cut, also without the start of one at its end.
    pub(crate) fn text(&self, text: String, is_cut: bool) -> String {
        let Some(finder) = &self.finder else { return text };
        let text = if finder.is_in(text.as_bytes()) { finder.replaced(&text, REDACTED) } else { text };
        let begun = if is_cut { finder.begun_at_end(text.as_bytes(), CUT_BYTES_MIN) } else { 0 };
        if begun > 0 && text.is_char_boundary(text.len() - begun) {
            return text[..text.len() - begun].to_owned() + REDACTED;
        }
        text
    }

    /// Takes the secrets out of all that `run` says but the bodies of its requests, which the trace has done.
    pub(crate) fn run(&self, run: &mut Run) {
        if self.finder.is_none() {
            return;
        }
        match &mut run.outcome {
            // Between quotes or not, what stands for a secret changes nothing about what is JSON, but for numbers.
            Outcome::Returned { value } => {
                let text = self.text(value.get().to_owned(), false);
                let quoted = |_| RawValue::from_string(serde_json::Value::String(REDACTED.to_owned()).to_string());
                if let Ok(redacted) = RawValue::from_string(text).or_else(quoted) {
                    *value = redacted;
                }
            }
            Outcome::Failed(failure) => self.error(&mut failure.error),
        }
        let logs = run.logs.len();
        for (index, log) in run.logs.iter_mut().enumerate() {
            // The limit on the log cuts the last message.
            log.message = self.text(std::mem::take(&mut log.message), index + 1 == logs);
        }
        run.requests.iter_mut().for_each(|request| self.request(request));
    }

    fn error(&self, error: &mut Error) {
        for text in [&mut error.name, &mut error.message, &mut error.stack].into_iter().chain(&mut error.code) {
            self.replace(text);
        }
    }

    fn request(&self, request: &mut Request) {
        let headers = request.request_headers.iter_mut().chain(&mut request.response_headers);
        let texts = headers.flat_map(|(name, value)| [name, value]).chain([&mut request.method, &mut request.url]);
        texts.chain(&mut request.error).for_each(|text| self.replace(text));
    }

    /// Texts of this kind are cut where they are very long.
    fn replace(&self, text: &mut String) {
        let is_cut = text.len() >= CUT_TEXT_BYTES_MIN;
        *text = self.text(std::mem::take(text), is_cut);
    }
}
