//! What is said of what is wrong with the way in, with a request, or with the house itself.

use http::StatusCode;

use super::RefusalWords;

const ANEW: &[&str] = &["ブラウザをすべて閉じて、もう一度カシワニネットを開いてください。"];
const ANEW_EN: &[&str] = &["Close all windows of your browser and open Kashiwani-Net again."];

pub(super) const MISDIRECTED: RefusalWords = RefusalWords::of(StatusCode::MISDIRECTED_REQUEST, "KW-304", "misdirected")
    .ja("ページを開き直してください", "通信の都合で、ページを正しく開けませんでした。", ANEW)
    .en("Please open the page again", "The page could not be opened properly over this connection.", ANEW_EN);

/// A request that we cannot read.
const fn unread(status: StatusCode) -> RefusalWords {
    RefusalWords::of(status, "KW-306", "bad_request")
        .ja(
            "操作を受け付けられませんでした",
            "送られた内容を、正しく読み取れませんでした。この操作は行われていません。",
            &[
                "カシワニネットを開き直し、もう一度操作してください。",
                "アドレスを入力した方は、間違いがないかご確認ください。",
            ],
        )
        .en(
            "This request could not be read",
            "What was sent could not be read. Nothing was done.",
            &[
                "Open Kashiwani-Net again and repeat what you wanted to do.",
                "If you typed the address, please check it.",
            ],
        )
}

pub(super) const MALFORMED: RefusalWords = unread(StatusCode::BAD_REQUEST);
pub(super) const UNKNOWN_CODING: RefusalWords = unread(StatusCode::NOT_IMPLEMENTED);

pub(super) const TOO_SLOW: RefusalWords = RefusalWords::of(StatusCode::REQUEST_TIMEOUT, "KW-306", "bad_request")
    .ja(
        "通信に時間がかかりすぎました",
        "送信が途中で止まったため、受け付けられませんでした。",
        &["電波やインターネットの状態をご確認のうえ、もう一度操作してください。"],
    )
    .en(
        "This took too long to arrive",
        "Sending stopped half-way, so it was not accepted.",
        &["Please check your connection and try again."],
    );

pub(super) const BODY_TOO_LARGE: RefusalWords =
    RefusalWords::of(StatusCode::PAYLOAD_TOO_LARGE, "KW-306", "bad_request")
        .ja(
            "送る内容が大きすぎます",
            "一度に送れる大きさを超えているため、受け付けられませんでした。",
            &["ファイルを小さくするか、何回かに分けて送ってください。"],
        )
        .en(
            "What you sent is too large",
            "It is larger than what can be sent at once, so it was not accepted.",
            &["Please make the file smaller, or send it in several parts."],
        );

pub(super) const HEADERS_TOO_LARGE: RefusalWords =
    RefusalWords::of(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "KW-306", "bad_request")
        .ja(
            "ブラウザから届いた情報が大きすぎます",
            "ブラウザに保存された情報がたまり、受け付けられる大きさを超えました。",
            &[
                "ブラウザをすべて閉じて、もう一度カシワニネットを開いてください。",
                "同じ表示が続く場合は、ブラウザの設定で、このサイトのCookie（クッキー）を削除してください。",
            ],
        )
        .en(
            "Your browser sent too much information",
            "What your browser has stored for this site has grown larger than we can accept.",
            &[
                "Close all windows of your browser and open Kashiwani-Net again.",
                "If this page comes again, delete this site’s cookies in the settings of your browser.",
            ],
        );

/// Something of ours does not answer.
const fn away(reason: &'static str) -> RefusalWords {
    RefusalWords::of(StatusCode::SERVICE_UNAVAILABLE, "KW-301", reason)
        .ja(
            "ただいまカシワニネットに接続できません",
            "システムの都合により、一時的にご利用いただけません。ご不便をおかけして申し訳ありません。",
            &[
                "しばらくしてから、もう一度お試しください。電子証明書やパスワードを変更する必要はありません。",
                "お急ぎの連絡は、電話などをご利用ください。",
            ],
        )
        .en(
            "Kashiwani-Net cannot be reached right now",
            "For reasons on our side, the service is not available for the moment. We are sorry for the trouble.",
            &[
                "Please try again a little later. There is no need to change the certificate or your password.",
                "For urgent messages, please use the telephone.",
            ],
        )
}

pub(super) const LOG_UNAVAILABLE: RefusalWords = away("log_unavailable");
pub(super) const REGISTRY_STALE: RefusalWords = away("registry_stale");
pub(super) const REGISTRY_FORKED: RefusalWords = away("registry_forked");
pub(super) const SESSION_STORE_UNAVAILABLE: RefusalWords = away("session_store_unavailable");
pub(super) const BACKEND_UNAVAILABLE: RefusalWords = away("backend_unavailable");

pub(super) const MAINTENANCE: RefusalWords = RefusalWords::of(StatusCode::SERVICE_UNAVAILABLE, "KW-302", "maintenance")
    .ja("メンテナンス中です", "メンテナンスを行っています。", &["終了後に、もう一度お試しください。"])
    .en("Maintenance in progress", "Maintenance is taking place now.", &["Please try again after it has ended."]);

pub(super) const CROSS_SITE: RefusalWords = RefusalWords::of(StatusCode::FORBIDDEN, "KW-305", "cross_site")
    .ja(
        "安全のため、操作を受け付けませんでした",
        "カシワニネット以外のページから送られた操作のようです。この操作は行われていません。",
        &[
            "カシワニネットを開き直し、もう一度操作してください。",
            "お心当たりがない場合や、くり返し表示される場合は、柏市へご連絡ください。",
        ],
    )
    .en(
        "For safety, this was not accepted",
        "This seems to have been sent from a page outside Kashiwani-Net. Nothing was done.",
        &[
            "Open Kashiwani-Net again and repeat what you wanted to do.",
            "If you do not know why this happened, or it happens again, please call Kashiwa City.",
        ],
    );

pub(super) const RATE_LIMITED: RefusalWords = RefusalWords::of(StatusCode::TOO_MANY_REQUESTS, "KW-303", "rate_limited")
    .ja(
        "少しお待ちください",
        "続けて操作されたか、利用が重なったため、少しお待ちいただいています。",
        &["1分ほど待ってから、もう一度お試しください。"],
    )
    .en(
        "Please wait a moment",
        "There were many requests within a short time.",
        &["Please wait about a minute and try again."],
    );

pub(super) const NO_ROUTE: RefusalWords = RefusalWords::of(StatusCode::NOT_FOUND, "KW-307", "no_route")
    .ja(
        "ページが見つかりませんでした",
        "アドレスが間違っているか、ページがなくなっています。",
        &["アドレスに間違いがないかご確認ください。"],
    )
    .en("Page not found", "The address is wrong, or the page is no longer there.", &["Please check the address."]);
