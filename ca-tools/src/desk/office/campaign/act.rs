//! What is pressed on the contact's form, and what somebody else of the office presses for the contact.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::Person;
use super::PATH;
use super::asked::{FilledReport, ReportAsked, stopped};
use super::forms::forms_of;
use super::line::{called, field, named, who_else};
use super::pages::{ReportReview, ReviewLine};
use super::typed::{Chosen, answers_of, chosen, left, with_the_rest};
use crate::acts::{AnswerTaken, CampaignAt};
use crate::application::{Day, Facts, Form};
use crate::calendar::minute;
use crate::campaign::{
    AnswerChannel, AnsweredEarlier, CampaignAnswers, CampaignNo, CampaignRefusal, ConfirmFault, RowAnswer, RowSubject,
};
use crate::clock::now;
use crate::desk::page::page;
use crate::desk::state::Desk;
use crate::language::Language;
use crate::refusal::Refusal;
use crate::words::for_people;

/// So many rows that are left are named; the rest is counted.
const NAMED: usize = 20;

/// `POST /office/campaign`.
pub(super) async fn act(State(desk): State<Desk>, person: Person) -> Response {
    if let Some(answer) = too_late(&desk, &person).await {
        return answer;
    }
    let asked = match ReportAsked::of(&desk, &person).await {
        Ok(asked) => asked,
        Err(answer) => return answer,
    };
    let pressed = person.fields.get("do").to_owned();
    if pressed == "vouch" {
        return vouched(&asked).await;
    }
    if !asked.contact {
        let mistake =
            "現況届は、事業所のカシワニネット担当者だけが答えられます。担当者の登録や変更は、柏市へご連絡ください。";
        return asked.state(StatusCode::FORBIDDEN, None, Some(mistake.to_owned()));
    }
    let (typed, beside) = (chosen(&asked.sheet, &person.fields), asked.beside());
    match pressed.as_str() {
        "rest" => {
            let rest = with_the_rest(&asked.sheet, typed);
            let told = "残りをすべて「継続する」にしました。まだ保存も送信もしていません。".to_owned();
            return asked.form(
                StatusCode::OK,
                FilledReport { chosen: rest, beside: Some(beside), told: Some(told), ..FilledReport::default() },
            );
        }
        "rows" | "back" => {
            let more_rows = usize::from(pressed == "rows");
            return asked.form(
                StatusCode::OK,
                FilledReport { chosen: typed, beside: Some(beside), more_rows, ..FilledReport::default() },
            );
        }
        _ => {}
    }
    let facts = Facts { today: Day::of(asked.now), office: Some(&asked.known), professions: &desk.professions };
    let forms = match forms_of(&beside, &facts) {
        Ok(forms) => forms,
        Err(mistakes) => {
            let filled = FilledReport { chosen: typed, beside: Some(beside), mistakes, ..FilledReport::default() };
            return asked.form(StatusCode::UNPROCESSABLE_ENTITY, filled);
        }
    };
    let wrong = if pressed == "save" { Vec::new() } else { not_answered(&asked, &typed) };
    if !wrong.is_empty() {
        let filled = FilledReport { chosen: typed, beside: Some(beside), wrong, ..FilledReport::default() };
        return asked.form(StatusCode::UNPROCESSABLE_ENTITY, filled);
    }
    if pressed != "save" && pressed != "send" {
        return review(&asked, (&typed, &forms));
    }
    let answers = CampaignAnswers {
        seen: person.fields.get("edition").parse().unwrap_or(-1),
        rows: answers_of(&asked.sheet, &typed),
        forms: Some(forms),
    };
    let kept = desk.writer.answer_campaign(&person.by(asked.now), &asked.at(), &answers).await;
    match kept {
        Ok(AnswerTaken::Kept { .. }) if pressed == "save" => to("saved"),
        Ok(AnswerTaken::Kept { .. }) => confirmed(&asked).await,
        Ok(AnswerTaken::Late { closed_at, .. }) => late((&desk, &person), closed_at),
        Err(Refusal::Campaign(CampaignRefusal::Answered(_, _, earlier))) => overtaken(&desk, &person, &earlier).await,
        Err(why) => refused(&asked, &why),
    }
}

