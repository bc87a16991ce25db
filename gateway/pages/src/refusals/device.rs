//! What is said of a certificate and of the device that holds it.

use http::StatusCode;

use super::RefusalWords;

pub(super) const WRONG_BROWSER: RefusalWords = RefusalWords::of(StatusCode::FORBIDDEN, "KW-106", "wrong_browser")
    .ja(
        "Safari（サファリ）で開いてください",
        "iPhone・iPadでは、Safariだけがカシワニネットの電子証明書を使えます。",
        &["このページのアドレスをコピーします。", "ホーム画面の Safari を開き、アドレス欄に貼り付けてください。"],
    )
    .en(
        "Please open this page in Safari",
        "On an iPhone or iPad, only Safari can use the certificate for Kashiwani-Net.",
        &["Copy the address of this page.", "Open Safari from the home screen and paste it into the address bar."],
    );

const CERTIFICATE_LEAD: &str =
    "カシワニネットは、電子証明書をインストールした端末からご利用いただけます。あてはまるものをご覧ください。";
const CERTIFICATE_STEPS: &[&str] = &[
    "ブラウザをすべて閉じて開き直すと、証明書の選択画面が出ます。",
    "届いたメールの手順で、この端末に電子証明書を入れてください。",
    "先に、電子証明書の取得申請が必要です。",
];
const CERTIFICATE_EN: &str =
    "Kashiwani-Net can be used from devices on which a certificate has been installed. Which of these is you?";
const CERTIFICATE_STEPS_EN: &[&str] = &[
    "Close all windows of your browser and open it again: it asks for a certificate.",
    "Install the certificate on this device as the mail explains.",
    "Please apply for a certificate first.",
];

pub(super) const NO_CERT: RefusalWords = RefusalWords::of(StatusCode::FORBIDDEN, "KW-101", "no_cert")
    .ja("この端末の電子証明書を確認できませんでした", CERTIFICATE_LEAD, CERTIFICATE_STEPS)
    .en("We could not confirm this device’s certificate", CERTIFICATE_EN, CERTIFICATE_STEPS_EN);

pub(super) const UNKNOWN_DEVICE: RefusalWords = RefusalWords::of(StatusCode::FORBIDDEN, "KW-101", "unknown_device")
    .ja("この端末の電子証明書を確認できませんでした", CERTIFICATE_LEAD, CERTIFICATE_STEPS)
    .en("We could not confirm this device’s certificate", CERTIFICATE_EN, CERTIFICATE_STEPS_EN);

pub(super) const FOREIGN_CERT: RefusalWords = RefusalWords::of(StatusCode::FORBIDDEN, "KW-101", "foreign_cert")
    .ja(
        "ほかの証明書が選ばれました",
        "カシワニネットに入るには、柏市がお渡しした「Kashiwani-Net …」の電子証明書が必要です。",
        &["ブラウザをすべて閉じて開き直し、もう一度カシワニネットを開きます。"],
    )
    .en(
        "Another certificate was chosen",
        "To enter Kashiwani-Net you need the certificate “Kashiwani-Net …” that Kashiwa City gave you.",
        &["Close all windows of your browser, open it again, and open Kashiwani-Net."],
    );

pub(super) const REVOKED: RefusalWords = RefusalWords::of(StatusCode::FORBIDDEN, "KW-103", "revoked")
    .ja(
        "この端末の電子証明書は、無効になっています",
        "紛失の届出、端末の入替え、登録の変更などがあると、無効になります。待っていても、使えるようにはなりません。",
        &[
            "事業所のカシワニネット担当者にご確認のうえ、引き続きご利用になる場合は電子証明書の取得申請からお申し込みください。お心当たりがない場合は、柏市へご連絡ください。",
        ],
    )
    .en(
        "This device’s certificate is no longer valid",
        "This device’s certificate is no longer valid. That happens when a loss is reported, a device is replaced, or a registration changes.",
        &[
            "Please ask your office’s Kashiwani-Net contact. To go on using this device, apply for a certificate. If you do not know why this happened, please call Kashiwa City.",
        ],
    );

