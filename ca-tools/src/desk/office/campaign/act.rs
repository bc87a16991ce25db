//! What is pressed on the contact's form, and what somebody else of the office presses for the contact.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::Person;
use super::asked::{FilledReport, ReportAsked, stopped};
use super::forms::forms_of;
use super::line::{called, field, named, who_else};
use super::pages::{ReportReview, ReviewLine};
use super::said::{self, PATH};
use super::typed::{Chosen, answers_of, chosen, left, with_the_rest};
use crate::acts::{AnswerTaken, CampaignAt};
use crate::application::{Day, Facts, Form};
use crate::campaign::{
    AnswerChannel, AnsweredEarlier, CampaignAnswers, CampaignNo, CampaignRefusal, ConfirmFault, RowAnswer, RowSubject,
};
use crate::clock::now;
use crate::desk::page::page;
use crate::desk::spoken::{locale, say, why_not};
use crate::desk::state::Desk;
use crate::refusal::Refusal;

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
        let mistake = say(
            "現況届は、事業所のカシワニネット担当者だけが答えられます。担当者の登録や変更は、柏市へご連絡ください。",
            "現況届は、事業所のカシワニネット担当者だけが答えます。担当者を変えるときは、柏市へ電話してください。",
            "Only the Kashiwani-Net contact of your office answers the yearly report. To register or change the contact, please contact Kashiwa City.",
        );
        return asked.state(StatusCode::FORBIDDEN, None, Some(mistake.to_owned()));
    }
    let (typed, beside) = (chosen(&asked.sheet, &person.fields), asked.beside());
    match pressed.as_str() {
        "rest" => {
            let rest = with_the_rest(&asked.sheet, typed);
            let told = say(
                "残りをすべて「継続する」にしました。まだ保存も送信もしていません。",
                "残りを全部「継続する」にしました。まだ保存していません。送ってもいません。",
                "All that was left is now “Continue”. Nothing is saved or sent yet.",
            )
            .to_owned();
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
        let mistake = say(
            "確かめる人を、このページの一覧から選んでください。",
            "確かめる人を、このページで選んでください。",
            "Please choose on this page whom you confirm.",
        );
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
    let who = named(&asked.sheet, earlier.earlier.by.as_str());
    let mut wrong = vec![(String::new(), said::overtaken(&asked.sheet, earlier))];
    wrong.extend(earlier.rows.iter().map(|(subject, is)| {
        let row = asked.sheet.row(subject).map_or_else(|| subject.to_string(), called);
        (field(subject), said::theirs(&row, &who, *is))
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
        (field(subject), said::choose(&row))
    };
    let mut wrong: Vec<_> = rows.iter().take(NAMED).map(one).collect();
    if rows.len() > NAMED {
        wrong.push((String::new(), said::choose_more(rows.len() - NAMED)));
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
            RowSubject::Person(_) => say(
                "IDが削除され、この人はすぐにログインできなくなります。元には戻せません。",
                "IDを消します。この人は、すぐにログインできなくなります。元に戻せません。",
                "The ID is deleted, and this person cannot log in any more, at once. It cannot be undone.",
            ),
            RowSubject::Device(_) => say(
                "電子証明書が無効になり、この端末からはすぐに使えなくなります。元には戻せません。",
                "この端末は、すぐに使えなくなります。元に戻せません。",
                "Its certificate ends, and this device cannot be used any more, at once. It cannot be undone.",
            ),
        }
        .to_owned(),
    });
    let waiting = alone.then(|| ReviewLine {
        called: sheet.row(&own).map(called).unwrap_or_default(),
        told: said::waits_for(&who_else(sheet, asked.own())),
    });
    let fields = asked.person.fields.all().filter(|(name, _)| *name != "do");
    let lines = forms.iter().flat_map(|form| form.lines(locale().language()).into_iter().skip(1));
    let review = ReportReview {
        frame: asked.frame(say(
            "現況届の内容を確認してください",
            "よく見て、確かめてください",
            "Please check your yearly report",
        )),
        deleted: deleted.collect(),
        continued: of(RowAnswer::Continue).filter(|row| !alone || row.subject != own).map(called).collect(),
        waiting: waiting.into_iter().collect(),
        lines: lines.collect(),
        fields: fields.map(|(name, text)| (name.to_owned(), text.to_owned())).collect(),
        button: if alone {
            say("回答を保存して、確認を待つ", "保存して、ほかの人を待つ", "Save, and wait for the confirmation")
        } else {
            say("送信する", "送信する", "Send")
        },
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
            let text = [said::closed(closed_at), why_not(&why)].join(say("", "", " "));
            Some(stopped((desk, person), StatusCode::CONFLICT, &text))
        }
    }
}

fn late((desk, person): (&Desk, &Person), closed_at: certs::Timestamp) -> Response {
    stopped((desk, person), StatusCode::CONFLICT, &said::late(closed_at))
}

fn refused(asked: &ReportAsked<'_>, why: &Refusal) -> Response {
    tracing::info!(%why, "an answer was not taken");
    if let Refusal::Unavailable(_) = why {
        let text = say(
            "ただいま受け付けられません。しばらくしてから、もう一度お試しください。",
            "いまは受け付けられません。少し待って、もう一度試してください。",
            "This cannot be taken at the moment. Please try again in a while.",
        );
        return stopped((asked.desk, asked.person), StatusCode::SERVICE_UNAVAILABLE, text);
    }
    let said = why_not(why);
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
