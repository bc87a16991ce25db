//! `ca-tools proposal`: what waits for another's approval; it is approved, turned down, taken back.

use clap::Subcommand;
use serde_json::json;
use zeroize::Zeroizing;

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use super::receipt::receipted;
use super::two::{Spoken, shown};
use crate::acts::{Done, Material, NewPassword};
use crate::clock::now;
use crate::language::Text;
use crate::ledger::ProposalFilter;
use crate::password::{self, MadeUp};
use crate::proposal::{Proposal as Stored, ProposalNo, State};
use crate::ticket::Secrets;

#[derive(Debug, Subcommand)]
pub(crate) enum Proposal {
    /// 一覧（新しい順） / list, the newest first
    List {
        /// open（承認待ち）, approved（承認済み）, rejected, void, lapsed, done, withdrawn
        #[arg(long)]
        state: Option<State>,
    },
    /// 詳細：対象、変わること、期限 / one proposal: whom it touches, what would change
    Show {
        /// 提案の番号（P-000001 など） / its number
        #[arg(value_parser = super::typed::proposal)]
        no: ProposalNo,
    },
    /// 承認する（提案した職員以外。台帳だけの操作はすぐに実行される） / approve; what only writes rows is done at once
    Approve {
        /// 提案の番号（P-000001 など） / its number
        #[arg(value_parser = super::typed::proposal)]
        no: ProposalNo,
    },
    /// 却下する（--why が必要） / turn it down
    Reject {
        /// 提案の番号（P-000001 など） / its number
        #[arg(value_parser = super::typed::proposal)]
        no: ProposalNo,
    },
    /// 自分の提案を取り下げる / take one's own back
    Withdraw {
        /// 提案の番号（P-000001 など） / its number
        #[arg(value_parser = super::typed::proposal)]
        no: ProposalNo,
    },
}

impl Proposal {
    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let writer = &context.writer;
        match self {
            Self::List { state } => {
                let filter =
                    ProposalFilter { state: state.map(|state| state.as_str().to_owned()), ..ProposalFilter::default() };
                let columns = &["proposal", "kind", "said", "touches", "state", "proposed_by", "until", "decided_by"];
                Ok(Answer::list(writer.ledger().proposals(filter, now()).await?, columns))
            }
            Self::Show { no } => {
                let stored = writer.ledger().proposal(no).await?;
                let mut entry = writer.ledger().proposal_entry(no, now()).await?;
                let json = entry.clone();
                for field in ["act", "touched", "touches", "changes"] {
                    entry.remove(field);
                }
                let text = Text::new(shown(&stored.outlook, Spoken::Ja), shown(&stored.outlook, Spoken::En));
                Ok(Answer::entry_of(json, entry).with_note(text))
            }
            Self::Approve { no } => approve(context, no).await,
            Self::Reject { no } => {
                let by = context.by().await?;
                let version = writer.reject_proposal(&by, no).await?;
                let text = Text::new(format!("{no} を却下しました。"), format!("rejected {no}"));
                Ok(Answer::done(text, json!({ "proposal": no.to_string(), "state": "rejected", "version": version })))
            }
            Self::Withdraw { no } => {
                let by = context.by().await?;
                let version = writer.withdraw_proposal(&by, no).await?;
                let text = Text::new(format!("{no} を取り下げました。"), format!("took {no} back"));
                Ok(Answer::done(text, json!({ "proposal": no.to_string(), "state": "withdrawn", "version": version })))
            }
        }
    }
}

