//! `ca-tools application approve`: what was asked for is done; what is shown once is shown here, and on slips to be printed.

use std::path::Path;

use certs::Timestamp;
use serde_json::{Value as Json, json};

use super::answer::Answer;
use super::application::{told_in_english, told_in_japanese};
use super::context::CommandContext;
use super::error::CliError;
use super::slips::{self, NewId};
use super::two::Two;
use crate::acts::{Delivery, Granted, Granting, NewPassword};
use crate::application::{ApplicationNo, Day, Form};
use crate::issuance::{Output, Overwrite};
use crate::language::Text;
use crate::password::{self, MadeUp};
use crate::proposal::Act;
use crate::ticket::Secrets;
use crate::words::approving;

/// Approves one.
pub(super) async fn approve(
    context: &CommandContext,
    (no, until, two): (ApplicationNo, Option<Timestamp>, &Two),
    slips: Option<&Path>,
) -> Result<Answer, CliError> {
    let act = Act::ApproveApplication { application: no, until: until.map(Timestamp::unix) };
    let by = two.way(context, &act).await?;
    let (_, form) = context.writer.ledger().application(no).await?;
    let overwrite = if context.global.yes { Overwrite::Replace } else { Overwrite::Refuse };
    let out = slips.map(|slips| Output::at(slips, overwrite)).transpose()?;
    let mut question = question(no, &form, Day::of(by.at));
    let names = form.new_people().iter().map(|person| person.name.as_str());
    if let Some(known) = super::newcomer::namesakes(context, form.office(), names).await? {
        question = Text::new(format!("{}\n{}", question.ja, known.ja), format!("{}\n{}", question.en, known.en));
    }
    context.confirm(question)?;
    // Hashed before the registry is locked.
    let mut made_up = Vec::new();
    let mut passwords = Vec::new();
    for _ in form.new_people() {
        let password = MadeUp::password()?;
        passwords.push(NewPassword { hash: password::hash(password.reveal())? });
        made_up.push(password);
    }
    let secrets = Secrets::draw()?;
    let granting = Granting { passwords, until, secrets: &secrets };
    let granted = context.writer.approve_application(&by, no, granting).await?;
    let (mut text, mut json) = answered(no, &form, &granted, &made_up, &secrets);
    if !granted.revoked.is_empty() {
        let (number, said) = super::crl::published(context, &by).await;
        json["certificates_revoked"] = json!(granted.revoked);
        json["crl_number"] = json!(number);
        text.ja.push_str(&format!("\n電子証明書 {} 枚を失効しました。失効リスト：{}", granted.revoked.len(), said.ja));
        text.en.push_str(&format!("\nrevoked {} certificates; revocation list: {}", granted.revoked.len(), said.en));
    }
    if let Some(out) = out {
        let people = granted.added.iter().zip(&made_up).zip(form.new_people());
        let people = people.map(|((id, password), person)| NewId { login_id: id, name: &person.name, password });
        let written = slips::written(context, form.office(), people.collect()).await;
        let written = written.and_then(|slips| Ok(out.finish(slips.as_bytes())?));
        if let Err(why) = written {
            return Err(again(&granted).into_iter().fold(why, CliError::though));
        }
    }
    Ok(again(&granted).into_iter().fold(Answer::done(text, json), Answer::once))
}

/// How to get other initial passwords and another ticket, where these could not be shown.
fn again(granted: &Granted) -> Option<Text> {
    let passwords = granted.added.iter().map(super::user::again);
    let ticket = granted.ticket.as_ref().and(granted.device).map(super::ticket::again);
    passwords
        .chain(ticket)
        .reduce(|one, next| Text::new(format!("{}\n{}", one.ja, next.ja), format!("{}\n{}", one.en, next.en)))
}

/// What approving will do, where it ends something for people.
fn question(no: ApplicationNo, form: &Form, today: Day) -> Text {
    let (kind, office) = (form.kind(), form.office());
    let ends = approving(form, today).unwrap_or_default();
    Text::new(
        format!("申請 {no}（{}、事業所 {office}）を承認し、申請されたことを行います。{ends}", kind.japanese()),
        format!("{no} ({kind}, office {office}) will be approved, and what it asks for done"),
    )
}

/// What was done; initial passwords and a ticket's code are shown here and nowhere else.
fn answered(no: ApplicationNo, form: &Form, granted: &Granted, made_up: &[MadeUp], secrets: &Secrets) -> (Text, Json) {
    let told = granted.told.unwrap_or(Delivery::NoAddress);
    let mut ja = vec![format!("申請 {no} を承認しました。{}", told_in_japanese(told))];
    let mut en = vec![format!("approved {no}; {}", told_in_english(told))];
    let mut users = Vec::new();
    for ((id, password), person) in granted.added.iter().zip(made_up).zip(form.new_people()) {
        let (name, password) = (&person.name, password.reveal());
        ja.push(format!("{name}　ID　{id}　初期パスワード　{password}（{}）", password::reading(password)));
        en.push(format!("{name}  ID {id}  initial password {password}"));
        users.push(json!({ "login_id": id, "name": name, "initial_password": password, "reading": password::reading(password) }));
    }
    for id in &granted.deleted {
        ja.push(format!("ID {id} を削除しました。"));
        en.push(format!("deleted {id}"));
    }
    let mut json = json!({
        "application": no.to_string(), "state": "approved", "users": users, "deleted": granted.deleted,
        "device": granted.device, "version": granted.version, "ticket": Json::Null,
    });
    if let (Some(device), Some(opened)) = (granted.device, &granted.ticket) {
        let (said, given) = super::ticket::given((device, opened), secrets);
        ja.push(said.ja);
        en.push(said.en);
        for field in ["ticket", "confirmation_code", "number"] {
            json[field] = given[field].clone();
        }
        json["ticket_until"] = given["until"].clone();
    }
    (Text::new(ja.join("\n"), en.join("\n")), json)
}
