//! What is said above the form when number and code open nothing, and how the page says it twice.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

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
    match why {
        NotPresented::Busy(_) => "ただいま混み合っています。1分ほど待ってから、もう一度お試しください。".to_owned(),
        NotPresented::Illegible { .. } => {
            "取得用番号（16文字）と確認コード（10文字）を、届いたとおりに入力してください。".to_owned()
        }
        NotPresented::ManagementNumber => {
            "T- で始まる番号は、市の管理番号です。ここでは使えません。取得用番号は、カシワニネット担当者に届いた\
             「電子証明書の取得のご案内」などのメールか、用紙にあります（abcd-efgh-jkmn-pqrs のような16文字）。"
                .to_owned()
        }
        NotPresented::PageOver => {
            "この画面を表示できる時間（1時間）を過ぎました。取得用番号と確認コードを、もう一度入力してください。\
             取得用番号を使わずに更新を始めたときは、更新の画面から、もう一度始めてください。"
                .to_owned()
        }
        NotPresented::Registry(_) => {
            "ただいま取得できません。しばらくしてから、もう一度お試しください。取得用番号はそのまま使えます。"
                .to_owned()
        }
        NotPresented::Ticket(why) => for_people(&(*why).into()).ja,
        NotPresented::TooMany(seconds) => {
            format!(
                "入力の間違いが続いたため、受け付けを止めています。{}分ほど待ってから、もう一度お試しください。",
                seconds / 60 + 1
            )
        }
    }
}
