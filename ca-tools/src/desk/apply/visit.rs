//! `/apply` of the public door: a stranger confirms a mail address, and then fills in the form it opens.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use registry::OfficeNo;

use super::super::form::Fields as Typed;
use super::super::page::{Frame, page};
use super::super::seal::{opened as sealed, seal};
use super::super::spoken::{locale, read, say};
use super::super::visitor::Visitor;
use super::asking::{Asking, blank, sent};
use super::confirm::{self, Begun, Recipient};
use super::key::ApplyKey;
use super::limits::{Sender, TooOften};
use super::pages::{Address, Choice, Mailed, Stopped, choices};
use super::token::{ApplicationLink, LinkRefusal};
use crate::acts::Hand;
use crate::application::{Fields, Kind, Mailbox, address_of, office_of};
use crate::clock::now;
use crate::desk::state::Desk;

const HOME: &str = "/apply";

/// `/apply…`.
pub(crate) fn routes() -> Router<Desk> {
    Router::new()
        .route("/apply", get(which))
        .route("/apply/begin", get(begin).post(confirmed))
        .route("/apply/mailed", get(mailed))
        .route("/apply/form", get(opened).post(filled))
}

async fn which(State(desk): State<Desk>, visitor: Visitor) -> Response {
    let list: Vec<_> = Kind::ALL.iter().map(|kind| Choice::of(*kind, format!("/apply/begin?kind={kind}"))).collect();
    let lead = say(
        "申請の種類を選んでください。電子証明書でログインできるカシワニネット担当者は、カシワニネットの「手続き」からも申請できます。",
        "申請の種類を選んでください。カシワニネット担当者で、ログインできる人は、カシワニネットの「手続き」からも申請できます。",
        "Choose what you apply for. A Kashiwani-Net contact who can log in can also apply there, under “Procedures”.",
    );
    choices(frame(&desk, &visitor, say("申請", "申請", "Applications")), (lead, &list), None)
}

async fn begin(State(desk): State<Desk>, visitor: Visitor, RawQuery(query): RawQuery) -> Response {
    let query = Typed::of(query.unwrap_or_default().as_bytes());
    match query.get("kind").parse() {
        Ok(kind) => asked(&desk, &visitor, StatusCode::OK, kind, "", None),
        Err(_) => which(State(desk), visitor).await,
    }
}

async fn confirmed(State(desk): State<Desk>, visitor: Visitor, body: Bytes) -> Response {
    let (typed, now) = (Typed::of(&body), now());
    let Ok(kind) = typed.get("kind").parse::<Kind>() else { return which(State(desk), visitor).await };
    let Some(key) = &desk.apply_key else { return closed(&desk, &visitor) };
    // Counted before anything is looked at: a source learns nothing by asking often.
    if let Err(wait) = desk.limits.look(&visitor.source, now) {
        return too_often(&desk, &visitor, wait);
    }
    let text = typed.get(field(kind));
    let recipient = match kind {
        Kind::FirstRegistration => address_of(text).map(Recipient::Typed),
        Kind::Ids | Kind::OfficeChange | Kind::OfficeNumber | Kind::Certificate => {
            office_of(text).map(Recipient::Registered)
        }
    };
    let recipient = match recipient {
        Ok(recipient) => recipient,
        Err(mistake) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return asked(&desk, &visitor, status, kind, text, Some(read(&mistake)));
        }
    };
    let asked_for = match &recipient {
        Recipient::Typed(_) => desk.limits.ask(&visitor.source, now),
        Recipient::Registered(_) => desk.limits.ask_of_office(&visitor.source, now),
    };
    if let Err(wait) = asked_for {
        return too_often(&desk, &visitor, wait);
    }
    let shown = match &recipient {
        Recipient::Typed(mail) => mail.clone(),
        Recipient::Registered(_) => String::new(),
    };
    confirm::begin(&desk, key, Begun { kind, recipient, visitor: visitor.clone(), now });
    // A page of its own: a reload sends no second mail.
    match desk.secret(MAILED).and_then(|secret| seal(&secret, MAILED, shown.as_bytes())) {
        Some(sealed) => Redirect::to(&format!("/apply/mailed?of={sealed}")).into_response(),
        None => closed(&desk, &visitor),
    }
}

/// Keeps what the page's address carries apart from what else is sealed.
const MAILED: &str = "sekisho apply mailed 1";

/// `GET /apply/mailed`: a mail may be on its way; to the address that was typed, which only this desk can read there.
async fn mailed(State(desk): State<Desk>, visitor: Visitor, RawQuery(query): RawQuery) -> Response {
    let query = Typed::of(query.unwrap_or_default().as_bytes());
    let said = desk.secret(MAILED).and_then(|secret| sealed(&secret, MAILED, query.get("of")));
    let said = said.and_then(|said| String::from_utf8(said.to_vec()).ok());
    match said {
        Some(mail) => page(
            StatusCode::OK,
            &Mailed {
                frame: frame(
                    &desk,
                    &visitor,
                    say("メールを確認してください", "メールを見てください", "Please look at your mail"),
                ),
                mail: &mail,
            },
        ),
        None => which(State(desk), visitor).await,
    }
}

