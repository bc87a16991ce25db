//! What does a word of the registry mean to a person? Its states, kinds and times, in the reader's language. Programs get the
//! words themselves, by `--json`.

use certs::Timestamp;
use registry::change::RevokedReason;
use registry::{Os, Ownership, Role};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::{format_description, time};

use crate::application::{self, ApplicationState, Day, Item, Kind, OnDay};
use crate::calendar::{day, minute};
use crate::language::{Language, reason_in_japanese};
use crate::proposal::{self, Finding, State};
use crate::spelling::visible;

/// Fields of a day alone. Of others a day may be the name of something: a version of the pledge is called by its day.
const DAYS: [&str; 6] = ["attended_on", "delete_on", "due", "reminders", "suspend_on", "warn_on"];

/// A value that is a text, as people are shown it under this field; beside it stand these others.
pub(crate) fn said(field: &str, text: &str, beside: &[&str], language: Language) -> String {
    if let Some(at) = moment(text) {
        return clock(at, language);
    }
    let word = match language {
        Language::Japanese if DAYS.contains(&field) => text.parse::<Day>().ok().map(Day::japanese),
        Language::Japanese => japanese(field, text, beside),
        Language::English => english(field, text),
    };
    word.unwrap_or_else(|| text.split('\n').map(visible).collect::<Vec<_>>().join("\n"))
}

/// A moment as the registry's lists write it: always whole, always Japan's.
fn moment(text: &str) -> Option<OffsetDateTime> {
    let whole = text.len() == "2028-12-26T23:59:59+09:00".len() && text.ends_with("+09:00");
    whole.then(|| OffsetDateTime::parse(text, &Rfc3339).ok()).flatten()
}

/// To the minute; what lasts until the last second of a day lasts until that day.
fn clock(at: OffsetDateTime, language: Language) -> String {
    let whole_day = at.time() == time!(23:59:59);
    let stamp = Timestamp::from_unix(at.unix_timestamp());
    let format = |long: bool| {
        let short = format_description!("[year]-[month]-[day]");
        let both = format_description!("[year]-[month]-[day] [hour]:[minute]");
        if long { at.format(both) } else { at.format(short) }
    };
    match language {
        Language::Japanese if whole_day => day(stamp),
        Language::Japanese => minute(stamp),
        Language::English => format(!whole_day).unwrap_or_else(|_| at.to_string()),
    }
}

fn english(field: &str, text: &str) -> Option<String> {
    let word = match (field, text) {
        ("assurance", "swk") => "in software",
        ("assurance", "hwk") => "in hardware",
        ("key_origin", "server") => "made by the city",
        ("key_origin", "csr") => "made by the device",
        ("kind", "ids") => "IDs",
        ("os", "ios") => "iPhone, iPad",
        ("os", "macos") => "Mac",
        ("ownership", "byod") => "the person's own",
        ("ownership", "office") => "the office's",
        (
            "state" | "stage" | "kind" | "channel" | "purpose" | "killed_why" | "revoked_reason" | "result" | "os",
            word,
        ) => word,
        _ => return None,
    };
    Some(word.replace('_', " "))
}