pub(super) const SUPERSEDED: RefusalWords = RefusalWords::of(StatusCode::FORBIDDEN, "KW-104", "superseded")
    .ja(
        "新しい電子証明書に切り替わっています",
        "この端末には、新しい電子証明書が発行されています。古い電子証明書ではログインできません。",
        &[
            "ブラウザをすべて閉じて開き直し、新しい電子証明書を選んでください。",
            "新しい電子証明書がまだ入っていない場合は、お知らせメールの手順でインストールしてください。",
            "端末を入れ替えた方は、新しい端末からご利用ください。",
        ],
    )
    .en(
        "A newer certificate has taken over",
        "A new certificate has been issued for this device. You cannot log in with the old one.",
        &[
            "Close all windows of your browser, open it again, and choose the new certificate.",
            "If the new certificate is not on this device yet, install it as the mail explains.",
            "If you changed to a new device, please use that one.",
        ],
    );

pub(super) const SUSPENDED: RefusalWords = RefusalWords::of(StatusCode::FORBIDDEN, "KW-107", "suspended")
    .ja(
        "この端末のご利用を一時停止しています",
        "紛失の届出などにより、この端末からのご利用を一時的に止めています。",
        &["端末が見つかった場合や、お心当たりがない場合は、柏市へご連絡ください。柏市で確認できしだい、また使えるようになります。"],
    )
    .en(
        "Use of this device is on hold",
        "Use of this device is on hold, for example because it was reported lost.",
        &["If the device has been found, or you do not know why this happened, please call Kashiwa City. After a check it can be used again."],
    );

pub(super) const OFFICE_SUSPENDED: RefusalWords = RefusalWords::of(StatusCode::FORBIDDEN, "KW-109", "office_suspended")
    .ja(
        "ご利用を停止しています",
        "現在、この事業所のカシワニネットのご利用は停止されています。",
        &["カシワニネット担当者から柏市へお問い合わせください。"],
    )
    .en(
        "Use by this office has been stopped",
        "At present this office cannot use Kashiwani-Net.",
        &["Your office’s Kashiwani-Net contact should ask Kashiwa City."],
    );

const PREPARED: &str = "柏市が端末を確認しています。終わるまで、しばらくお待ちください。";
const PREPARED_STEPS: &[&str] =
    &["確認が終わりましたら、カシワニネット担当者へメールでお知らせします。お急ぎの場合は、柏市へご連絡ください。"];
const PREPARED_EN: &str = "Please wait until this device has been checked (safety inspection and approval).";
const PREPARED_STEPS_EN: &[&str] = &[
    "When it is approved, we will mail your office’s Kashiwani-Net contact. If it is urgent, please call Kashiwa City.",
];

pub(super) const NOT_APPROVED: RefusalWords = RefusalWords::of(StatusCode::FORBIDDEN, "KW-105", "not_approved")
    .ja("この端末は、利用開始の手続き中です", PREPARED, PREPARED_STEPS)
    .en("This device is still being prepared for use", PREPARED_EN, PREPARED_STEPS_EN);

pub(super) const NOT_YET_VALID: RefusalWords = RefusalWords::of(StatusCode::FORBIDDEN, "KW-105", "not_yet_valid")
    .ja("この端末は、利用開始の手続き中です", PREPARED, PREPARED_STEPS)
    .en("This device is still being prepared for use", PREPARED_EN, PREPARED_STEPS_EN);

pub(super) const EXPIRED: RefusalWords = RefusalWords::of(StatusCode::FORBIDDEN, "KW-102", "expired")
    .ja(
        "電子証明書の有効期限が切れています",
        "ご利用を続けるには、新しい電子証明書が必要です。",
        &["期限の切れた電子証明書は、端末から削除してください。"],
    )
    .en(
        "This certificate has expired",
        "To go on, a new certificate is needed.",
        &["Delete the one that has ended from this device."],
    );
