//! `ca-tools mail`: which letters wait, which left, which were refused.

use clap::{Subcommand, ValueEnum};
use serde_json::{Map, Value as Json, json};

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use super::table;
use crate::courier::Trouble;
use crate::language::{Language, Text};
use crate::ledger::{Entry, MailFilter};
use crate::letters::LetterKind;

#[derive(Debug, Subcommand)]
pub(crate) enum Mail {
    /// 一覧 / list
    List {
        #[arg(long, value_enum)]
        state: Option<State>,
        /// この端末・申請・事業所についてのもの / about this device, application or office
        #[arg(long, value_name = "NO")]
        about: Option<String>,
    },
    /// 詳細 / one letter
    Show { mail: i64 },
    /// もう一度送る（送信先に断られたもの、あきらめたもの、待っているもの） / try again at once
    Retry { mail: i64 },
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum State {
    /// 送信待ち
    Queued,
    /// 送信済み
    Sent,
    /// 送信先が断った
    Refused,
    /// 7日間試してあきらめた
    GivenUp,
    /// 不要になった
    Dropped,
}

impl State {
    fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Refused => "refused",
            Self::GivenUp => "given_up",
            Self::Dropped => "dropped",
        }
    }

    fn japanese(self) -> &'static str {
        match self {
            Self::Queued => "送信待ち",
            Self::Sent => "送信済み",
            Self::Refused => "送信先が断った",
            Self::GivenUp => "7日間試してあきらめた",
            Self::Dropped => "不要になった",
        }
    }
}

/// What stands in a list.
const LISTED: [&str; 8] = ["mail", "state", "kind", "recipient", "about", "tries", "next_at", "problem"];

/// A field of a letter, as a column is called.
const FIELDS: [(&str, &str); 12] = [
    ("mail", "番号"),
    ("state", "状態"),
    ("kind", "種類"),
    ("recipient", "メールアドレス"),
    ("about", "対象"),
    ("tries", "送信回数"),
    ("queued_at", "受け付けた日時"),
    ("next_at", "次に送る日時"),
    ("tried_since", "送り直した日時"),
    ("ended_at", "終わった日時"),
    ("problem", "送れない理由"),
    ("message_id", "メールの識別番号"),
];

impl Mail {
    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let writer = &context.writer;
        match self {
            Self::List { state, about } => {
                let people = context.sees_people().await?;
                // Whoever sees no person does not search by one either.
                let about = about.filter(|about| people || about.starts_with("DEV-"));
                let filter = MailFilter { state: state.map(State::as_str), about, ended_since: None };
                let letters = writer.ledger().mails(filter).await?.into_iter();
                Ok(listed(letters.map(|letter| if people { letter } else { without_people(letter) }).collect()))
            }
            Self::Show { mail } => {
                let letter = writer.ledger().mail(mail).await?;
                Ok(shown(if context.sees_people().await? { letter } else { without_people(letter) }))
            }
            Self::Retry { mail } => {
                let version = writer.retry_mail(&context.by().await?, mail).await?;
                let text = Text::new(
                    format!("メール {mail} を、窓口（ca-tools serve）がすぐにもう一度送ります。"),
                    format!("mail {mail} is tried again at once by the desk (ca-tools serve)"),
                );
                Ok(Answer::done(text, json!({ "mail": mail, "state": "queued", "version": version })))
            }
        }
    }
}

/// For who looks after letters and sees no person, as in the console: an address is one, an ID too, and a mail server names
/// addresses.
fn without_people(mut letter: Entry) -> Entry {
    let text = |letter: &Entry, field: &str| letter.get(field).and_then(Json::as_str).unwrap_or_default().to_owned();
    let (about, problem) = (text(&letter, "about"), text(&letter, "problem"));
    letter.insert("recipient".to_owned(), Json::Null);
    if !(about.starts_with("DEV-") || about.starts_with("A-")) {
        letter.insert("about".to_owned(), Json::Null);
    }
    let word = problem.split(": ").next().filter(|word| !word.is_empty());
    letter.insert("problem".to_owned(), word.into());
    letter
}