async fn opened(State(desk): State<Desk>, visitor: Visitor, RawQuery(query): RawQuery) -> Response {
    let typed = Typed::of(query.unwrap_or_default().as_bytes());
    let Some(key) = &desk.apply_key else { return closed(&desk, &visitor) };
    match asking(&desk, &visitor, (typed.get("t"), key)) {
        Ok(asking) => blank(asking).await,
        Err(answer) => *answer,
    }
}

async fn filled(State(desk): State<Desk>, visitor: Visitor, body: Bytes) -> Response {
    let (typed, now) = (Typed::of(&body), now());
    let Some(key) = &desk.apply_key else { return closed(&desk, &visitor) };
    let asking = match asking(&desk, &visitor, (typed.get("t"), key)) {
        Ok(asking) => asking,
        Err(answer) => return *answer,
    };
    let sender = match (&asking.office, &asking.hand) {
        (Some(office), _) => Sender::Office(office.clone()),
        (None, Hand::Confirmed(mail)) => Sender::Stranger(Mailbox::of(mail)),
        (None, Hand::Contact | Hand::Operator(_)) => return closed(&desk, &visitor),
    };
    let counted = match typed.get("do") {
        "send" => desk.limits.keep(&sender, &visitor.source, now),
        _ => desk.limits.judge(&sender, &visitor.source, now),
    };
    if let Err(wait) = counted {
        return too_often(&desk, &visitor, wait);
    }
    sent(asking, fields(&typed)).await
}

/// Everything that was typed, under the names of our fields.
pub(crate) fn fields(typed: &Typed) -> Fields {
    typed.all().map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}

fn asking<'a>(
    desk: &'a Desk,
    visitor: &'a Visitor,
    (token, key): (&'a str, &ApplyKey),
) -> Result<Asking<'a>, Box<Response>> {
    let now = now();
    let ApplicationLink { kind, office, mail, .. } =
        ApplicationLink::read(token, key, now).map_err(|why| Box::new(no_link(desk, visitor, why)))?;
    let by = visitor.by(now).map_err(|_| Box::new(closed(desk, visitor)))?;
    Ok(Asking {
        desk,
        kind,
        action: "/apply/form".to_owned(),
        token,
        office: office.filter(|_: &OfficeNo| kind != Kind::FirstRegistration),
        hand: Hand::Confirmed(mail),
        by,
        reference: &visitor.reference,
        home: HOME,
    })
}

/// What is asked before a link is sent.
fn field(kind: Kind) -> &'static str {
    match kind {
        Kind::FirstRegistration => "mail",
        Kind::Ids | Kind::OfficeChange | Kind::OfficeNumber | Kind::Certificate => "office",
    }
}

fn frame<'a>(desk: &'a Desk, visitor: &'a Visitor, heading: &'a str) -> Frame<'a> {
    Frame { words: &desk.words, reference: &visitor.reference, now: now(), heading }
}

fn asked(
    desk: &Desk,
    visitor: &Visitor,
    status: StatusCode,
    kind: Kind,
    typed: &str,
    mistake: Option<String>,
) -> Response {
    page(
        status,
        &Address {
            frame: frame(desk, visitor, kind.name(locale().language())),
            kind,
            field: field(kind),
            typed,
            mistake,
        },
    )
}

fn no_link(desk: &Desk, visitor: &Visitor, why: LinkRefusal) -> Response {
    let text = match why {
        LinkRefusal::Expired => say(
            "このリンクの有効期限（24時間）が過ぎました。はじめからやり直してください。",
            "このリンクの期限（24時間）が過ぎました。はじめからやり直してください。",
            "This link was good for 24 hours, which are over. Please begin again.",
        ),
        LinkRefusal::NotOurs => say(
            "このリンクでは申請書を開けません。メールのリンクが途中で切れていないか確かめるか、はじめからやり直してください。",
            "このリンクでは申請書を開けません。メールのリンクをもう一度見るか、はじめからやり直してください。",
            "This link opens no form. See whether the link in the mail was cut off, or begin again.",
        ),
    };
    stopped(desk, visitor, StatusCode::FORBIDDEN, text)
}

fn closed(desk: &Desk, visitor: &Visitor) -> Response {
    let text = say(
        "ただいま申請を受け付けられません。しばらくしてから、もう一度お試しください。",
        "いまは申請できません。少し待って、もう一度試してください。",
        "Applications cannot be taken at the moment. Please try again in a while.",
    );
    stopped(desk, visitor, StatusCode::SERVICE_UNAVAILABLE, text)
}

fn too_often(desk: &Desk, visitor: &Visitor, TooOften(seconds): TooOften) -> Response {
    let text = say(
        "短い時間に多くの申請がありました。しばらく待ってから、もう一度お試しください。お急ぎのときは、柏市へご連絡ください。",
        "短い時間に、たくさんの申請がありました。少し待って、もう一度試してください。急ぐときは、柏市へ電話してください。",
        "There were many applications in a short while. Please wait and try again. If it is urgent, please contact Kashiwa City.",
    );
    let mut answer = stopped(desk, visitor, StatusCode::TOO_MANY_REQUESTS, text);
    answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds.unsigned_abs()));
    answer
}

fn stopped(desk: &Desk, visitor: &Visitor, status: StatusCode, text: &str) -> Response {
    let frame = frame(
        desk,
        visitor,
        say("申請書を開けませんでした", "申請書を開けませんでした", "The form could not be opened"),
    );
    page(status, &Stopped { frame, text: text.to_owned(), home: HOME })
}
