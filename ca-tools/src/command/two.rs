//! What needs two, on the command line: the same command proposes it, looks ahead, or breaks the glass.

use clap::Args;
use serde_json::json;

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use crate::acts::{By, Delivery, Ground};
use crate::calendar::minute;
use crate::language::Text;
use crate::ledger::changes;
use crate::proposal::{Act, Outlook, ProposalNo};
use crate::refusal::Refusal;

/// Options of a command whose act may need two.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Two {
    /// もう1人の承認を求めて提案する（--why が必要） / propose it, for another to approve
    #[arg(long, conflicts_with_all = ["dry_run", "break_glass"])]
    propose: bool,
    /// 対象と変わることだけを見る / only show whom it touches, and what would change
    #[arg(long, conflicts_with = "break_glass")]
    dry_run: bool,
    /// 責任者が1人で行う（--why が必要。ほかの責任者に知らせ、3日以内に確認を受ける） / a custodian alone: all others are told, one reviews it
    #[arg(long)]
    break_glass: bool,
}

/// The proposal that a command carries out.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Approved {
    /// 承認された提案を実行する / carry out this approved proposal
    #[arg(long, value_name = "NO", value_parser = super::typed::proposal, conflicts_with_all = ["propose", "dry_run", "break_glass"])]
    proposal: Option<ProposalNo>,
}

impl Two {
    /// Whether nothing is to be done.
    pub(super) fn looks(&self) -> bool {
        self.dry_run
    }

    /// By whom, and on what, it is done. Where it is only proposed or looked at, that is the answer instead.
    pub(super) async fn way(&self, context: &CommandContext, act: &Act) -> Result<By, CliError> {
        let by = context.by().await?;
        if self.dry_run {
            let (outlook, could) = context.writer.foresee(&by, act).await?;
            let said = act.said();
            let (ja, en) = (shown(&outlook, Ja), shown(&outlook, En));
            let could = could.iter().map(ToString::to_string).collect::<Vec<_>>();
            let text = Text::new(
                format!("{}\n{ja}\n承認できる職員：{}\n何もしていません。", said.ja, listed(&could, "、", "いません")),
                format!("{}\n{en}\ncould approve: {}\nnothing was done", said.en, listed(&could, ", ", "nobody")),
            );
            let json = json!({
                "dry_run": true, "act": act, "kind": act.kind().as_str(), "touched": outlook.touched,
                "changes": changes(&outlook), "could_approve": could,
            });
            return Err(CliError::Instead(Box::new(Answer::done(text, json))));
        }
        if self.propose {
            return Err(CliError::Instead(Box::new(proposed(context, &by, act).await?)));
        }
        if self.break_glass && by.why.is_none() {
            return Err(Refusal::NoWhy.into());
        }
        let ground = if self.break_glass { Ground::BreakGlass } else { Ground::Alone };
        Ok(By { ground, ..by })
    }

    /// The same of an act that a proposal may open.
    pub(super) async fn or_approved(
        &self,
        context: &CommandContext,
        (act, approved): (&Act, &Approved),
    ) -> Result<By, CliError> {
        match approved.proposal {
            Some(no) => Ok(By { ground: Ground::Proposal(no), ..context.by().await? }),
            None => self.way(context, act).await,
        }
    }
}

async fn proposed(context: &CommandContext, by: &By, act: &Act) -> Result<Answer, CliError> {
    if by.why.is_none() {
        return Err(Refusal::NoWhy.into());
    }
    let proposed = context.writer.propose(by, act).await?;
    let (no, until) = (proposed.no, proposed.until);
    let could = proposed.could.iter().map(ToString::to_string).collect::<Vec<_>>();
    let (told_ja, told_en) = match proposed.told {
        Delivery::ByMail => ("メールでお知らせします。", "they are told by mail"),
        Delivery::NoAddress => {
            ("メールアドレスがないため、直接伝えてください。", "no address is known: tell them yourself")
        }
    };
    let said = act.said();
    let after = if act.is_carried_out() {
        Text::new(
            format!("\n承認されたら、同じコマンドに --proposal {no} を付けて実行してください。"),
            format!("\nonce approved, run the same command with --proposal {no}"),
        )
    } else {
        Text::new("\n承認されると、すぐに実行されます。", "\nit is done as soon as it is approved")
    };
    let text = Text::new(
        format!(
            "提案しました。提案番号　{no}\n{}\n{}\n期限　{}\n承認できる職員：{}　{told_ja}{}",
            said.ja,
            shown(&proposed.outlook, Ja),
            minute(until),
            listed(&could, "、", "いません"),
            after.ja
        ),
        format!(
            "proposed as {no}\n{}\n{}\nuntil {until}\ncould approve: {}; {told_en}{}",
            said.en,
            shown(&proposed.outlook, En),
            listed(&could, ", ", "nobody"),
            after.en
        ),
    );
    let json = json!({
        "proposal": no.to_string(), "kind": act.kind().as_str(), "state": "open", "until": until.to_string(),
        "touched": proposed.outlook.touched, "changes": changes(&proposed.outlook), "could_approve": could,
        "mailed": proposed.told == Delivery::ByMail, "version": proposed.version,
    });
    Ok(Answer::done(text, json))
}

/// In which language.
#[derive(Clone, Copy)]
pub(super) enum Spoken {
    Ja,
    En,
}
use Spoken::{En, Ja};

/// So many of a list are shown; programs and the console's page have all of it.
const MOST: usize = 20;

/// Whom it touches, and what would change.
pub(super) fn shown(outlook: &Outlook, spoken: Spoken) -> String {
    let (whom, more, none) = match spoken {
        Ja => ("対象", "ほか", "なし"),
        En => ("touches", "more:", "none"),
    };
    let (change, colon) = match spoken {
        Ja => ("変わること", "："),
        En => ("changes", ": "),
    };
    let count = outlook.touched.len();
    let mut lines = vec![format!("{whom}{colon}{count}")];
    lines.extend(outlook.touched.iter().take(MOST).map(|one| format!("  {}　{}", one.id, one.name)));
    if count > MOST {
        lines.push(format!("  {more} {}", count - MOST));
    }
    let changes = outlook.changes();
    if !changes.is_empty() {
        lines.push(format!("{change}{colon}"));
    }
    let or_none = |text: &str| if text.is_empty() { none.to_owned() } else { text.to_owned() };
    let line = |one: &crate::proposal::Moved| {
        format!("  {} {}{colon}{} → {}", one.id, one.field, or_none(&one.was), or_none(&one.is))
    };
    lines.extend(changes.iter().take(MOST).map(line));
    lines.join("\n")
}

fn listed(people: &[String], between: &str, nobody: &str) -> String {
    if people.is_empty() { nobody.to_owned() } else { people.join(between) }
}
