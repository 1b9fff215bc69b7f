//! From what a library sent to the event that functions see: checks an item,
//! and adds and corrects the fields that an event always has. Pure: the time,
//! the sender's address and new ids are handed in.

use super::time;
use serde_json::{Map, Value};
use std::net::IpAddr;

/// Libraries that run on phones, by the beginnings of their names. Several are
/// written with a scope in front or with `_` for `-`.
const MOBILE_LIBRARIES: [&str; 6] = [
    "analytics-android",
    "analytics-flutter",
    "analytics-ios",
    "analytics-kotlin",
    "analytics-react-native",
    "analytics-swift",
];

/// The kinds of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Who somebody is.
    Identify,
    /// What somebody did.
    Track,
    /// Which page somebody saw.
    Page,
    /// Which screen of an app somebody saw.
    Screen,
    /// Where somebody belongs.
    Group,
    /// That two ids are the same person.
    Alias,
    /// That somebody is to be forgotten.
    Delete,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 7] =
        [Kind::Identify, Kind::Track, Kind::Page, Kind::Screen, Kind::Group, Kind::Alias, Kind::Delete];

    /// What stands in an event's `type`.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Identify => "identify",
            Kind::Track => "track",
            Kind::Page => "page",
            Kind::Screen => "screen",
            Kind::Group => "group",
            Kind::Alias => "alias",
            Kind::Delete => "delete",
        }
    }

    fn named(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// Why an item, or a batch, is not accepted. The codes are Segment's where it
/// has one; they are on disk and in metrics, and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// No source has the write key, or there is none.
    UnknownSource,
    /// The source is switched off.
    SourceDisabled,
    /// `batch` is missing or empty.
    EmptyBatch,
    /// `batch` is not an array, or an item of it is not an object.
    BadRequest,
    /// The batch has too many items; none was accepted. The code is ours.
    TooManyEvents,
    /// The item, with what the batch adds to it, is too large. The code is ours.
    EventTooLarge,
    /// An item's `type` is missing or none of the seven. The code is ours.
    UnknownType,
    /// Neither `userId` nor `anonymousId`.
    NoUserAnonId,
    /// An id that this type needs is missing.
    IdRequired,
    /// An id is not a string, or is empty.
    IdNotString,
    /// A track event without a name.
    EventNotDefined,
    /// A track event's name is not a string.
    EventNotString,
    /// `properties` is not an object.
    PropertiesNotObject,
    /// `traits` is not an object.
    TraitsNotObject,
    /// The name of a page or screen is not a string, or is empty.
    NameNotString,
    /// The category of a page or screen is not a string.
    CategoryNotString,
    /// `context.consent` has no `categoryPreferences`.
    ConsentShouldExist,
    /// `context.consent.categoryPreferences` is not an object.
    ConsentShouldBeObject,
    /// A value in `context.consent.categoryPreferences` is not true or false.
    ConsentShouldBeBool,
    /// `context.consent.version` is not a number.
    ConsentVersionShouldBeNumber,
    /// `context.device.advertisingId` is not a string.
    AdvertisingIdShouldBeString,
}

impl Reason {
    /// The code.
    pub fn code(self) -> &'static str {
        match self {
            Reason::UnknownSource => "unknown_source",
            Reason::SourceDisabled => "source_disabled",
            Reason::EmptyBatch => "empty_batch",
            Reason::BadRequest => "bad_request",
            Reason::TooManyEvents => "too_many_events",
            Reason::EventTooLarge => "event_too_large",
            Reason::UnknownType => "unknown_type",
            Reason::NoUserAnonId => "no_user_anon_id",
            Reason::IdRequired => "id_required",
            Reason::IdNotString => "id_not_string",
            Reason::EventNotDefined => "event_not_defined",
            Reason::EventNotString => "event_not_string",
            Reason::PropertiesNotObject => "properties_not_object",
            Reason::TraitsNotObject => "traits_not_object",
            Reason::NameNotString => "name_not_string",
            Reason::CategoryNotString => "category_not_string",
            Reason::ConsentShouldExist => "consent_categorypreferences_should_exist",
            Reason::ConsentShouldBeObject => "consent_categorypreferences_fields_should_be_object",
            Reason::ConsentShouldBeBool => "consent_categorypreferences_fields_should_be_bool",
            Reason::ConsentVersionShouldBeNumber => "consent_version_should_be_number",
            Reason::AdvertisingIdShouldBeString => "device_advertisingid_should_be_string",
        }
    }
}

