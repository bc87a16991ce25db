//! What is done about what nobody answered, and undone.

use clap::Args;
use serde_json::json;

use super::super::answer::Answer;
use super::super::context::CommandContext;
use super::super::error::CliError;
use super::super::receipt::receipted;
use super::super::two::Two;
use crate::campaign::{CampaignNo, StepKind, StepState};
use crate::language::Text;
use crate::refusal::Refusal;

/// 未回答への段階 / a step against what nobody answered
#[derive(Args, Debug)]
pub(crate) struct StepCommand {
    #[arg(value_parser = super::campaign, value_name = "CAMPAIGN", help = super::CAMPAIGN)]
    campaign: CampaignNo,
    /// 段階：warn（予告）、suspend（一時停止）、delete（削除） / which
    #[arg(value_name = "STEP", value_parser = step)]
    step: StepKind,
    #[command(flatten)]
    two: Two,
}

fn step(text: &str) -> Result<StepKind, crate::application::NotInList> {
    text.parse()
}

impl StepCommand {
    pub(super) fn looks(&self) -> bool {
        self.two.looks()
    }

    pub(super) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let by = context.by().await?;
        let (no, step) = (self.campaign, self.step);
        let act = context.writer.campaign_step(&by, no, step).await?;
        let by = self.two.way(context, &act).await?;
        context.writer.may_do(&by, &act).await?;
        let said = act.said();
        context.confirm(Text::new(format!("{}。", said.ja), said.en.clone()))?;
        let version = context.writer.take_campaign_step(&by, no, step).await?;
        let text = Text::new(format!("行いました：{}", said.ja), format!("done: {}", said.en));
        let json = json!({ "campaign": no.to_string(), "step": step.as_str(), "version": version });
        let said = if step == StepKind::Suspend {
            super::super::crl::with_list(context, &by, (text, json)).await
        } else {
            (text, json)
        };
        Ok(receipted(context, version, said).await)
    }
}

pub(super) async fn undo(context: &CommandContext, no: CampaignNo) -> Result<Answer, CliError> {
    let by = context.by().await?;
    if by.why.is_none() {
        return Err(Refusal::NoWhy.into());
    }
    let view = context.writer.ledger().campaign(no).await?;
    let last = view.steps.iter().rev().find(|step| step.state != StepState::Undone);
    if let Some(last) = last {
        let (step, count) = (last.step, last.touches.len());
        context.confirm(Text::new(
            format!("現況届 {no} の{}（{count}件）を取り消します。", step.japanese()),
            format!("the step {step} of {no} will be undone ({count})"),
        ))?;
    }
    let undone = context.writer.undo_campaign_step(&by, no).await?;
    let (resumed, left) = (undone.resumed.len(), undone.left.len());
    let named = |between| if undone.left.is_empty() { String::new() } else { undone.left.join(between) };
    let text = Text::new(
        format!(
            "現況届 {no} の{}を取り消しました。再開 {resumed}件、別の理由で停止のまま {left}件{}、取りやめたメール {}通、取消しのお知らせ {}通",
            undone.step.japanese(),
            if left == 0 { String::new() } else { format!("（{}）", named("、")) },
            undone.withdrawn,
            undone.letters
        ),
        format!(
            "undid {} of {no}: {resumed} go on, {left} stay on hold for another reason {}, {} letters withdrawn, {} letters tell of it",
            undone.step,
            named(", "),
            undone.withdrawn,
            undone.letters
        ),
    );
    let json = json!({
        "campaign": no.to_string(), "step": undone.step.as_str(), "number": undone.number, "resumed": undone.resumed,
        "left": undone.left, "letters_withdrawn": undone.withdrawn, "letters": undone.letters, "version": undone.version,
    });
    let said = if undone.resumed.is_empty() {
        (text, json)
    } else {
        super::super::crl::with_list(context, &by, (text, json)).await
    };
    Ok(receipted(context, undone.version, said).await)
}
