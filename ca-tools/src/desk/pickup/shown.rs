//! The page with the password and the button has an address of its own, so that a reload and Back show it again.
//!
//! Its address carries number and code, sealed under the desk's key for an hour: nobody else can read them there, and a
//! page that was sent for by a form would be asked for again with "send the form once more?", or be gone.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use certs::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::super::form::Fields;
use super::super::page::page;
use super::super::seal::{opened, seal};
use super::super::spoken::say;
use super::answer::{PickupVisit, mistaken, other_device, refused, unfit};
use super::hand_out::{container, not_made};
use super::mistake::PickupMistake;
use super::pages::{Download, Ready, Step};
use super::present::{NotPresented, Presented};
use crate::clock::now;
use crate::desk::signing::NotMade;
use crate::desk::state::Desk;
use crate::platform::system;
use crate::ticket::{ConfirmationCode, Gives, Part, Pepper, TicketNumber, file_password, loss_code};

/// Seconds for which the page's address opens.
const LIFE: i64 = 3_600;
/// Keep apart what is made of the desk's key.
const PEPPER: &str = "sekisho pick-up pepper 1";
const PAGE: &str = "sekisho pick-up page 1";
const MISTAKE: &str = "sekisho pick-up mistake 1";

/// What the page's address says.
struct Shown {
    number: TicketNumber,
    code: ConfirmationCode,
    part: Part,
    /// They said that this is the device.
    here: bool,
}

impl Desk {
    /// What the desk puts into passwords and codes of pick-ups; nothing where it takes none.
    pub(super) fn pepper(&self) -> Option<Pepper> {
        self.secret(PEPPER).map(|secret| Pepper::of(*secret))
    }

    fn sealed(&self, shown: &Shown, now: Timestamp) -> Option<String> {
        let part = part_word(shown.part);
        let here = if shown.here { "here" } else { "" };
        let (number, code) = (shown.number.signs(), shown.code.signs());
        let said = Zeroizing::new(format!("{number}.{code}.{part}.{here}.{}", now.plus(LIFE).unix()));
        seal(&*self.secret(PAGE)?, PAGE, said.as_bytes())
    }

    fn unsealed(&self, sealed: &str, now: Timestamp) -> Option<Shown> {
        let said = opened(&*self.secret(PAGE)?, PAGE, sealed)?;
        let mut parts = std::str::from_utf8(&said).ok()?.split('.');
        let (number, code, part) = (parts.next()?, parts.next()?, parts.next()?);
        let (here, until) = (parts.next()?, parts.next()?.parse::<i64>().ok()?);
        if now.unix() > until {
            return None;
        }
        Some(Shown {
            number: TicketNumber::typed(number).ok()?,
            code: ConfirmationCode::typed(code).ok()?,
            part: if part == part_word(Part::Other) { Part::Other } else { Part::First },
            here: here == "here",
        })
    }
}

fn part_word(part: Part) -> &'static str {
    match part {
        Part::First => "first",
        Part::Other => "other",
    }
}

/// `POST /pickup`: number and code; on to the page with the steps, or what is wrong.
pub(crate) async fn form(visit: PickupVisit<'_>, fields: &Fields) -> Response {
    asked(visit, fields, Part::First).await
}

/// `POST /pickup/other`: 「開けないとき」.
pub(crate) async fn other(visit: PickupVisit<'_>, fields: &Fields) -> Response {
    asked(visit, fields, Part::Other).await
}

async fn asked(visit: PickupVisit<'_>, fields: &Fields, part: Part) -> Response {
    if let Some(answer) = unfit(visit, fields.get("number")) {
        return answer;
    }
    match visit.present(fields, part, now()).await {
        Err(why) => on_to_mistake(visit, fields, &why),
        Ok(presented) => on_to_page(visit, presented, fields.get("here") == "yes"),
    }
}

/// On to the page of a ticket that opened; `here` where they said that this is its device.
fn on_to_page(visit: PickupVisit<'_>, presented: Presented, here: bool) -> Response {
    let Presented { number, code, proof } = presented;
    let shown = Shown { number, code, part: proof.part(), here };
    match visit.desk.sealed(&shown, now()) {
        Some(sealed) => Redirect::to(&format!("{}/pickup/ready?of={sealed}", visit.base)).into_response(),
        None => not_made(visit, &NotMade::NoAuthority),
    }
}

/// Longer than anybody types: such a page is shown at once, and not once more.
const LONGEST: usize = 100;