/// What a batch says for all of its items.
#[derive(Debug, Clone, Default)]
pub struct Shared {
    /// Fields of `context`.
    pub context: Option<Map<String, Value>>,
    /// Entries of `integrations`.
    pub integrations: Option<Map<String, Value>>,
    /// When the batch was sent, by the sender's clock.
    pub sent_at: Option<Value>,
}

/// What is known of an item beside its own fields.
#[derive(Debug, Clone, Copy)]
pub struct Arrival<'a> {
    /// The source that it is for.
    pub source: &'a str,
    /// When it came.
    pub received_ms: u64,
    /// What the endpoint says it is; none for an item of a batch.
    pub kind: Option<Kind>,
    /// Whether it came by an endpoint that only browser libraries use.
    pub is_browser: bool,
    /// The address at the other end of the connection.
    pub peer: Option<IpAddr>,
    /// What the batch says.
    pub shared: &'a Shared,
}

/// An event as it is stored and as functions see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Normalised {
    /// Its `messageId`.
    pub message_id: String,
    /// The event, as JSON.
    pub payload: Vec<u8>,
}

/// Checks `item` and makes the event of it: the sender's fields in the sender's
/// order, then those that were missing. Fields that are not known stay as they
/// are. `new_id` gives the id of an event that has none. Nothing has changed in
/// `item` if it is not accepted.
///
/// An item's own fields win over what the batch shares, field by field of
/// `context` and `integrations`: an object inside of these is never mixed from
/// the two. The address is that of the connection; what proxies say about the
/// sender's is not looked at.
pub fn normalise(
    item: &mut Map<String, Value>,
    arrival: &Arrival<'_>,
    new_id: impl FnOnce() -> String,
) -> Result<Normalised, Reason> {
    let kind = check(item, arrival)?;
    item.insert("type".to_owned(), kind.as_str().into());
    merge(item, "context", arrival.shared.context.as_ref(), kind);
    merge(item, "integrations", arrival.shared.integrations.as_ref(), kind);
    let message_id = match string(item, "messageId") {
        Some(id) => id.to_owned(),
        None => new_id(),
    };
    item.insert("messageId".to_owned(), message_id.as_str().into());
    set_times(item, arrival);
    if string(item, "channel").is_none() {
        item.insert("channel".to_owned(), channel(item, arrival).into());
    }
    set_address(item, arrival.peer);
    item.insert("projectId".to_owned(), arrival.source.into());
    item.insert("version".to_owned(), 2.into());
    let payload = serde_json::to_vec(item).expect("a tree of JSON can always be written");
    Ok(Normalised { message_id, payload })
}

/// What kind of event `item` is, if it is one.
fn check(item: &Map<String, Value>, arrival: &Arrival<'_>) -> Result<Kind, Reason> {
    let named = || item.get("type").and_then(Value::as_str).and_then(Kind::named);
    let kind = arrival.kind.or_else(named).ok_or(Reason::UnknownType)?;
    check_ids(item, kind)?;
    match kind {
        Kind::Track => match given(item, "event") {
            None => return Err(Reason::EventNotDefined),
            Some(Value::String(name)) if name.is_empty() => return Err(Reason::EventNotDefined),
            Some(Value::String(_)) => {}
            Some(_) => return Err(Reason::EventNotString),
        },
        Kind::Page | Kind::Screen => {
            is(item, "name", is_id, Reason::NameNotString)?;
            is(item, "category", Value::is_string, Reason::CategoryNotString)?;
        }
        Kind::Identify | Kind::Group => is(item, "traits", Value::is_object, Reason::TraitsNotObject)?,
        Kind::Alias | Kind::Delete => {}
    }
    if matches!(kind, Kind::Track | Kind::Page | Kind::Screen) {
        is(item, "properties", Value::is_object, Reason::PropertiesNotObject)?;
    }
    check_context(item, arrival.shared)?;
    Ok(kind)
}

/// An id may be missing where another stands for it, but never be empty or
/// something else than a string.
fn check_ids(item: &Map<String, Value>, kind: Kind) -> Result<(), Reason> {
    for name in ["userId", "anonymousId", "groupId", "previousId"] {
        is(item, name, is_id, Reason::IdNotString)?;
    }
    let has = |name| given(item, name).is_some();
    let has_required = match kind {
        Kind::Alias => has("previousId") && has("userId"),
        Kind::Group => has("groupId"),
        _ => true,
    };
    if !has_required {
        return Err(Reason::IdRequired);
    }
    if has("userId") || has("anonymousId") { Ok(()) } else { Err(Reason::NoUserAnonId) }
}

