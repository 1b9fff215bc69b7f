//! The handlers, and which one an event goes to.

use crate::RunError;
use serde::Deserialize;

/// A handler of a destination function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the handler of its name")]
pub enum Handler {
    OnIdentify,
    OnTrack,
    OnPage,
    OnScreen,
    OnGroup,
    OnAlias,
    OnDelete,
    OnBatch,
}

impl Handler {
    /// All handlers, those for single events first.
    pub const ALL: [Handler; 8] = [
        Handler::OnIdentify,
        Handler::OnTrack,
        Handler::OnPage,
        Handler::OnScreen,
        Handler::OnGroup,
        Handler::OnAlias,
        Handler::OnDelete,
        Handler::OnBatch,
    ];

    /// The name in JavaScript, `onTrack` say.
    pub fn name(self) -> &'static str {
        match self {
            Handler::OnIdentify => "onIdentify",
            Handler::OnTrack => "onTrack",
            Handler::OnPage => "onPage",
            Handler::OnScreen => "onScreen",
            Handler::OnGroup => "onGroup",
            Handler::OnAlias => "onAlias",
            Handler::OnDelete => "onDelete",
            Handler::OnBatch => "onBatch",
        }
    }

    /// The handler of this name.
    pub fn named(name: &str) -> Option<Handler> {
        Handler::ALL.into_iter().find(|handler| handler.name() == name)
    }

    /// The event type that goes to this handler, `track` say; none for `onBatch`.
    pub fn event_type(self) -> Option<&'static str> {
        match self {
            Handler::OnIdentify => Some("identify"),
            Handler::OnTrack => Some("track"),
            Handler::OnPage => Some("page"),
            Handler::OnScreen => Some("screen"),
            Handler::OnGroup => Some("group"),
            Handler::OnAlias => Some("alias"),
            Handler::OnDelete => Some("delete"),
            Handler::OnBatch => None,
        }
    }

    /// The handler that the event `json` goes to: by its `type`, or `onBatch`
    /// for an array. Refuses text that is not JSON, and an event of no known type.
    pub fn of_event(json: &str) -> Result<Handler, RunError> {
        #[derive(Deserialize)]
        struct Event<'a> {
            #[serde(borrow, rename = "type")]
            event_type: Option<std::borrow::Cow<'a, str>>,
        }
        if json.trim_ascii_start().starts_with('[') {
            let whole: Result<serde::de::IgnoredAny, _> = serde_json::from_str(json);
            return whole.map(|_| Handler::OnBatch).map_err(|error| RunError::Event(error.to_string()));
        }
        let event: Event<'_> = serde_json::from_str(json).map_err(|error| {
            let is_object = json.trim_ascii_start().starts_with('{');
            let is_other_json = error.is_data() && !is_object;
            RunError::Event(if is_other_json { "it is not a JSON object".to_owned() } else { error.to_string() })
        })?;
        let found = Handler::ALL
            .into_iter()
            .find(|handler| event.event_type.is_some() && handler.event_type() == event.event_type.as_deref());
        found.ok_or_else(|| {
            let types: Vec<_> = Handler::ALL.into_iter().filter_map(Handler::event_type).collect();
            let types = types.join(", ");
            RunError::Event(match event.event_type {
                Some(event_type) => format!("its type is `{event_type}`, which is none of {types}"),
                None => format!("it has no `type`; it must be one of {types}"),
            })
        })
    }
}