/// What a page's address says of a mistake.
#[derive(Deserialize, Serialize)]
struct Mistaken {
    number: String,
    code: String,
    mistake: PickupMistake,
    until: i64,
}

/// On to the page that says what is wrong: a reload of it tries no wrong code once more. Where nothing was tried, it is said
/// at once.
fn on_to_mistake(visit: PickupVisit<'_>, fields: &Fields, why: &NotPresented) -> Response {
    let (number, code) = (fields.get("number"), fields.get("code"));
    if matches!(why, NotPresented::Busy(_) | NotPresented::TooMany(_)) {
        return refused(visit, fields, why);
    }
    let said = Mistaken {
        number: number.to_owned(),
        code: code.to_owned(),
        mistake: PickupMistake::of(why),
        until: now().plus(LIFE).unix(),
    };
    let sealed = visit.desk.secret(MISTAKE).zip(serde_json::to_vec(&said).ok());
    let sealed = sealed.filter(|_| number.len().max(code.len()) <= LONGEST);
    match sealed.and_then(|(secret, said)| seal(&secret, MISTAKE, &said)) {
        Some(sealed) => Redirect::to(&format!("{}/pickup/told?of={sealed}", visit.base)).into_response(),
        None => mistaken(visit, (number, code), &said.mistake),
    }
}

/// `GET /pickup/told`: what was wrong, as often as one looks.
pub(crate) fn told(visit: PickupVisit<'_>, query: &Fields) -> Response {
    let said = visit.desk.secret(MISTAKE).and_then(|secret| opened(&secret, MISTAKE, query.get("of")));
    let said: Option<Mistaken> = said.and_then(|said| serde_json::from_slice(&said).ok());
    match said.filter(|said| now().unix() <= said.until) {
        Some(said) => mistaken(visit, (&said.number, &said.code), &said.mistake),
        None => refused(visit, &Fields::default(), &NotPresented::PageOver),
    }
}

/// On to the page of a ticket that the desk has just given, to a device that is here.
pub(crate) fn on_to_own(visit: PickupVisit<'_>, presented: Presented) -> Response {
    on_to_page(visit, presented, true)
}

/// `GET /pickup/ready`: the page with the steps, as often as one looks.
pub(crate) async fn ready(visit: PickupVisit<'_>, query: &Fields) -> Response {
    let now = now();
    let Some(shown) = visit.desk.unsealed(query.get("of"), now) else {
        return refused(visit, &Fields::default(), &NotPresented::PageOver);
    };
    if let Some(answer) = unfit(visit, &shown.number.reveal()) {
        return answer;
    }
    let (number, code) = (shown.number.reveal(), shown.code.reveal());
    match visit.desk.presented((shown.number, shown.code), shown.part, now).await {
        Err(why) => mistaken(visit, (&number, &code), &PickupMistake::of(&why)),
        Ok(presented) if !visit.agent().system.may_be(system(presented.proof.os())) && !shown.here => {
            other_device(visit, &presented)
        }
        Ok(presented) => page_of(visit, &presented),
    }
}

fn page_of(visit: PickupVisit<'_>, presented: &Presented) -> Response {
    let Presented { number, code, proof } = presented;
    let Some(pepper) = visit.desk.pepper() else { return not_made(visit, &NotMade::NoAuthority) };
    let (now, part) = (now(), proof.part());
    let download = match proof.gives() {
        Gives::New => Download::Now,
        Gives::Again { until, .. } => Download::Again { until },
        Gives::Page { .. } => Download::Gone,
    };
    let heading = match (part, &download) {
        (_, Download::Again { .. } | Download::Gone) => {
            say("ダウンロード済みです", "もうダウンロードしました", "It has been downloaded")
        }
        (Part::First, Download::Now) => {
            say("電子証明書を取得してください", "電子証明書を取得してください", "Please take the certificate")
        }
        (Part::Other, Download::Now) => say(
            "別の形式の電子証明書を取得してください",
            "別の形式の電子証明書を取得してください",
            "Please take the certificate in the other format",
        ),
    };
    let ready = Ready {
        frame: visit.frame(now, heading),
        base: visit.base,
        step: Step { os: proof.os(), part, container: container(proof.os(), part) },
        download,
        device: proof.device().to_string(),
        label: proof.label(),
        number: number.reveal(),
        code: code.reveal(),
        file_password: file_password(&pepper, (number, code), part),
        loss_code: loss_code(&pepper, (number, code)).reveal(),
        until: proof.until(),
    };
    page(StatusCode::OK, &ready)
}