fn check_context(item: &Map<String, Value>, shared: &Shared) -> Result<(), Reason> {
    let own = item.get("context").and_then(Value::as_object);
    let field = |name| own.and_then(|own| given(own, name)).or_else(|| given(shared.context.as_ref()?, name));
    if let Some(device) = field("device").and_then(Value::as_object) {
        is(device, "advertisingId", Value::is_string, Reason::AdvertisingIdShouldBeString)?;
    }
    let Some(consent) = field("consent") else { return Ok(()) };
    let preferences = consent.as_object().and_then(|consent| given(consent, "categoryPreferences"));
    let preferences = preferences.ok_or(Reason::ConsentShouldExist)?;
    let preferences = preferences.as_object().ok_or(Reason::ConsentShouldBeObject)?;
    if !preferences.values().all(Value::is_boolean) {
        return Err(Reason::ConsentShouldBeBool);
    }
    match consent.get("version") {
        None | Some(Value::Null | Value::Number(_)) => Ok(()),
        Some(_) => Err(Reason::ConsentVersionShouldBeNumber),
    }
}

/// Adds to an object in `item` what it does not have of `shared`.
fn merge(item: &mut Map<String, Value>, name: &str, shared: Option<&Map<String, Value>>, kind: Kind) {
    let Some(shared) = shared.filter(|shared| !shared.is_empty()) else { return };
    match item.get_mut(name) {
        Some(Value::Object(own)) => {
            for (key, value) in shared {
                if !own.contains_key(key) {
                    own.insert(key.clone(), value.clone());
                }
            }
        }
        // A delete event says null on purpose: it is about nobody's device.
        Some(Value::Null) if kind == Kind::Delete => {}
        Some(Value::Null) | None => {
            item.insert(name.to_owned(), Value::Object(shared.clone()));
        }
        Some(_) => {}
    }
}

/// `originalTimestamp` is what the sender wrote, whatever that is; `timestamp`
/// is when it happened by our clock.
fn set_times(item: &mut Map<String, Value>, arrival: &Arrival<'_>) {
    let received = time::from_ms(arrival.received_ms);
    let parsed = |value: &Value| value.as_str().and_then(time::parse);
    let sent = given(item, "sentAt").or(arrival.shared.sent_at.as_ref()).cloned();
    let sent_time = sent.as_ref().and_then(parsed);
    let original = given(item, "timestamp").or_else(|| given(item, "originalTimestamp")).cloned();
    let happened = time::corrected(received, sent_time, original.as_ref().and_then(parsed));
    let received = Value::from(time::write(received));
    item.insert("timestamp".to_owned(), time::write(happened).into());
    item.insert("originalTimestamp".to_owned(), original.unwrap_or_else(|| received.clone()));
    item.insert("receivedAt".to_owned(), received);
    if let Some(sent) = sent {
        item.insert("sentAt".to_owned(), sent_time.map_or(sent, |time| time::write(time).into()));
    }
}

/// Where an event that does not say so comes from.
fn channel(item: &Map<String, Value>, arrival: &Arrival<'_>) -> &'static str {
    let library = item.get("context").and_then(|context| context.get("library"));
    let library = library.and_then(|library| library.get("name")).and_then(Value::as_str).unwrap_or_default();
    let library = library.trim_start_matches("@segment/").replace('_', "-");
    if MOBILE_LIBRARIES.iter().any(|mobile| library.starts_with(mobile)) {
        "mobile"
    } else if arrival.is_browser || library == "analytics.js" {
        "browser"
    } else {
        "server"
    }
}

/// Fills in `context.ip` of an event that comes from where it happened.
fn set_address(item: &mut Map<String, Value>, peer: Option<IpAddr>) {
    let Some(peer) = peer else { return };
    let is_client = matches!(string(item, "channel"), Some("browser" | "mobile"));
    if is_client && !item.contains_key("context") {
        item.insert("context".to_owned(), Value::Object(Map::new()));
    }
    let Some(Value::Object(context)) = item.get_mut("context") else { return };
    let is_direct = context.get("direct") == Some(&Value::Bool(true));
    if (is_client || is_direct) && given(context, "ip").is_none() {
        context.insert("ip".to_owned(), peer.to_canonical().to_string().into());
    }
}

/// A field that is there and not null.
fn given<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.get(name).filter(|value| !value.is_null())
}

/// A field that is a string with something in it.
fn string<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    object.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// Fails with `reason` if a field is given and not as it should be.
fn is(object: &Map<String, Value>, name: &str, test: fn(&Value) -> bool, reason: Reason) -> Result<(), Reason> {
    if given(object, name).is_none_or(test) { Ok(()) } else { Err(reason) }
}

fn is_id(value: &Value) -> bool {
    value.as_str().is_some_and(|id| !id.is_empty())
}
