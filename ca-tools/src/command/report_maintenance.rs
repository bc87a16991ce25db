//! `ca-tools report maintenance`: all that was done in the windows of a work plan, to be held against it.

use clap::Args;
use serde_json::json;

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use super::report::ReportFile;
use super::report_access::{ReportLogs, rows};
use crate::access::{AccessAsked, AccessRows, AccessWhom, MaintenanceAsked, maintenance_report};
use crate::language::Text;

/// By which plan, and where the lines are.
#[derive(Debug, Args)]
pub(crate) struct MaintenanceReport {
    /// 作業計画書の番号 / the number of the work plan
    #[arg(long, value_name = "NO")]
    plan: String,
    #[command(flatten)]
    logs: ReportLogs,
    #[command(flatten)]
    file: ReportFile,
}

impl MaintenanceReport {
    pub(super) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let ledger = context.writer.ledger();
        context.writer.may_read(&context.by().await?).await?;
        let windows = ledger.windows_of_plan(self.plan.trim()).await?;
        if windows.is_empty() {
            return Err(CliError::Refused(
                "unknown",
                Text::new(
                    format!("作業計画 {} の時間帯はありません。maintenance list で番号を確かめてください。", self.plan),
                    format!("there is no window of the work plan {}: look at maintenance list", self.plan),
                ),
            ));
        }
        let mut all = AccessRows::default();
        for planned in &windows {
            let person = planned.login_id.parse().ok();
            let (from, until) = (planned.window.from, planned.window.until);
            let asked = AccessAsked { whom: AccessWhom { person, ..AccessWhom::default() }, from, until };
            all = all.and(rows(context, &asked, self.logs.files()?).await?);
        }
        let called = ledger.called_then(&all.names()).await?;
        let asked = MaintenanceAsked { plan: self.plan.trim().to_owned(), windows };
        let question = json!({ "plan": asked.plan, "logs": self.logs.named() });
        self.file.of(context, maintenance_report(&asked, &all, &called), question).await
    }
}
