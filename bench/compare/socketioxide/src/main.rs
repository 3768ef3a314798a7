//! The chat service of `../node` on socketioxide: the same events, the same payload shapes, a store in
//! memory.
//!
//! `PORT` (3102) is where it listens, `MAX_BUFFER` how many packets it queues for a socket before
//! `emit` drops them (the library's default is 128).

use std::{
    collections::{HashMap, HashSet},
    fmt,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::{Router, routing::get, serve::ListenerExt};
use serde::{Deserialize, Serialize};
use socketioxide::{
    SocketIo,
    extract::{Data, Extension, SocketRef, State},
    handler::ConnectHandler,
};

const CONTENT_BYTES_MAX: usize = 4000;
const GROUP_MESSAGES_MAX: usize = 10_000;
/// At once, when a group holds more than the most.
const GROUP_MESSAGES_FORGOTTEN: usize = 5_000;

#[derive(Serialize)]
struct User {
    _id: String,
    #[serde(rename = "firstName")]
    first_name: String,
    #[serde(rename = "lastName")]
    last_name: String,
    username: String,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    #[serde(rename = "_id")]
    id: String,
    group_id: String,
    sender_id: String,
    content: String,
    r#type: String,
    is_deleted: bool,
    read_by: Vec<String>,
    created_at: String,
    updated_at: String,
}

#[derive(Clone)]
struct Session {
    user: Arc<User>,
    joined: Arc<Mutex<HashSet<String>>>,
}

#[derive(Default)]
struct Inner {
    users: HashMap<String, Arc<User>>,
    members: HashMap<String, HashSet<String>>,
    messages: HashMap<String, Vec<Message>>,
    sessions: HashMap<String, String>,
}

#[derive(Clone, Default)]
struct Store(Arc<Mutex<Inner>>);

impl Store {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap()
    }
}

#[derive(Deserialize)]
struct Auth {
    token: String,
}

#[derive(Deserialize)]
struct Join {
    #[serde(rename = "groupId")]
    group_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Send {
    #[serde(default)]
    group_id: String,
    #[serde(default)]
    content: String,
    #[serde(default)]
    r#type: String,
    temp_id: Option<String>,
}

#[derive(Serialize)]
struct Authenticated<'a> {
    user: &'a User,
    #[serde(rename = "sessionId")]
    session_id: String,
}

#[derive(Serialize)]
struct Group<'a> {
    _id: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Joined<'a> {
    group_id: &'a str,
    group: Group<'a>,
    online_members: [u8; 0],
}

#[derive(Serialize)]
struct Sent<'a> {
    message: &'a Message,
    #[serde(rename = "tempId")]
    temp_id: Option<String>,
}

#[derive(Serialize)]
struct New<'a> {
    message: &'a Message,
    sender: &'a User,
}

#[derive(Serialize)]
struct Fail {
    code: &'static str,
    message: &'static str,
    timestamp: String,
}

#[derive(Debug)]
struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("AUTHENTICATION_FAILED")
    }
}

/// 24 hexadecimal digits, like an ObjectId.
fn new_id() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    format!(
        "{:08x}{:016x}",
        n as u32,
        n.wrapping_mul(0x9e3779b97f4a7c15)
    )
}

/// The time in ISO 8601 with milliseconds, as JavaScript's `Date` prints it.
fn now() -> String {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let seconds = since_epoch.as_secs();
    let (year, month, day) = date(seconds as i64 / 86_400);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:03}Z",
        seconds / 3600 % 24,
        seconds / 60 % 60,
        seconds % 60,
        since_epoch.subsec_millis()
    )
}

/// Year, month and day of a number of days since 1970. Years are counted from March, so that the leap
/// day ends them, and in eras of 400 of them, for the calendar repeats itself after an era.
fn date(days_since_1970: i64) -> (i64, i64, i64) {
    let days = days_since_1970 + 719_468; // since 1 March of the year 0
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + (month <= 2) as i64;
    (year, month, day)
}

fn room(group: &str) -> String {
    format!("group:{group}")
}

fn fail(s: &SocketRef, code: &'static str, message: &'static str) {
    s.emit(
        "message_error",
        &Fail {
            code,
            message,
            timestamp: now(),
        },
    )
    .ok();
}

