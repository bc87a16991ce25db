//! `ca-tools campaign`: 現況届. `open` and its days, `files` out and in, `answers` of one office, `steps` against what nobody
//! answered.

mod answers;
mod files;
mod open;
mod status;
mod steps;

use clap::Subcommand;

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use crate::campaign::{CampaignNo, NotACampaign, RowSubject};

#[derive(Debug, Subcommand)]
pub(crate) enum Campaign {
    /// 作成して、各事業所に回答をお願いする / open one, and ask each office
    Open(Box<open::Open>),
    /// 一覧 / list
    List,
    /// 状況、または1つの事業所の回答 / how far it is, or what one office said
    Show(status::Show),
    /// 事業所ごとの進み具合 / how far each office is
    Status(status::Status),
    /// 回答用の表を書き出す / write the tables to be filled in
    Export(files::ExportTables),
    /// 戻ってきた表を取り込む（1つでも誤りがあれば、何も取り込まない） / take returned tables over, all of them or nothing
    Import(files::ImportTables),
    /// 紙や電話の回答を入れる / type in what came on paper or was said at the telephone
    Answer(Box<answers::TypedAnswers>),
    /// 本人以外の人が、継続することを確かめた / another stands for a contact who goes on
    Vouch(answers::Vouch),
    /// 回答を確定する（削除は取り消せない） / confirm the answers: deletions are done, for ever
    Confirm(answers::Confirm),
    /// 未回答の事業所に、お願いを送る / write once more to whom something is left to answer
    Remind {
        #[arg(value_parser = campaign, value_name = "CAMPAIGN", help = CAMPAIGN)]
        campaign: CampaignNo,
    },
    /// 未回答への予告・一時停止・削除（もう1人の承認が必要） / warn, suspend or delete what nobody answered; it takes two
    Step(Box<steps::StepCommand>),
    /// 最後の段階を取り消す（--why が必要） / undo the last step
    Undo {
        #[arg(value_parser = campaign, value_name = "CAMPAIGN", help = CAMPAIGN)]
        campaign: CampaignNo,
    },
    /// 締め切る / close it
    Close {
        #[arg(value_parser = campaign, value_name = "CAMPAIGN", help = CAMPAIGN)]
        campaign: CampaignNo,
    },
}

/// What the number of a campaign is.
const CAMPAIGN: &str = "現況届の番号（C-2026） / the campaign's number";

/// `C-2026`, full-width signs and small letters too.
fn campaign(text: &str) -> Result<CampaignNo, NotACampaign> {
    CampaignNo::typed(text)
}

/// An ID, or a device's number.
fn row(text: &str) -> Result<RowSubject, crate::campaign::NotARow> {
    let device = super::typed::device(text).ok().filter(|_| !text.is_empty());
    let person = super::typed::login(text).ok();
    device.map(RowSubject::Device).or(person.map(RowSubject::Person)).ok_or(crate::campaign::NotARow)
}

impl Campaign {
    /// Whether nothing is to be done.
    pub(super) fn looks(&self) -> bool {
        match self {
            Self::Open(open) => open.looks(),
            Self::Step(step) => step.looks(),
            Self::Import(import) => import.looks(),
            Self::Confirm(confirm) => confirm.looks(),
            Self::List
            | Self::Show(_)
            | Self::Status(_)
            | Self::Export(_)
            | Self::Answer(_)
            | Self::Vouch(_)
            | Self::Remind { .. }
            | Self::Undo { .. }
            | Self::Close { .. } => false,
        }
    }

    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        match self {
            Self::Open(open) => open.run(context).await,
            Self::List => status::list(context).await,
            Self::Show(show) => show.run(context).await,
            Self::Status(status) => status.run(context).await,
            Self::Export(export) => export.run(context).await,
            Self::Import(import) => import.run(context).await,
            Self::Answer(answers) => answers.run(context).await,
            Self::Vouch(vouch) => vouch.run(context).await,
            Self::Confirm(confirm) => confirm.run(context).await,
            Self::Remind { campaign } => open::remind(context, campaign).await,
            Self::Step(step) => step.run(context).await,
            Self::Undo { campaign } => steps::undo(context, campaign).await,
            Self::Close { campaign } => open::close(context, campaign).await,
        }
    }
}
