//! What is said of a login, of an ID and of a session.

use http::StatusCode;

use super::RefusalWords;

pub(super) const LOCKED: RefusalWords = RefusalWords::of(StatusCode::TOO_MANY_REQUESTS, "KW-202", "locked")
    .ja(
        "ログインを一時的に止めています",
        "ログインの失敗が続いたため、安全のため、このIDでのログインを止めています。",
        &[
            "しばらくしてから、もう一度お試しください。お急ぎの場合や、パスワードをお忘れの場合は、柏市へご連絡ください。電子証明書を入れ直す必要はありません。",
        ],
    )
    .en(
        "Login is paused for a while",
        "Login failed several times in a row. For safety, login with this ID is paused.",
        &[
            "Please try again later. If it is urgent, or you forgot your password, please call Kashiwa City. There is no need to install the certificate again.",
        ],
    );

pub(super) const NO_SESSION: RefusalWords = RefusalWords::of(StatusCode::UNAUTHORIZED, "KW-207", "no_session")
    .ja("ログインしてください", "このページや操作のご利用には、ログインが必要です。", &["ログイン画面へ"])
    .en("Please log in", "You need to log in for this page or action.", &["Go to the login page"]);

pub(super) const SESSION_ABSOLUTE: RefusalWords =
    RefusalWords::of(StatusCode::UNAUTHORIZED, "KW-204", "session_absolute")
        .ja("ログインの有効時間が過ぎました", "時間が過ぎたため、ログアウトしました。", &["もう一度ログインする"])
        .en("Your login has run out", "You were logged out.", &["Log in again"]);

pub(super) const SESSION_IDLE: RefusalWords = RefusalWords::of(StatusCode::UNAUTHORIZED, "KW-203", "session_idle")
    .ja(
        "ログアウトしました（一定時間操作がありませんでした）",
        "操作がないと自動でログアウトします。",
        &["もう一度ログインする"],
    )
    .en(
        "You were logged out after a time without activity",
        "To protect the records, you are logged out when nothing is done for a while",
        &["Log in again"],
    );

pub(super) const SESSION_CERT_MISMATCH: RefusalWords =
    RefusalWords::of(StatusCode::UNAUTHORIZED, "KW-110", "session_cert_mismatch")
        .ja(
            "もう一度ログインしてください",
            "別の端末のログイン情報が使われたため、安全のためログアウトしました。",
            &["お心当たりがない場合は、柏市へご連絡ください。"],
        )
        .en(
            "Please log in again",
            "A login that belongs to another device was used here, so for safety you were logged out.",
            &["If you do not know why this happened, please call Kashiwa City."],
        );

const FAILED: &str = "IDまたはパスワードをご確認ください。大文字・小文字、全角・半角の違いにもご注意ください。";
const FAILED_STEPS: &[&str] = &[
    "もう一度入力してください。続けて間違えると、しばらくログインできなくなります。お忘れの場合は柏市へご連絡ください。",
];
const FAILED_EN: &str =
    "Please check your ID and password. Mind capital and small letters, and full-width and half-width characters.";
const FAILED_STEPS_EN: &[&str] = &[
    "Please enter them again. After several failures in a row you cannot log in for a while. If you forgot them, please call Kashiwa City.",
];

/// A failed login looks the same whatever was wrong: the reason is in the line, and not on the page.
const fn failed(reason: &'static str) -> RefusalWords {
    RefusalWords::of(StatusCode::UNAUTHORIZED, "KW-201", reason)
        .ja("ログインできませんでした", FAILED, FAILED_STEPS)
        .en("Login failed", FAILED_EN, FAILED_STEPS_EN)
}

pub(super) const UNKNOWN_ID: RefusalWords = failed("unknown_id");
pub(super) const WRONG_PASSWORD: RefusalWords = failed("wrong_password");
pub(super) const USER_DELETED: RefusalWords = failed("user_deleted");

pub(super) const USER_SUSPENDED: RefusalWords = RefusalWords::of(StatusCode::FORBIDDEN, "KW-112", "user_suspended")
    .ja(
        "このIDのご利用を一時停止しています",
        "柏市への届出などにより、このIDでのご利用を一時的に止めています。",
        &[
            "事業所のカシワニネット担当者にご確認ください。お心当たりがない場合は、柏市へご連絡ください。柏市で確認できしだい、また使えるようになります。電子証明書を入れ直す必要はありません。",
        ],
    )
    .en(
        "Use of this ID is on hold",
        "Use of this ID is on hold, for example because of a report to Kashiwa City.",
        &[
            "Please ask your office’s Kashiwani-Net contact. If you do not know why this happened, call Kashiwa City. After a check the ID can be used again. There is no need to install the certificate again.",
        ],
    );

pub(super) const MAINTENANCE_CLOSED: RefusalWords = RefusalWords::of(StatusCode::FORBIDDEN, "KW-112", "maintenance_closed")
    .ja(
        "保守作業の時間帯ではありません",
        "このIDは保守用です。柏市が承認した作業計画の時間帯だけ、ご利用いただけます。",
        &[
            "作業計画書の日時をご確認ください。時間帯を変えるときは、柏市へご連絡ください。始まりましたら、もう一度ログインしてください。",
        ],
    )
    .en(
        "This is outside the maintenance window",
        "This ID is for maintenance. It works only within the window of a work plan that Kashiwa City approved.",
        &["Please check the times of your work plan. To change them, call Kashiwa City. Once it begins, log in again."],
    );

pub(super) const MUST_CHANGE_PASSWORD: RefusalWords = RefusalWords::of(StatusCode::FORBIDDEN, "KW-205", "must_change_password")
    .ja(
        "はじめに、パスワードを変更してください",
        "お渡ししたパスワードは、最初の1回だけ使えるものです。ご自分だけが知っているパスワードに変更してください。",
        &[
            "8文字以上で、英字・数字・記号を組み合わせてください。名前や生年月日、ほかのサービスと同じものは使わないでください。",
        ],
    )
    .en(
        "First, please change your password",
        "The password you were given works only the first time. Please change it to one that only you know.",
        &[
            "Use at least 8 characters and combine letters, digits and symbols. Do not use a name, a birthday, or a password of another service.",
        ],
    );