async fn approve(context: &CommandContext, no: ProposalNo) -> Result<Answer, CliError> {
    let by = context.by().await?;
    let stored = context.writer.ledger().proposal(no).await?;
    let said = stored.act.said();
    context.confirm(Text::new(
        format!(
            "{} の提案 {no} を承認します：{}\n理由：{}\n{}",
            stored.proposed_by,
            said.ja,
            stored.why,
            shown(&stored.outlook, Spoken::Ja)
        ),
        format!(
            "{no} of {} will be approved: {}\nwhy: {}\n{}",
            stored.proposed_by,
            said.en,
            stored.why,
            shown(&stored.outlook, Spoken::En)
        ),
    ))?;
    // Hashed before the registry is locked.
    let (mut made_up, mut passwords) = (Vec::new(), Vec::new());
    for _ in 0..context.writer.passwords_for(&stored.act).await? {
        let password = MadeUp::password()?;
        passwords.push(NewPassword { hash: password::hash(password.reveal())? });
        made_up.push(Zeroizing::new(password.reveal().to_owned()));
    }
    let secrets = if stored.act.gives_tickets() { Some(Secrets::draw()?) } else { None };
    let material = Material { passwords, secrets: secrets.as_ref() };
    let approval = context.writer.approve_proposal(&by, no, material).await?;
    match &approval.done {
        None => Ok(opened(&stored, approval.version)),
        Some(done) => done_at_once(context, (&stored, done), (&made_up, secrets.as_ref()), approval.version).await,
    }
}

/// Its proposer carries it out.
fn opened(stored: &Stored, version: u64) -> Answer {
    let (no, by, until) = (stored.no, &stored.proposed_by, stored.until);
    let text = Text::new(
        format!("{no} を承認しました。{by} が {until} までに、同じコマンドに --proposal {no} を付けて実行します。"),
        format!("approved {no}: {by} runs the same command with --proposal {no} until {until}"),
    );
    Answer::done(text, json!({ "proposal": no.to_string(), "state": "approved", "version": version }))
}

async fn done_at_once(
    context: &CommandContext,
    (stored, done): (&Stored, &Done),
    (made_up, secrets): (&[Zeroizing<String>], Option<&Secrets>),
    version: u64,
) -> Result<Answer, CliError> {
    let (no, said) = (stored.no, stored.act.said());
    let mut text =
        Text::new(format!("{no} を承認し、実行しました：{}", said.ja), format!("approved {no}, and done: {}", said.en));
    let mut users = Vec::new();
    for (id, password) in done.handed_out.iter().zip(made_up) {
        text.ja.push_str(&format!("\nID　{id}　初期パスワード　{}", password.as_str()));
        text.en.push_str(&format!("\nID {id}  initial password {}", password.as_str()));
        users.push(json!({ "login_id": id, "initial_password": password.as_str() }));
    }
    let mut json = json!({
        "proposal": no.to_string(), "state": "done", "version": version, "users": users, "act": stored.act,
    });
    let mut again: Vec<_> = done.handed_out.iter().map(super::user::again).collect();
    if let (Some((device, opened)), Some(secrets)) = (&done.ticket, secrets) {
        let (said, given) = super::ticket::given((*device, opened), secrets);
        text = Text::new(format!("{}\n{}", text.ja, said.ja), format!("{}\n{}", text.en, said.en));
        for field in ["ticket", "confirmation_code", "number"] {
            json[field] = given[field].clone();
        }
        json["ticket_until"] = given["until"].clone();
        again.push(super::ticket::again(*device));
    }
    if !done.revoked.is_empty() {
        let (number, said) = super::crl::published(context, &context.by().await?).await;
        json["certificates_revoked"] = json!(done.revoked);
        json["crl_number"] = json!(number);
        text.ja.push_str(&format!("\n電子証明書 {} 枚を失効しました。失効リスト：{}", done.revoked.len(), said.ja));
        text.en.push_str(&format!("\nrevoked {} certificates; revocation list: {}", done.revoked.len(), said.en));
    }
    let again = again
        .into_iter()
        .reduce(|one, next| Text::new(format!("{}\n{}", one.ja, next.ja), format!("{}\n{}", one.en, next.en)));
    Ok(again.into_iter().fold(receipted(context, version, (text, json)).await, Answer::once))
}
