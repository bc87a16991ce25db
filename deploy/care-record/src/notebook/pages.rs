//! The pages: the user's rooms, one room's 連絡帳, and writing into it. All of them work without script; with it they warn
//! before the login ends, as a service behind this gate should (`awake.js`).

use std::sync::Arc;

use askama::Template;
use axum::{
    Form, Router,
    extract::{Extension, Query, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
    routing::get,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Deserialize;
use time::{OffsetDateTime, UtcOffset, macros::format_description};

use super::{Post, PostRefusal, posts::LONGEST_POST};
use crate::{assertion::Statement, door, service::Service};

const STYLE: &str = include_str!("../../templates/style.css");
const SCRIPT: &str = include_str!("../../templates/awake.js");

/// The routes of the pages.
pub fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route("/", get(rooms))
        .route("/open", get(open))
        .route("/rooms/{room}/", get(room))
        .route("/rooms/{room}/posts", get(back).post(write))
        .route("/awake", get(async || StatusCode::NO_CONTENT))
}

#[derive(Template)]
#[template(path = "rooms.html")]
struct RoomsPage<'a> {
    style: &'a str,
    script: &'a str,
    login_id: &'a str,
    rooms: Vec<(String, String)>,
    mistake: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "room.html")]
struct RoomPage<'a> {
    style: &'a str,
    script: &'a str,
    login_id: &'a str,
    heading: String,
    room: &'a str,
    posts: Vec<Shown>,
    written: &'a str,
    mistake: Option<String>,
    longest: usize,
}

struct Shown {
    author: String,
    affiliation: String,
    machine_time: String,
    time: String,
    text: String,
}

#[derive(Template)]
#[template(path = "absent.html")]
struct AbsentPage<'a> {
    style: &'a str,
    script: &'a str,
    login_id: &'a str,
}

#[derive(Deserialize)]
struct Opened {
    room: String,
}

#[derive(Deserialize)]
struct Written {
    text: String,
}

async fn rooms(State(service): State<Arc<Service>>, Extension(who): Extension<Arc<Statement>>) -> Response {
    let login_id = &who.claims().sub;
    let rooms = service.notebook.rooms_of(login_id);
    shown(StatusCode::OK, &RoomsPage { style: STYLE, script: SCRIPT, login_id, rooms, mistake: None })
}

/// To a room by its number. Whether the user may enter is not ours to say: the gateway's next answer does.
async fn open(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Arc<Statement>>,
    Query(opened): Query<Opened>,
) -> Response {
    let room = opened.room.trim();
    let known_letters = |letter: u8| letter.is_ascii_alphanumeric() || letter == b'-' || letter == b'_';
    if (1..=64).contains(&room.len()) && room.bytes().all(known_letters) {
        return Redirect::to(&format!("/rooms/{room}/")).into_response();
    }
    let login_id = &who.claims().sub;
    let rooms = service.notebook.rooms_of(login_id);
    let mistake = Some("部屋の番号は、案内に書かれたとおりに半角の英字・数字で入力してください。");
    shown(StatusCode::UNPROCESSABLE_ENTITY, &RoomsPage { style: STYLE, script: SCRIPT, login_id, rooms, mistake })
}

async fn room(State(service): State<Arc<Service>>, Extension(who): Extension<Arc<Statement>>) -> Response {
    page_of_room(&service, &who, "", None)
}

/// Where one writes to, nothing is to be read; whoever is led here after a login meant the room.
async fn back(Extension(who): Extension<Arc<Statement>>) -> Response {
    Redirect::to(&format!("/rooms/{}/", who.claims().room.as_deref().unwrap_or_default())).into_response()
}

/// No page has this path.
pub(crate) async fn absent(Extension(who): Extension<Arc<Statement>>) -> Response {
    shown(StatusCode::NOT_FOUND, &AbsentPage { style: STYLE, script: SCRIPT, login_id: &who.claims().sub })
}

async fn write(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Arc<Statement>>,
    Form(written): Form<Written>,
) -> Response {
    let claims = who.claims();
    let room = claims.room.as_deref().unwrap_or_default();
    let text = written.text.replace("\r\n", "\n");
    let author = claims.sub.clone();
    let affiliation = format!("事業所 {}", claims.office);
    let at = i64::try_from(door::now()).unwrap_or(i64::MAX);
    match service.notebook.write(room, Post { author, affiliation, at, text: text.clone() }) {
        Ok(()) => Redirect::to(&format!("/rooms/{room}/")).into_response(),
        Err(refusal) => page_of_room(&service, &who, &text, Some(refusal)),
    }
}

fn page_of_room(service: &Service, who: &Statement, written: &str, refusal: Option<PostRefusal>) -> Response {
    let login_id = &who.claims().sub;
    let room = who.claims().room.as_deref().unwrap_or_default();
    let (heading, posts) = service.notebook.enter(room, login_id);
    let posts = posts.into_iter().map(Shown::from).collect();
    let mistake = refusal.map(|refusal| match refusal {
        PostRefusal::Empty => "内容を入力してください。".to_owned(),
        PostRefusal::TooLong => format!("{LONGEST_POST}文字以内で入力してください。"),
    });
    let status = if mistake.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let (style, script) = (STYLE, SCRIPT);
    shown(status, &RoomPage { style, script, login_id, heading, room, posts, written, mistake, longest: LONGEST_POST })
}

impl From<Post> for Shown {
    fn from(post: Post) -> Self {
        let japan = UtcOffset::from_hms(9, 0, 0).unwrap_or(UtcOffset::UTC);
        let at = OffsetDateTime::from_unix_timestamp(post.at).unwrap_or(OffsetDateTime::UNIX_EPOCH).to_offset(japan);
        let time = format_description!("[year]年[month padding:none]月[day padding:none]日 [hour]:[minute]");
        let machine_time = format_description!("[year]-[month]-[day]T[hour]:[minute]+09:00");
        Self {
            author: post.author,
            affiliation: post.affiliation,
            machine_time: at.format(machine_time).unwrap_or_default(),
            time: at.format(time).unwrap_or_default(),
            text: post.text,
        }
    }
}

/// A page may load nothing but its own style and script, which are known by their digests; the script asks this site alone.
fn shown(status: StatusCode, page: &impl Template) -> Response {
    let Ok(html) = page.render() else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let digest =
        |text: &str| BASE64_STANDARD.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes()));
    let (style, script) = (digest(STYLE), digest(SCRIPT));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::REFERRER_POLICY, "same-origin".to_owned()),
    ];
    (status, headers, Html(html)).into_response()
}
