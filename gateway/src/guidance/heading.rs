//! What does a refusal say first? The heading of its page and the `title` of its problem.

use pages::Language;

use crate::refusal::{Fault, Refusal};

pub(super) fn heading(refusal: Refusal, language: Language) -> &'static str {
    let (japanese, english) = both(refusal);
    language.pick(japanese, english)
}

fn both(refusal: Refusal) -> (&'static str, &'static str) {
    match refusal {
        Refusal::NoCert | Refusal::UnknownDevice => {
            ("この端末の電子証明書を確認できませんでした", "We could not confirm this device’s certificate")
        }
        Refusal::ForeignCert => ("ほかの証明書が選ばれました", "Another certificate was chosen"),
        Refusal::Expired => ("電子証明書の有効期限が切れています", "This certificate has expired"),
        Refusal::Revoked => {
            ("この端末の電子証明書は、無効になっています", "This device’s certificate is no longer valid")
        }
        Refusal::Superseded => ("新しい電子証明書に切り替わっています", "A newer certificate has taken over"),
        Refusal::NotApproved | Refusal::NotYetValid => {
            ("この端末は、利用開始の手続き中です", "This device is still being prepared for use")
        }
        Refusal::WrongBrowser => ("Safari（サファリ）で開いてください", "Please open this page in Safari"),
        Refusal::Suspended => ("この端末のご利用を一時停止しています", "Use of this device is on hold"),
        Refusal::OfficeMismatch | Refusal::UserNotOnDevice => {
            ("このIDは、この端末ではご利用いただけません", "This ID cannot be used on this device")
        }
        Refusal::OfficeSuspended => ("ご利用を停止しています", "Use by this office has been stopped"),
        Refusal::SessionCertMismatch => ("もう一度ログインしてください", "Please log in again"),
        Refusal::NotInvited => ("この部屋には招待されていません", "You are not invited to this room"),
        Refusal::UserSuspended => ("このIDのご利用を一時停止しています", "Use of this ID is on hold"),
        Refusal::PolicyDenied => ("この画面を使う権限がありません", "You may not use this page"),
        Refusal::LoginFailed(_) | Refusal::UserDeleted => ("ログインできませんでした", "Login failed"),
        Refusal::Locked => ("ログインを一時的に止めています", "Login is paused for a while"),
        Refusal::SessionIdle => (
            "ログアウトしました（一定時間操作がありませんでした）",
            "You were logged out after a time without activity",
        ),
        Refusal::SessionAbsolute => ("ログインの有効時間が過ぎました", "Your login has run out"),
        Refusal::MustChangePassword => ("はじめに、パスワードを変更してください", "First, please change your password"),
        Refusal::NoSession => ("ログインしてください", "Please log in"),
        Refusal::LogUnavailable
        | Refusal::RegistryStale
        | Refusal::RegistryForked
        | Refusal::SessionStoreUnavailable
        | Refusal::BackendUnavailable => {
            ("ただいまカシワニネットに接続できません", "Kashiwani-Net cannot be reached right now")
        }
        Refusal::Maintenance => ("メンテナンス中です", "Maintenance in progress"),
        Refusal::RateLimited => ("少しお待ちください", "Please wait a moment"),
        Refusal::Misdirected => ("ページを開き直してください", "Please open the page again"),
        Refusal::CrossSite => ("安全のため、操作を受け付けませんでした", "For safety, this was not accepted"),
        Refusal::BadRequest(Fault::Malformed | Fault::UnknownCoding) => {
            ("操作を受け付けられませんでした", "This request could not be read")
        }
        Refusal::BadRequest(Fault::TooSlow) => ("通信に時間がかかりすぎました", "This took too long to arrive"),
        Refusal::BadRequest(Fault::BodyTooLarge) => ("送る内容が大きすぎます", "What you sent is too large"),
        Refusal::BadRequest(Fault::HeadersTooLarge) => {
            ("ブラウザから届いた情報が大きすぎます", "Your browser sent too much information")
        }
        Refusal::NoRoute => ("ページが見つかりませんでした", "Page not found"),
    }
}
