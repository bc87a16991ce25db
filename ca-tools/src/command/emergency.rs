//! `ca-tools cert emergency`: 72 hours for care that must go on, by two operators, for a reason.

use std::path::PathBuf;

use certs::DeviceNo;
use clap::Args;
use registry::{LoginId, OfficeNo, Os, Ownership};
use serde_json::json;

use super::answer::Answer;
use super::context::CommandContext;
use super::device::named;
use super::error::CliError;
use super::hand_out::{hand_out_by, handed_over};
use super::proof::{own, password_of};
use super::two::{Approved, Two};
use super::wanted::WantedFile;
use crate::acts::{By, Consent, DeviceForm};
use crate::clock::now;
use crate::issuance::{Occasion, Output, Overwrite};
use crate::language::Text;
use crate::proposal::Act;
use crate::refusal::{EmergencyRefusal, Refusal};

#[derive(Args, Clone, Debug)]
pub(crate) struct Emergency {
    /// 登録済みの端末（まだ承認されていなくてもよい） / a device that is known; it need not be approved yet
    #[arg(long, required_unless_present = "office", conflicts_with_all = ["office", "label", "os"])]
    device: Option<DeviceNo>,
    /// 新しい端末のとき：事業所番号 / a new device's office
    #[arg(long, requires = "label", requires = "os")]
    office: Option<OfficeNo>,
    /// 新しい端末のとき：呼び名 / a new device's label
    #[arg(long, requires = "office")]
    label: Option<String>,
    /// 新しい端末のとき：OS / a new device's system
    #[arg(long, requires = "office")]
    os: Option<Os>,
    /// 新しい端末のとき：office（事業所所有）, byod（個人所有） / whose a new device is
    #[arg(long, default_value = "office")]
    ownership: Ownership,
    /// 新しい端末のとき：使う利用者（複数可） / the people a new device serves; repeatable
    #[arg(long = "user", value_name = "ID", requires = "office")]
    users: Vec<LoginId>,
    /// その場で同意する2人目の職員 / the second operator, who agrees here and now
    #[arg(long, value_name = "ID", conflicts_with_all = ["propose", "dry_run", "break_glass", "proposal"])]
    second: Option<LoginId>,
    /// 2人目のパスワードのファイル（0600。省略時はその場でたずねる） / the first line is the second operator's password
    #[arg(long, value_name = "FILE", requires = "second")]
    second_password_file: Option<PathBuf>,
    #[command(flatten)]
    two: Two,
    #[command(flatten)]
    approved: Approved,
    #[command(flatten)]
    file: WantedFile,
}

/// 72 hours.
const DAYS: u32 = 3;

/// The application of a device for which none was there yet: it follows.
const FOLLOWS: &str = "emergency";

impl Emergency {
    pub(super) async fn run(mut self, context: &CommandContext) -> Result<Answer, CliError> {
        let by = context.by().await?;
        if by.why.is_none() {
            return Err(Refusal::NoWhy.into());
        }
        if self.file.days.is_some_and(|days| days > DAYS) {
            return Err(Refusal::from(EmergencyRefusal::TooLong).into());
        }
        self.file.days = Some(self.file.days.unwrap_or(DAYS));
        let about = self.about(context).await?;
        let overwrite = if context.global.yes { Overwrite::Replace } else { Overwrite::Refuse };
        // Told before anybody is asked for a password and a device is registered; held when it is written.
        drop(Output::at(&self.file.out, overwrite)?);
        let (by, consent) = self.agreed(context, by, &about).await?;
        let device = match self.device {
            Some(device) => device,
            None => self.registered(context, &by).await?,
        };
        let by = By { at: now(), ..by };
        let handed = hand_out_by(context, &by, (device, &self.file), Occasion::Emergency(&consent)).await?;
        let (mut text, mut json) = handed_over(&handed);
        text.ja.push_str(
            "\n緊急用です。期限が来ると使えなくなります。それまでに、検査・承認のうえ cert renew で通常の電子証明書にしてください。",
        );
        text.en.push_str(
            "\nfor an emergency: it ends by itself; inspect and approve the device, then cert renew gives it a usual one",
        );
        json["emergency"] = json!(true);
        json["second"] = json!(self.second);
        Ok(Answer::done(text, json).once(again(device)))
    }

    /// Who acts, on whose consent: a second's, here and now; or what a proposal or a broken glass stands for.
    async fn agreed(&self, context: &CommandContext, by: By, about: &str) -> Result<(By, Consent), CliError> {
        let meant = |more: Text| {
            context.confirm(Text::new(
                format!("{about} に、72時間だけ使える緊急用電子証明書を発行します。{}", more.ja),
                format!("an emergency certificate for 72 hours is issued to {about}; {}", more.en),
            ))
        };
        let Some(second) = &self.second else {
            let Some(device) = self.device else { return Err(Self::known_device()) };
            let act = Act::Emergency { device };
            let by = self.two.or_approved(context, (&act, &self.approved)).await?;
            context.writer.may_do(&by, &act).await?;
            meant(Text::new("", "no second agrees here and now"))?;
            return Ok((by, Consent::on_its_ground()));
        };
        meant(Text::new(format!("{second} の同意が必要です。"), format!("{second} must agree")))?;
        context.writer.may_agree(&by, second).await?;
        let first = own(context, (&by, about)).await?;
        let password = password_of(second, self.second_password_file.as_deref(), "--second-password-file")?;
        let proven = context.writer.prove(&by, second, (&password, about)).await?;
        let consent = context.writer.consent(&by, first, proven).await?;
        Ok((by, consent))
    }

    fn known_device() -> CliError {
        CliError::Usage(Text::new(
            "--second を付けないときは、登録済みの端末を --device で指定してください（新しい端末は、先に device apply で登録します）。",
            "without --second, name a device that is known by --device (device apply makes one known)",
        ))
    }

    /// What the certificate is for, as people call it.
    async fn about(&self, context: &CommandContext) -> Result<String, CliError> {
        match (self.device, &self.office) {
            (Some(device), _) => Ok(format!("{device}（{}）", named(&context.writer.ledger().device(device).await?))),
            (None, Some(office)) => {
                context.writer.ledger().office(office).await?;
                Ok(format!("{office}・{}", self.label.as_deref().unwrap_or_default()))
            }
            (None, None) => Err(Self::neither()),
        }
    }

    async fn registered(&self, context: &CommandContext, by: &By) -> Result<DeviceNo, CliError> {
        let (Some(office), Some(label), Some(os)) = (self.office.clone(), self.label.clone(), self.os) else {
            return Err(Self::neither());
        };
        let mut by = By { at: now(), ..by.clone() };
        by.application.get_or_insert_with(|| FOLLOWS.to_owned());
        let form = DeviceForm { office, label, os, ownership: self.ownership, users: self.users.clone() };
        Ok(context.writer.apply_device(&by, form).await?)
    }

    fn neither() -> CliError {
        CliError::Usage(Text::new(
            "--device か、--office・--label・--os を指定してください。",
            "name a --device, or a new one by --office, --label and --os",
        ))
    }
}

/// How to get another, where the file's password could not be shown.
fn again(device: DeviceNo) -> Text {
    Text::new(
        format!(
            "パスワードを表示できませんでした。cert revoke --device {device} --reason other で失効してから、もう一度発行してください。"
        ),
        format!(
            "its password could not be shown: cert revoke --device {device} --reason other, and ask for another emergency"
        ),
    )
}
