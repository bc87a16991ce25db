//! `ca-tools maintenance`: IDs of who maintains the service, and the windows in which they are let in.

use certs::Timestamp;
use clap::Subcommand;
use registry::LoginId;
use serde_json::json;

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use super::export::{Export, Listed};
use super::moment;
use super::receipt::receipted;
use super::two::Two;
use crate::acts::WorkPlan;
use crate::calendar::minute;
use crate::language::Text;
use crate::proposal::Act;

#[derive(Debug, Subcommand)]
pub(crate) enum Maintenance {
    /// IDを保守用にする（元に戻せません） / make an ID a maintenance account, for good
    Account {
        #[arg(value_parser = super::typed::login)]
        id: LoginId,
    },
    /// 作業計画の時間帯を開く（もう1人の承認が必要） / open a window by a work plan; another approves it
    Open {
        /// 作業計画書の番号 / the number of the work plan
        #[arg(long, value_name = "NO")]
        plan: String,
        /// 保守用のID / the maintenance account
        #[arg(long, value_name = "ID", value_parser = super::typed::login)]
        user: LoginId,
        /// 始まり（2026-11-28T22:00:00+09:00。分まで） / its first minute
        #[arg(long, value_name = "TIME")]
        from: String,
        /// 終わり（この時刻から使えなくなります） / from then on it is closed
        #[arg(long, value_name = "TIME")]
        to: String,
        #[command(flatten)]
        two: Two,
    },
    /// 時間帯を、終わりの前に閉じる / close its window before the end
    Close {
        #[arg(value_parser = super::typed::login)]
        id: LoginId,
    },
    /// 時間帯の一覧（新しい順） / windows, the newest first
    List {
        /// この作業計画のものだけ / of this work plan
        #[arg(long, value_name = "NO")]
        plan: Option<String>,
        /// この保守用のIDのものだけ / of this account
        #[arg(long, value_name = "ID", value_parser = super::typed::login)]
        user: Option<LoginId>,
        #[command(flatten)]
        export: Export,
    },
}

impl Maintenance {
    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        match self {
            Self::Account { id } => account(context, id).await,
            Self::Open { plan, user, from, to, two } => {
                let from = moment::first(("--from", &from))?;
                let until = moment::first(("--to", &to))?;
                open(context, (user, WorkPlan { plan, from, until }), &two).await
            }
            Self::Close { id } => close(context, id).await,
            Self::List { plan, user, export } => {
                let entries = context.writer.ledger().maintenance_windows(plan.as_deref(), user.as_ref()).await?;
                let listed = Listed {
                    list: "maintenance_windows",
                    filter: json!({ "plan": plan, "login_id": user }),
                    entries,
                    columns: &["plan", "login_id", "name", "office_name", "from_at", "until_at", "closed_at"],
                };
                export.of(context, listed).await
            }
        }
    }
}

async fn account(context: &CommandContext, id: LoginId) -> Result<Answer, CliError> {
    let by = context.by().await?;
    context.confirm(Text::new(
        format!("ID {id} を保守用にします。元に戻せません。承認された時間帯のほかは、すぐに使えなくなります。"),
        format!("{id} becomes a maintenance account for good, and is let in within approved windows only"),
    ))?;
    let version = context.writer.make_maintenance(&by, &id).await?;
    let text = Text::new(
        format!("ID {id} を保守用にしました。時間帯を開くまで使えません（maintenance open）。"),
        format!("{id} is a maintenance account now; it is closed until a window is opened (maintenance open)"),
    );
    let json = json!({ "login_id": id, "maintenance": true, "version": version });
    Ok(receipted(context, version, (text, json)).await)
}

async fn open(context: &CommandContext, (id, plan): (LoginId, WorkPlan), two: &Two) -> Result<Answer, CliError> {
    let (from, until) = (plan.from.unix(), plan.until.unix());
    let act = Act::OpenMaintenance { person: id.clone(), plan: plan.plan.trim().to_owned(), from, until };
    let by = two.way(context, &act).await?;
    let version = context.writer.open_maintenance(&by, &id, &plan).await?;
    let said = |at: Timestamp| minute(at);
    let text = Text::new(
        format!(
            "ID {id} を、{} から {} まで使えるようにしました（作業計画 {}）。",
            said(plan.from),
            said(plan.until),
            plan.plan
        ),
        format!("{id} is let in from {} until {} by the work plan {}", plan.from, plan.until, plan.plan),
    );
    let json = json!({
        "login_id": id, "plan": plan.plan, "from": plan.from.to_string(), "until": plan.until.to_string(),
        "version": version,
    });
    Ok(receipted(context, version, (text, json)).await)
}

async fn close(context: &CommandContext, id: LoginId) -> Result<Answer, CliError> {
    let by = context.by().await?;
    context.confirm(Text::new(
        format!("ID {id} の時間帯を閉じます。作業中のものは、すぐに切れます。"),
        format!("the window of {id} will be closed; what runs in it ends at once"),
    ))?;
    let version = context.writer.close_maintenance(&by, &id).await?;
    let text = Text::new(format!("ID {id} の時間帯を閉じました。"), format!("closed the window of {id}"));
    let json = json!({ "login_id": id, "version": version });
    Ok(receipted(context, version, (text, json)).await)
}