fn listed(letters: Vec<Entry>) -> Answer {
    let letters: Vec<Json> = letters.into_iter().map(Json::from).collect();
    let read = |language| {
        let columns: Vec<_> = LISTED.iter().map(|field| called(field, language)).collect();
        let rows: Vec<_> = letters.iter().map(|letter| in_words(letter, &LISTED, language)).collect();
        table::list(&rows.into(), &columns, language)
    };
    Answer::done(Text::new(read(Language::Japanese), read(Language::English)), letters.into())
}

fn shown(letter: Entry) -> Answer {
    let letter = Json::from(letter);
    let fields = FIELDS.map(|(field, _)| field);
    let read = |language| table::entry(&in_words(&letter, &fields, language), language);
    Answer::done(Text::new(read(Language::Japanese), read(Language::English)), letter)
}

fn called(field: &'static str, language: Language) -> &'static str {
    let japanese = FIELDS.into_iter().find(|(name, _)| *name == field).map_or(field, |(_, japanese)| japanese);
    match language {
        Language::Japanese => japanese,
        Language::English => field,
    }
}

/// A letter as people read it, each field under what it is called.
fn in_words(letter: &Json, fields: &[&'static str], language: Language) -> Json {
    let named = fields.iter().map(|field| (called(field, language).to_owned(), said(field, &letter[*field], language)));
    named.collect::<Map<_, _>>().into()
}

fn said(field: &str, value: &Json, language: Language) -> Json {
    let Some(text) = value.as_str() else { return value.clone() };
    match (field, language) {
        ("problem", _) => Trouble::read(text).read(language).into(),
        ("state", Language::Japanese) => {
            let state = State::value_variants().iter().find(|state| state.as_str() == text);
            state.map_or(text, |state| state.japanese()).into()
        }
        ("kind", Language::Japanese) => LetterKind::of(text).map_or(text, |kind| kind.japanese()).into(),
        (_, Language::Japanese | Language::English) => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(state: &str, next_at: Json) -> Entry {
        let Json::Object(letter) = json!({
            "mail": 3, "kind": "device_on_hold", "recipient": "yamada@example.jp", "about": "DEV-000001", "state": state,
            "tries": 2, "queued_at": "2026-11-27T10:00:00+09:00", "next_at": next_at, "tried_since": null,
            "ended_at": null, "problem": "later: transient error (451): come again", "message_id": "id",
        }) else {
            panic!("an object")
        };
        letter
    }

    #[test]
    fn a_number_stands_under_番号_and_an_address_under_メールアドレス() {
        let text = listed(vec![letter("queued", json!("2026-11-27T11:00:00+09:00"))]).read(Language::Japanese);
        let [head, row] = text.lines().collect::<Vec<_>>()[..] else { panic!("{text}") };
        let words: Vec<_> = head.split_whitespace().collect();
        let named = ["番号", "状態", "種類", "メールアドレス", "対象", "送信回数", "次に送る日時", "送れない理由"];
        assert_eq!(words, named);
        let cells: Vec<_> = row.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
        let said = "いまは受け取れないと、メールサーバーが答えました。（transient error (451): come again）";
        let expected = ["3", "送信待ち", "一時停止のお知らせ", "yamada@example.jp", "DEV-000001", "2"];
        assert_eq!((&cells[..6], cells[7]), (&expected[..], said));
        let shown = shown(letter("given_up", Json::Null));
        let text = shown.read(Language::Japanese);
        assert!(
            text.contains("番号") && text.contains("7日間試してあきらめた") && text.contains("次に送る日時  "),
            "{text}"
        );
        assert_eq!(shown.json()["state"], "given_up");
        assert!(shown.read(Language::English).contains("the mail server takes it later"));
    }
}
