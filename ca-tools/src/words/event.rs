//! An event as one sentence: when, who, what, about whom, why, on which application, and how whoever acted was known.

use serde_json::{Map, Value as Json};

use super::event_action::japanese;
use crate::calendar::minute;
use crate::ledger::Happened;
use crate::rows::SubjectKind;
use crate::rows::person::DESK;

/// What an event says, ready to be read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Sentence {
    /// `2026年11月28日 10時05分`.
    pub(crate) when: String,
    /// `佐藤 花子（sato.clerk）`.
    pub(crate) who: String,
    /// `端末 訪問用ノートPC（DEV-000001）を一時停止しました`.
    pub(crate) did: String,
    /// What it was done to: `端末 訪問用ノートPC（DEV-000001）`.
    pub(crate) subject: String,
    /// Why, where somebody said.
    pub(crate) why: Option<String>,
    /// On which application.
    pub(crate) application: Option<String>,
    /// How whoever acted was known.
    pub(crate) way: String,
}

impl Sentence {
    pub(crate) fn of(happened: &Happened) -> Self {
        let event = &happened.event;
        let kind = happened.kind();
        let named = named(&event.subject, happened.subject_name.as_deref());
        let subject = format!("{}{named}", noun(kind));
        // What has no words stands as the registry spells it, so that it is told all the same.
        let did = japanese(&event.action).map_or_else(
            || format!("{}：{subject}", event.action),
            |words| filled(words, &subject, &happened.detail()),
        );
        let did = match happened.detail().get("undoes").and_then(Json::as_i64) {
            Some(version) => format!("{did}（操作記録 {version} の取り消し）"),
            None => did,
        };
        Self {
            when: minute(happened.at()),
            who: who(happened),
            did,
            subject,
            why: event.why.clone(),
            application: event.application.clone(),
            way: way(happened.proof().as_deref()),
        }
    }

    /// What stands before and after the subject in what was done; nothing where that does not name it.
    pub(crate) fn around(&self) -> Option<(&str, &str)> {
        self.did.split_once(&self.subject).filter(|_| !self.subject.is_empty())
    }

    /// All of it in one line.
    pub(crate) fn line(&self) -> String {
        let Self { when, who, did, why, application, way, subject: _ } = self;
        let said = |name: &str, text: &Option<String>| {
            text.as_deref().map_or_else(String::new, |text| format!("　{name}：{text}"))
        };
        format!("{when}　{who}が、{did}。{}{}　〔{way}〕", said("理由", why), said("申請", application))
    }
}

fn who(happened: &Happened) -> String {
    if happened.event.operator == DESK {
        "窓口（自動）".to_owned()
    } else {
        named(&happened.event.operator, happened.operator_name.as_deref())
    }
}

/// A number with its name.
fn named(number: &str, name: Option<&str>) -> String {
    name.map_or_else(|| number.to_owned(), |name| format!("{name}（{number}）"))
}

/// What stands before the name of such a subject.
fn noun(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::Application => "申請 ",
        SubjectKind::Campaign => "現況届 ",
        SubjectKind::Certificate => "電子証明書 ",
        SubjectKind::Device => "端末 ",
        SubjectKind::Gateway => "ゲートウェイ ",
        SubjectKind::Incident => "事故・障害 ",
        SubjectKind::Letter => "メール ",
        SubjectKind::Office => "事業所 ",
        SubjectKind::Person => "利用者 ",
        SubjectKind::Proposal => "提案 ",
        SubjectKind::Room => "部屋 ",
        SubjectKind::Ticket => "取得用番号 ",
        SubjectKind::Training => "研修会 ",
        SubjectKind::Authority | SubjectKind::House | SubjectKind::Proof | SubjectKind::Request => "",
    }
}

/// What a kind of subject is called.
pub(crate) fn called(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::Authority => "認証局",
        SubjectKind::House => "その他",
        SubjectKind::Proof => "本人の確かめ方",
        SubjectKind::Request => "ゲートウェイの受付番号",
        SubjectKind::Application
        | SubjectKind::Campaign
        | SubjectKind::Certificate
        | SubjectKind::Device
        | SubjectKind::Gateway
        | SubjectKind::Incident
        | SubjectKind::Letter
        | SubjectKind::Office
        | SubjectKind::Person
        | SubjectKind::Proposal
        | SubjectKind::Room
        | SubjectKind::Ticket
        | SubjectKind::Training => noun(kind).trim_end(),
    }
}