fn japanese(field: &str, text: &str, beside: &[&str]) -> Option<String> {
    let has = |other: &str| beside.contains(&other);
    let word = match (field, text) {
        ("found", "office") => "事業所",
        ("found", "person") => "利用者",
        ("found", "device") => "端末",
        ("found", "certificate") => "電子証明書",
        ("found", "room") => "部屋",
        ("found", "application") => "申請",
        ("found", "ticket") => "取得用番号",
        ("found", "letter") => "メール",
        ("found", "proposal") => "提案",
        ("found", "training") => "研修会",
        ("found", "campaign") => "現況届",
        ("found", "incident") => "事故・障害",
        ("found", "event") => "操作記録",
        ("found", "code") => "お問い合わせ番号",
        ("consent", "missing") => "未記録",
        ("consent", "recorded") => "記録あり",
        ("person_consent" | "family_consent" | "last_post" | "confirmed_on", day) => {
            return day.parse::<OnDay>().ok().map(OnDay::japanese);
        }
        // Letters are told of by their own command.
        ("kind" | "state", _) if has("recipient") => return None,
        ("kind", "root") => "ルート認証局",
        ("kind", "issuing") => "発行認証局",
        ("kind" | "state", word) if has("proposal") || has("broken_glass") => return proposed(field, word),
        ("finding", word) => word.parse::<Finding>().ok()?.japanese(),
        ("decided_proof", "named") => "名前だけ",
        ("decided_proof", "console") => "コンソール",
        ("kind", "two_systems") => "2種類のOSから使われた",
        ("kind", "two_networks") => "離れた場所で同時に使われた",
        ("kind", word) => word.parse::<Kind>().ok()?.japanese(),
        ("password_initial" | "suspended", "1") => "はい",
        ("password_initial" | "suspended", "0") => "いいえ",
        ("state", "open") if has("campaign") => "受付中",
        ("state", "closed") if has("campaign") => "締切り済み",
        ("state", "untouched") => "未回答",
        ("state", "begun") => "回答の途中",
        ("state", "confirmed") => "提出済み",
        ("state", "open") if has("incident") => "対応中",
        ("state", "closed") if has("incident") => "終結",
        ("report", "mayor") => "市長への報告",
        ("report", "prompt") => "速報",
        ("report", "full") => "確報",
        ("state", "open") if has("ticket") => "未使用",
        ("state", "open") => "開設中",
        ("state", "closed") => "終了",
        ("state", "used") => "使用済み",
        ("state", "killed") => "無効",
        ("state", "active") if has("login_id") => "利用中",
        ("state", "active") => "使用中",
        ("state", "deleted") => "削除済み",
        ("state", "registered") => "登録済み",
        ("state", "suspended") => "一時停止",
        ("state", "withdrawn") => "利用終了",
        ("state", "replaced") => "事業所番号変更",
        ("state", "intended") => "発行準備中",
        ("state", "issued") => "使用中",
        ("state", "superseded") => "切替済み",
        ("state", "revoked") => "失効",
        ("state", "retired") => "引退",
        ("state", word) => word.parse::<ApplicationState>().ok()?.japanese(),
        ("stage", "applied") => "申請受付",
        ("stage", "inspected") => "検査済み",
        ("stage", "approved") => "承認済み",
        ("stage", "rejected") => "却下",
        ("stage", "retired") => "使用終了",
        // What a browser told, and none of ours.
        ("os", "other") => "その他",
        ("os", word) => application::os(word.parse::<Os>().ok()?),
        ("ownership", word) => application::ownership(word.parse::<Ownership>().ok()?),
        ("channel", "web") => "電子申請",
        ("channel", "email") => "メール",
        ("channel", "post") => "郵送",
        ("channel", "counter") => "窓口",
        ("channel", "csv") => "CSVファイル",
        ("purpose", "first") => "新規",
        ("purpose", "renewal") => "更新",
        ("purpose", "replacement") => "入替え",
        ("killed_why", "wrong_codes") => "確認コードを何度も間違えた",
        ("killed_why", "operator") => "職員が無効にした",
        ("killed_why", "newer") => "新しい番号を発行した",
        ("killed_why", "device") => "端末が使えなくなった",
        ("retired_reason", "unused") => "電子証明書のないまま期間がたった（自動）",
        ("retired_reason" | "revoked_reason", word) => reason_in_japanese(word.parse::<RevokedReason>().ok()?),
        ("assurance", "swk") => "ソフトウェア",
        ("assurance", "hwk") => "専用のチップ",
        ("key_origin", "server") => "柏市（認証局）",
        ("key_origin", "csr") => "端末",
        // The word is what --role takes.
        ("roles", word) => return Some(format!("{}（{word}）", role(word.parse().ok()?))),
        _ => return None,
    };
    Some(word.to_owned())
}

fn proposed(field: &str, word: &str) -> Option<String> {
    let said = match field {
        "kind" => word.parse::<proposal::ProposalKind>().ok()?.japanese(),
        _ => word.parse::<State>().ok()?.japanese(),
    };
    Some(said.to_owned())
}

