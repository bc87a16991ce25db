//! What is said of a reason: why, to the operator; and the one sentence for the caller, in words that need no explanation.

use certs::Timestamp;
use pages::refusals::Reason;

use super::standing::{CallerStanding, Span};
use super::{sentence_device as device, sentence_person as person};
use crate::language::Text;

/// What is said.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Sentences {
    pub(super) why: Text,
    pub(super) tell: Text,
}

/// What the sentences are about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Circumstances<'a> {
    pub(super) standing: &'a CallerStanding,
    pub(super) span: Span,
    pub(super) now: Timestamp,
}

impl Sentences {
    /// Why and what to tell, each in Japanese and in English.
    pub(super) fn of([why_ja, why_en]: [&str; 2], [tell_ja, tell_en]: [&str; 2]) -> Self {
        Self { why: Text::new(why_ja, why_en), tell: Text::new(tell_ja, tell_en) }
    }
}

/// The reason is over: whatever it was, they may try again.
pub(super) fn mended() -> Text {
    Text::new(
        "いまは使えるはずです。画面をいったん全部閉じて、もう一度カシワニネットを開いてみてください。",
        "It should work now. Please close everything and open Kashiwani-Net again.",
    )
}

/// What a reason is called after it.
pub(super) fn was(why: &Text) -> Text {
    Text::new(
        format!("そのときの理由：{}いまは、その理由はなくなっています。", why.ja),
        format!("then: {}; that is over now", why.en),
    )
}

const ANEW: [&str; 2] = [
    "画面をいったん全部閉じて、もう一度カシワニネットを開いてください。",
    "Please close everything and open Kashiwani-Net again.",
];
const AGAIN: [&str; 2] = [
    "カシワニネットの最初の画面から、もう一度なさってみてください。",
    "Please begin again at the first page of Kashiwani-Net.",
];
const OURS: [&str; 2] = [
    "こちらの機械の都合で、いまお使いになれません。直しておりますので、少したってからもう一度お試しください。",
    "It is our machine. We are mending it: please try again a little later.",
];

/// What is said of a reason that holds, or of the moment in which it was met.
#[expect(clippy::too_many_lines, reason = "a sentence for each reason, and nothing else")]
pub(super) fn said(reason: Reason, facts: Circumstances<'_>) -> Sentences {
    match reason {
        Reason::Misdirected => Sentences::of(
            [
                "古い接続のまま、別の名前のページが開かれました。",
                "a page was asked for on a connection of another name",
            ],
            ANEW,
        ),
        Reason::Malformed | Reason::UnknownCoding => Sentences::of(
            [
                "届いた内容を読み取れませんでした。何も実行していません。",
                "what came could not be read; nothing was done",
            ],
            AGAIN,
        ),
        Reason::TooSlow => Sentences::of(
            ["送信が途中で止まりました。何も実行していません。", "sending stopped half-way; nothing was done"],
            [
                "送っている途中で、つながりが切れたようです。電波のよい所で、もう一度送ってください。",
                "The connection broke while it was being sent. Please send it again where the signal is good.",
            ],
        ),
        Reason::BodyTooLarge => Sentences::of(
            ["一度に送る量が、決められた大きさを超えました。", "more was sent at once than is taken"],
            [
                "一度に送る量が多すぎたようです。写真などを何回かに分けて、送ってください。",
                "It was too much at once. Please send it in several parts.",
            ],
        ),
        Reason::HeadersTooLarge => Sentences::of(
            [
                "ブラウザにたまった情報（Cookie）が大きくなりすぎています。くり返すときは、Cookieの削除を案内してください。",
                "the browser's cookies have grown too large; if it comes again, have them deleted",
            ],
            ANEW,
        ),
        Reason::LogUnavailable => Sentences::of(
            [
                "アクセス記録を書き込めないため、だれも通していません。",
                "the access log cannot be written: nobody is let in",
            ],
            OURS,
        ),
        Reason::RegistryStale => Sentences::of(
            [
                "入口（gateway）が台帳を確かめられない時間が続きました。",
                "the gateway could not ask the registry for too long",
            ],
            OURS,
        ),
        Reason::RegistryForked => Sentences::of(
            [
                "入口（gateway）の知る台帳と、いまの台帳が食い違っています。",
                "the gateway follows another history than the registry's",
            ],
            OURS,
        ),
        Reason::SessionStoreUnavailable => {
            Sentences::of(["ログインの記録を置く場所が応答しませんでした。", "the session store did not answer"], OURS)
        }
        Reason::BackendUnavailable => {
            Sentences::of(["ケア記録のサーバーが応答しませんでした。", "the care record's server did not answer"], OURS)
        }
        Reason::Maintenance => Sentences::of(
            ["予定されたメンテナンスの時間でした。", "it was planned maintenance"],
            [
                "点検のため、お使いになれない時間でした。終わりましたら、そのままお使いになれます。",
                "It is being looked after. It can be used again when that is over.",
            ],
        ),
        Reason::CrossSite => Sentences::of(
            [
                "カシワニネット以外のページから送られた操作でした。何も実行していません。",
                "it was sent from another site's page; nothing was done",
            ],
            AGAIN,
        ),
        Reason::RateLimited => Sentences::of(
            ["短い間に操作が重なりました。", "there were many requests within a short time"],
            [
                "続けて押されたようです。1分ほど待って、もう一度お試しください。",
                "That was many times in a row. Please wait a minute and try again.",
            ],
        ),
        Reason::NoRoute => Sentences::of(
            ["アドレスが違うか、ページがなくなっています。", "the address is wrong, or the page is gone"],
            AGAIN,
        ),
        Reason::WrongBrowser => device::wrong_browser(),
        Reason::NoCert | Reason::UnknownDevice => device::no_certificate(reason, facts),
        Reason::ForeignCert => device::foreign(),
        Reason::Revoked => device::revoked(facts),
        Reason::Superseded => device::superseded(facts),
        Reason::Suspended => device::suspended(facts),
        Reason::OfficeSuspended => device::office(facts),
        Reason::NotApproved => device::not_approved(facts),
        Reason::NotYetValid => device::not_yet_valid(facts),
        Reason::Expired => device::expired(facts),
        Reason::Locked => person::locked(facts),
        Reason::NoSession => person::no_session(),
        Reason::SessionAbsolute => person::too_long(),
        Reason::SessionIdle => person::idle(),
        Reason::SessionCertMismatch => person::elsewhere(),
        Reason::UnknownId => person::unknown(),
        Reason::WrongPassword => person::wrong(facts),
        Reason::UserDeleted => person::deleted(),
        Reason::UserSuspended => person::suspended(),
        Reason::MaintenanceClosed => person::closed(),
        Reason::OfficeMismatch => person::other_office(facts),
        Reason::UserNotOnDevice => person::not_listed(facts),
        Reason::MustChangePassword => person::initial(),
        Reason::NotInvited => person::not_invited(facts),
        Reason::TrainingNeeded => person::untrained(),
        Reason::PolicyDenied => person::may_not(),
    }
}
