//! What is said above the form when number and code open nothing, and how the page says it twice.

use axum::http::StatusCode;
use pages::Locale;
use serde::{Deserialize, Serialize};

use super::super::spoken::{locale, read, say};
use super::present::NotPresented;
use crate::ticket::TicketRefusal;
use crate::words::for_people;

/// Above the form, and beside which of its fields.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct PickupMistake {
    status: u16,
    pub(super) said: String,
    /// The number cannot be one.
    pub(super) number: bool,
    /// The code cannot be one.
    pub(super) code: bool,
    /// The other container may still be taken.
    pub(super) other: bool,
    /// Seconds until it can be tried again.
    pub(super) wait: Option<i64>,
}

impl PickupMistake {
    pub(super) fn of(why: &NotPresented) -> Self {
        let status = match why {
            NotPresented::Busy(_) | NotPresented::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            NotPresented::Illegible { .. } | NotPresented::ManagementNumber | NotPresented::PageOver => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            NotPresented::Registry(refusal) => {
                tracing::warn!(%refusal, "a ticket could not be asked for");
                StatusCode::SERVICE_UNAVAILABLE
            }
            NotPresented::Ticket(refusal) => {
                tracing::info!(refusal = refusal.code(), "pick-up ticket refused");
                StatusCode::FORBIDDEN
            }
        };
        let wait = match why {
            NotPresented::TooMany(seconds) => Some(*seconds),
            NotPresented::Busy(_)
            | NotPresented::Illegible { .. }
            | NotPresented::ManagementNumber
            | NotPresented::PageOver
            | NotPresented::Registry(_)
            | NotPresented::Ticket(_) => None,
        };
        Self {
            status: status.as_u16(),
            said: said(why),
            number: matches!(why, NotPresented::Illegible { number: Err(_), .. } | NotPresented::ManagementNumber),
            code: matches!(why, NotPresented::Illegible { code: Err(_), .. }),
            other: matches!(why, NotPresented::Ticket(TicketRefusal::Used { other: true, .. })),
            wait,
        }
    }

    pub(super) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::FORBIDDEN)
    }
}

fn said(why: &NotPresented) -> String {
    let said = match why {
        NotPresented::Busy(_) => say(
            "ただいま混み合っています。1分ほど待ってから、もう一度お試しください。",
            "いま、たくさんの人が使っています。1分ぐらい待って、もう一度試してください。",
            "Many people are using this at the moment. Please wait a minute and try again.",
        ),
        NotPresented::Illegible { .. } => say(
            "取得用番号（16文字）と確認コード（10文字）を、届いたとおりに入力してください。",
            "取得用番号（16文字）と確認コード（10文字）を、届いたとおりに入力してください。",
            "Please type the pick-up number (16 characters) and the confirmation code (10 characters) as you got them.",
        ),
        NotPresented::ManagementNumber => say(
            "T- で始まる番号は、市の管理番号です。ここでは使えません。取得用番号は、カシワニネット担当者に届いた\
             「電子証明書の取得のご案内」などのメールか、用紙にあります（abcd-efgh-jkmn-pqrs のような16文字）。",
            "T- で始まる番号は、ここでは使えません。取得用番号は、カシワニネット担当者に届いたメールか、紙に書いてあります\
             （abcd-efgh-jkmn-pqrs のような16文字）。",
            "A number that begins with T- is the city’s own and opens nothing here. The pick-up number stands in the mail to the \
             Kashiwani-Net contact of your office, or on paper (16 characters like abcd-efgh-jkmn-pqrs).",
        ),
        NotPresented::PageOver => say(
            "この画面を表示できる時間（1時間）を過ぎました。取得用番号と確認コードを、もう一度入力してください。\
             取得用番号を使わずに更新を始めたときは、更新の画面から、もう一度始めてください。",
            "この画面を見られる時間（1時間）は終わりました。取得用番号と確認コードを、もう一度入力してください。\
             取得用番号を使わないで更新を始めたときは、更新の画面から、もう一度始めてください。",
            "The hour for this page is over. Please type the pick-up number and the confirmation code again. If you began a renewal \
             without a number, please begin again from its page.",
        ),
        NotPresented::Registry(_) => say(
            "ただいま取得できません。しばらくしてから、もう一度お試しください。取得用番号はそのまま使えます。",
            "いまは取得できません。少し待って、もう一度試してください。取得用番号は、まだ使えます。",
            "It cannot be taken at the moment. Please try again in a while: the number goes on working.",
        ),
        NotPresented::Ticket(why) => return read(&for_people(&(*why).into())),
        NotPresented::TooMany(seconds) => return too_many(seconds / 60 + 1),
    };
    said.to_owned()
}

fn too_many(minutes: i64) -> String {
    match locale() {
        Locale::Japanese => format!(
            "入力の間違いが続いたため、受け付けを止めています。{minutes}分ほど待ってから、もう一度お試しください。"
        ),
        Locale::EasyJapanese => format!("何度も間違えました。{minutes}分ぐらい待って、もう一度試してください。"),
        Locale::English => format!("Too many mistakes in a row. Please wait some {minutes} minutes and try again."),
    }
}