impl ReportAsked<'_> {
    fn at(&self) -> CampaignAt {
        CampaignAt { campaign: self.campaign.no, office: self.sheet.office.clone(), channel: AnswerChannel::Web }
    }
}

fn to(told: &str) -> Response {
    Redirect::to(&format!("{PATH}?told={told}")).into_response()
}

/// Hands in what was just kept.
async fn confirmed(asked: &ReportAsked<'_>) -> Response {
    match asked.desk.writer.confirm_campaign(&asked.person.by(asked.now), &asked.at()).await {
        Ok(_) => to("sent"),
        Err(Refusal::Campaign(CampaignRefusal::Confirm(_, _, ConfirmFault::OwnWord(_)))) => to("waits"),
        Err(why) => refused(asked, &why),
    }
}

/// Somebody else of the office stands for the contact.
async fn vouched(asked: &ReportAsked<'_>) -> Response {
    let subject = asked.person.fields.get("person").parse::<RowSubject>();
    let Ok(subject) = subject else {
        let mistake = "確かめる人を、このページの一覧から選んでください。";
        return asked.state(StatusCode::UNPROCESSABLE_ENTITY, None, Some(mistake.to_owned()));
    };
    match asked.desk.writer.vouch_in_campaign(&asked.person.by(asked.now), &asked.at(), &subject).await {
        Ok(_) => to("vouched"),
        Err(why) => refused(asked, &why),
    }
}

/// The form comes back with what the other one said; what was typed stays, and may be sent once more.
async fn overtaken(desk: &Desk, person: &Person, earlier: &AnsweredEarlier) -> Response {
    let asked = match ReportAsked::of(desk, person).await {
        Ok(asked) => asked,
        Err(answer) => return answer,
    };
    let AnsweredEarlier { earlier: last, rows } = earlier;
    let who = named(&asked.sheet, last.by.as_str());
    let mut wrong = vec![(
        String::new(),
        format!(
            "この画面を開いたあとに、{who}が回答しました（{}、{}）。まだ何も保存していません。その回答は、それぞれの行にあります。あなたの回答で置き換えるときは、もう一度［確認画面へ進む］を押してください。",
            minute(last.at),
            last.channel.japanese()
        ),
    )];
    wrong.extend(rows.iter().map(|(subject, is)| {
        let is = is.map_or("未回答", RowAnswer::japanese);
        let row = asked.sheet.row(subject).map_or_else(|| subject.to_string(), called);
        (field(subject), format!("{row}：{who}の回答は「{is}」です。"))
    }));
    let typed = chosen(&asked.sheet, &person.fields);
    let filled = FilledReport { chosen: typed, beside: Some(asked.beside()), wrong, ..FilledReport::default() };
    asked.form(StatusCode::CONFLICT, filled)
}

/// Each row of which nobody says anything.
fn not_answered(asked: &ReportAsked<'_>, typed: &Chosen) -> Vec<(String, String)> {
    let rows: Vec<_> = left(&asked.sheet, typed).collect();
    let one = |subject: &&RowSubject| {
        let row = asked.sheet.row(subject).map_or_else(|| subject.to_string(), called);
        (field(subject), format!("{row}：「継続する」か「削除する」を選んでください。"))
    };
    let mut wrong: Vec<_> = rows.iter().take(NAMED).map(one).collect();
    if rows.len() > NAMED {
        wrong.push((String::new(), format!("ほか{}件も、選んでください。", rows.len() - NAMED)));
    }
    wrong
}