/// The ways in which somebody is known, and what they are called.
const WAYS: [(&str, &str); 6] = [
    ("console", "コンソール（端末とパスワード）"),
    ("desk", "窓口の自動処理"),
    ("founding", "はじめの職員の登録前（台帳のファイルを持つ人）"),
    ("login", "コマンド（ログイン）"),
    ("office", "事業所のページ（端末とパスワード）"),
    ("password_file", "コマンド（パスワードのファイル）"),
];

/// The ways in which somebody is known, to choose from.
pub(crate) fn ways() -> Vec<(&'static str, &'static str)> {
    WAYS.to_vec()
}

/// How whoever acted was known.
fn way(proof: Option<&str>) -> String {
    let known = WAYS.iter().find(|(word, _)| Some(*word) == proof).map(|(_, said)| *said);
    known.or(proof).unwrap_or("記録なし").to_owned()
}

/// A field of an event's detail; before and after where it has both.
pub(crate) fn difference(value: &Json) -> String {
    let said = |value: &Json| match value {
        Json::String(text) => text.clone(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_) => value.to_string(),
    };
    match (value.get("before"), value.get("after")) {
        (Some(before), Some(after)) => format!("{} → {}", said(before), said(after)),
        _ => said(value),
    }
}

fn filled(words: &str, subject: &str, detail: &Map<String, Json>) -> String {
    let mut said = words.replace("〔〕", subject);
    for (field, value) in detail {
        let text = match value {
            Json::String(text) => text.clone(),
            Json::Number(number) => number.to_string(),
            Json::Array(several) => several.iter().filter_map(Json::as_str).collect::<Vec<_>>().join("、"),
            Json::Null | Json::Bool(_) | Json::Object(_) => continue,
        };
        // Of several people that one act is about, its sentence is that of one.
        let field = if field == "users" { "user" } else { field };
        said = said.replace(&format!("{{{field}}}"), &text);
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::Event;

    fn happened(action: &str, subject: (&str, Option<&str>), detail: &str) -> Happened {
        let event = Event {
            version: 7,
            at: 1_795_392_300,
            operator: "sato.clerk".into(),
            action: action.into(),
            subject: subject.0.into(),
            application: Some("A-2026-000001".into()),
            why: Some("盗難".into()),
            detail: detail.into(),
            prev: String::new(),
            changed: None,
        };
        let subject_name = subject.1.map(str::to_owned);
        Happened { event, operator_name: Some("佐藤 花子".into()), subject_name }
    }

    #[test]
    fn an_event_is_one_line_that_says_when_who_what_about_whom_why_and_how_they_were_known() {
        let suspended = happened("device.suspend", ("DEV-000001", Some("訪問用ノートPC")), r#"{"proof":"console"}"#);
        assert_eq!(
            Sentence::of(&suspended).line(),
            "2026年11月23日 9時05分　佐藤 花子（sato.clerk）が、端末 訪問用ノートPC（DEV-000001）を一時停止しました。\
             \u{3000}理由：盗難　申請：A-2026-000001　〔コンソール（端末とパスワード）〕"
        );
        let invited = happened("room.invite", ("r1", Some("柏 花子 様")), r#"{"user":"k.sato"}"#);
        assert_eq!(Sentence::of(&invited).did, "部屋 柏 花子 様（r1）に k.sato を招待しました");
        let several = happened("room.remove", ("r1", None), r#"{"undoes":6,"users":["k.sato","b.abe"]}"#);
        assert_eq!(Sentence::of(&several).did, "部屋 r1から k.sato、b.abe を外しました（操作記録 6 の取り消し）");
    }

    #[test]
    fn what_has_no_words_is_told_as_the_registry_spells_it() {
        assert_eq!(Sentence::of(&happened("thing.do", ("x", None), "{}")).did, "thing.do：x");
    }

    #[test]
    fn every_way_of_proving_who_one_is_has_its_words() {
        let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/acts/proof_method.rs")).unwrap();
        let ways: Vec<_> =
            text.lines().filter_map(|line| line.trim().split_once("=> \"")?.1.split('"').next()).collect();
        assert!(ways.len() > 3, "the list is read wrongly");
        for way in ways {
            assert_ne!(super::way(Some(way)), way);
        }
    }
}