/// Finds or makes the user of a token, and registers the handlers: here and not in the connect handler,
/// for that one is spawned after the connect packet has been sent, and a client that answers at once
/// loses its first event to the race (with 0.18.9, one client in 500 hung).
async fn handshake(
    s: SocketRef,
    Data(auth): Data<Auth>,
    State(store): State<Store>,
) -> Result<(), Refused> {
    if auth.token.is_empty() {
        return Err(Refused);
    }
    let user = store
        .lock()
        .users
        .entry(auth.token)
        .or_insert_with_key(|t| {
            Arc::new(User {
                _id: new_id(),
                first_name: t.clone(),
                last_name: String::new(),
                username: t.clone(),
            })
        })
        .clone();
    s.extensions.insert(Session {
        user,
        joined: Arc::default(),
    });
    s.on("authenticate", authenticate);
    s.on("join_group", join_group);
    s.on("send_message", send_message);
    s.on_disconnect(async |s: SocketRef, State(store): State<Store>| {
        store.lock().sessions.remove(&s.id.to_string());
    });
    Ok(())
}

async fn authenticate(s: SocketRef, Extension(me): Extension<Session>, State(store): State<Store>) {
    let session_id = new_id();
    store
        .lock()
        .sessions
        .insert(s.id.to_string(), session_id.clone());
    s.join(format!("user:{}", me.user._id));
    s.emit(
        "authentication_success",
        &Authenticated {
            user: &me.user,
            session_id,
        },
    )
    .ok();
}

async fn join_group(
    s: SocketRef,
    Data(p): Data<Join>,
    Extension(me): Extension<Session>,
    State(store): State<Store>,
) {
    store
        .lock()
        .members
        .entry(p.group_id.clone())
        .or_default()
        .insert(me.user._id.clone());
    s.join(room(&p.group_id));
    me.joined.lock().unwrap().insert(p.group_id.clone());
    s.emit(
        "group_joined",
        &Joined {
            group_id: &p.group_id,
            group: Group {
                _id: &p.group_id,
                name: &p.group_id,
            },
            online_members: [],
        },
    )
    .ok();
}

async fn send_message(
    s: SocketRef,
    Data(p): Data<Send>,
    Extension(me): Extension<Session>,
    State(store): State<Store>,
) {
    if p.group_id.is_empty() || p.content.is_empty() || p.r#type.is_empty() {
        return fail(&s, "VALIDATION_ERROR", "Missing required fields");
    }
    if !me.joined.lock().unwrap().contains(&p.group_id) {
        return fail(&s, "ACCESS_DENIED", "Not a member");
    }
    if p.content.len() > CONTENT_BYTES_MAX {
        return fail(&s, "MESSAGE_TOO_LONG", "Too long");
    }
    let at = now();
    let to = room(&p.group_id);
    let message = Message {
        id: new_id(),
        group_id: p.group_id,
        sender_id: me.user._id.clone(),
        content: p.content.trim().to_owned(),
        r#type: p.r#type,
        is_deleted: false,
        read_by: Vec::new(),
        created_at: at.clone(),
        updated_at: at,
    };
    {
        let mut inner = store.lock();
        let list = inner.messages.entry(message.group_id.clone()).or_default();
        list.push(message.clone());
        if list.len() > GROUP_MESSAGES_MAX {
            list.drain(..GROUP_MESSAGES_FORGOTTEN);
        }
    }
    s.emit(
        "message_sent",
        &Sent {
            message: &message,
            temp_id: p.temp_id,
        },
    )
    .ok();
    s.to(to)
        .emit(
            "new_message",
            &New {
                message: &message,
                sender: &me.user,
            },
        )
        .await
        .ok();
}

#[tokio::main]
async fn main() {
    let env = |k: &str| std::env::var(k).ok().and_then(|v| v.parse::<usize>().ok());
    let mut builder = SocketIo::builder()
        .with_state(Store::default())
        .ping_interval(Duration::from_secs(25))
        .ping_timeout(Duration::from_secs(60));
    if let Some(n) = env("MAX_BUFFER") {
        builder = builder.max_buffer_size(n);
    }
    let (layer, io) = builder.build_layer();
    io.ns("/", (async || {}).with(handshake));
    let app = Router::new()
        .route("/health", get(async || "ok"))
        .layer(layer);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", env("PORT").unwrap_or(3102) as u16))
        .await
        .unwrap();
    axum::serve(
        listener.tap_io(|tcp| {
            tcp.set_nodelay(true).ok();
        }),
        app,
    )
    .await
    .unwrap();
}