/// What a role is called.
pub(crate) fn role(role: Role) -> &'static str {
    match role {
        Role::RaClerk => "受付",
        Role::RaApprover => "承認",
        Role::Auditor => "監査",
        Role::CaCustodian => "認証局の鍵",
        Role::Ops => "運用",
    }
}

/// What an item of a checklist asks.
pub(crate) fn item(word: &str, language: Language) -> String {
    match (word.parse::<Item>(), language) {
        (Ok(item), Language::Japanese) => item.japanese().to_owned(),
        (Ok(item), Language::English) => item.english().to_owned(),
        (Err(_), _) => word.replace('_', " "),
    }
}

#[cfg(test)]
mod tests {
    use registry::change::CertificateStage;
    use registry::{DeviceStage, OfficeState, SystemUserState};

    use super::*;

    fn ja(field: &str, text: &str, beside: &[&str]) -> String {
        said(field, text, beside, Language::Japanese)
    }

    #[test]
    fn no_word_of_the_registry_is_shown_to_a_japanese_reader() {
        let mut words: Vec<(&str, String)> = Vec::new();
        words.extend(OfficeState::ALL.iter().map(|word| ("state", word.to_string())));
        words.extend(SystemUserState::ALL.iter().map(|word| ("state", word.to_string())));
        words.extend(CertificateStage::ALL.iter().map(|word| ("state", word.to_string())));
        words.extend(ApplicationState::ALL.iter().map(|word| ("state", word.to_string())));
        words.extend(["open", "used", "killed", "closed"].map(|word| ("state", word.to_owned())));
        words.extend(DeviceStage::ALL.iter().map(|word| ("stage", word.to_string())));
        words.extend(Ownership::ALL.iter().map(|word| ("ownership", word.to_string())));
        words.extend(Kind::ALL.iter().map(|word| ("kind", word.to_string())));
        words.extend(application::Channel::ALL.iter().map(|word| ("channel", word.as_str().to_owned())));
        words.extend(RevokedReason::ALL.iter().map(|word| ("revoked_reason", word.to_string())));
        for (field, word) in words {
            assert!(!ja(field, &word, &[]).is_ascii(), "{field} {word}");
            assert!(!said(field, &word, &[], Language::English).contains('_'), "{field} {word}");
        }
        assert_eq!(ja("roles", "ra_clerk", &[]), "受付（ra_clerk）");
        assert_eq!(
            (ja("state", "open", &["ticket"]), ja("state", "open", &["room"])),
            ("未使用".into(), "開設中".into())
        );
        // A name is no word, be it spelled like one.
        assert_eq!(ja("label", "revoked", &[]), "revoked");
    }

    #[test]
    fn a_moment_is_a_date_and_a_clock_and_a_whole_day_is_a_date() {
        assert_eq!(ja("not_after", "2028-12-26T23:59:59+09:00", &[]), "2028年12月26日");
        assert_eq!((ja("due", "2027-05-31", &[]), ja("due", "soon", &[])), ("2027年5月31日".into(), "soon".into()));
        assert_eq!(ja("pledge", "2026-04-01", &[]), "2026-04-01", "a version is called by its day");
        assert_eq!(ja("at", "2026-11-27T09:05:07+09:00", &[]), "2026年11月27日 9時05分");
        assert_eq!(said("at", "2026-11-27T09:05:07+09:00", &[], Language::English), "2026-11-27 09:05");
        assert_eq!(said("not_after", "2028-12-26T23:59:59+09:00", &[], Language::English), "2028-12-26");
    }

    #[test]
    fn what_was_stored_with_signs_that_are_not_seen_is_shown_with_them() {
        assert_eq!(ja("label", "佐藤\u{202e}花子", &[]), "佐藤⟨U+202E⟩花子");
        assert_eq!(said("label", "A\u{200b}", &[], Language::English), "A⟨U+200B⟩");
        assert_eq!(ja("certificate", "-----BEGIN\nAAAA\n", &[]), "-----BEGIN\nAAAA\n");
    }
}