/// Everything once more.
fn review(asked: &ReportAsked<'_>, (typed, forms): (&Chosen, &[Form])) -> Response {
    let sheet = &asked.sheet;
    let alone = asked.alone(typed);
    let own = RowSubject::Person(asked.person.login_id().clone());
    let of = |wanted: RowAnswer| {
        let rows = sheet.standings().filter(|(row, stands)| stands.is_open() || row.answer.is_some());
        rows.filter(move |(row, _)| {
            let stands = row.answer.as_ref().map(|given| given.answer);
            row.is_there && row.ended_at.is_none() && typed.get(&row.subject).copied().or(stands) == Some(wanted)
        })
        .map(|(row, _)| row)
    };
    let deleted = of(RowAnswer::Delete).map(|row| ReviewLine {
        called: called(row),
        told: match row.subject {
            RowSubject::Person(_) => "IDが削除され、この人はすぐにログインできなくなります。元には戻せません。",
            RowSubject::Device(_) => "電子証明書が無効になり、この端末からはすぐに使えなくなります。元には戻せません。",
        }
        .to_owned(),
    });
    let waiting = alone.then(|| ReviewLine {
        called: sheet.row(&own).map(called).unwrap_or_default(),
        told: format!(
            "ご自身の「継続する」は、ほかの人が確かめるまで提出できません。確認できる人：{}",
            who_else(sheet, asked.own())
        ),
    });
    let fields = asked.person.fields.all().filter(|(name, _)| *name != "do");
    let lines = forms.iter().flat_map(|form| form.lines(Language::Japanese).into_iter().skip(1));
    let review = ReportReview {
        frame: asked.frame("現況届の内容を確認してください"),
        deleted: deleted.collect(),
        continued: of(RowAnswer::Continue).filter(|row| !alone || row.subject != own).map(called).collect(),
        waiting: waiting.into_iter().collect(),
        lines: lines.collect(),
        fields: fields.map(|(name, text)| (name.to_owned(), text.to_owned())).collect(),
        button: if alone { "回答を保存して、確認を待つ" } else { "送信する" },
    };
    page(StatusCode::OK, &review)
}

/// Of a campaign that was closed while somebody answered: it is told, and what they said is kept as a note.
async fn too_late(desk: &Desk, person: &Person) -> Option<Response> {
    let no: CampaignNo = person.fields.get("campaign").parse().ok()?;
    let ledger = desk.writer.ledger();
    let closed_at = ledger.campaign(no).await.ok()?.campaign.closed_at?;
    let sheet = ledger.campaign_office(no, person.office()).await.ok()?;
    let rows = answers_of(&sheet, &chosen(&sheet, &person.fields));
    let at = CampaignAt { campaign: no, office: sheet.office.clone(), channel: AnswerChannel::Web };
    let answers = CampaignAnswers { seen: sheet.edition, rows, forms: None };
    match desk.writer.answer_campaign(&person.by(now()), &at, &answers).await {
        Ok(AnswerTaken::Late { .. }) => Some(late((desk, person), closed_at)),
        Ok(AnswerTaken::Kept { .. }) => None,
        Err(why) => {
            tracing::info!(%why, "an answer that came too late was not kept");
            let text = format!("この現況届は、{}に締め切りました。{}", minute(closed_at), for_people(&why).ja);
            Some(stopped((desk, person), StatusCode::CONFLICT, &text))
        }
    }
}

fn late((desk, person): (&Desk, &Person), closed_at: certs::Timestamp) -> Response {
    let text = format!(
        "この現況届は、{}に締め切りました。いまの回答は、控えとして柏市に残しました。IDと端末は変わりません。急ぎの削除や登録は、申請をお願いします。",
        minute(closed_at)
    );
    stopped((desk, person), StatusCode::CONFLICT, &text)
}

fn refused(asked: &ReportAsked<'_>, why: &Refusal) -> Response {
    tracing::info!(%why, "an answer was not taken");
    if let Refusal::Unavailable(_) = why {
        let text = "ただいま受け付けられません。しばらくしてから、もう一度お試しください。";
        return stopped((asked.desk, asked.person), StatusCode::SERVICE_UNAVAILABLE, text);
    }
    let said = for_people(why).ja;
    if !asked.contact {
        return asked.state(StatusCode::CONFLICT, None, Some(said));
    }
    let typed = chosen(&asked.sheet, &asked.person.fields);
    let filled = FilledReport {
        chosen: typed,
        beside: Some(asked.beside()),
        wrong: vec![(String::new(), said)],
        ..FilledReport::default()
    };
    asked.form(StatusCode::CONFLICT, filled)
}
