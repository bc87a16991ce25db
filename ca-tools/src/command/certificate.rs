//! `ca-tools cert`: issued, renewed, revoked.

use certs::{DeviceNo, Serial};
use clap::{Args, Subcommand};
use registry::change::{CertificateStage, RevokedReason};
use serde_json::json;

use super::answer::Answer;
use super::context::CommandContext;
use super::emergency::Emergency;
use super::error::CliError;
use super::export::{Export, Listed};
use super::hand_out::{HandedOut, again, hand_out, handed_over};
use super::receipt::{mailed, receipted};
use super::reissue::Reissue;
use super::wanted::WantedFile;
use crate::clock::now;
use crate::language::Text;
use crate::language::reason_in_japanese;
use crate::ledger::CertificateFilter;
use crate::rows::Purpose;

#[derive(Debug, Subcommand)]
pub(crate) enum Cert {
    /// 発行する / issue
    Issue {
        #[command(flatten)]
        wanted: HandOut,
    },
    /// 更新する（新しい電子証明書が使われてから14日後に、古いものは切替済みになる。期限が切れて30日以内のものも。短い期限のものは --why が必要、緊急用は更新できない） / issue the next one; the old counts until 14 days after its first use; a shortened one takes --why, one for an emergency is not renewed
    Renew {
        #[command(flatten)]
        wanted: HandOut,
        /// 古い電子証明書をすぐに切替済みにする / supersede the old one at once
        #[arg(long)]
        now: bool,
    },
    /// 機器の入替え：新しい端末に発行し、古い端末は14日後に終わる（--application と --why が必要） / another device takes its place
    Reissue(Reissue),
    /// 緊急用：72時間だけ使える電子証明書（職員2人と --why が必要） / for 72 hours, by two operators
    Emergency(Emergency),
    /// 失効する（取り消せない） / withdraw for ever
    Revoke {
        #[arg(long, value_parser = super::typed::device)]
        device: DeviceNo,
        /// lost（紛失・盗難）, replaced（入替え）, left（退職・異動）, ended（利用終了）, other
        #[arg(long)]
        reason: RevokedReason,
        /// この1枚だけ / this one only
        #[arg(long)]
        serial: Option<Serial>,
    },
    /// 一覧 / list
    List {
        #[arg(long, value_parser = super::typed::device)]
        device: Option<DeviceNo>,
        /// intended（発行準備中）, issued（使用中）, superseded（切替済み）, revoked（失効）
        #[arg(long)]
        state: Option<CertificateStage>,
        /// この日数以内に期限が切れるもの / that end within so many days
        #[arg(long, value_name = "DAYS")]
        expiring: Option<u32>,
        /// 緊急用のものだけ、同意した職員と理由とともに / emergencies only, with who agreed and why
        #[arg(long, conflicts_with_all = ["device", "state", "expiring"])]
        emergency: bool,
        #[command(flatten)]
        export: Export,
    },
    /// 詳細 / one certificate
    Show {
        /// シリアル番号、端末番号、IDか氏名 / a serial, a device, an ID or a name
        what: String,
    },
}

/// What is to be handed out, and where.
#[derive(Args, Clone, Debug)]
pub(crate) struct HandOut {
    #[arg(long, value_parser = super::typed::device)]
    pub(crate) device: DeviceNo,
    #[command(flatten)]
    pub(crate) file: WantedFile,
}

impl Cert {
    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        match self {
            Self::Issue { wanted } => {
                Ok(answer(&hand_out(context, (wanted.device, &wanted.file), Purpose::First).await?))
            }
            Self::Renew { wanted, now } => {
                let purpose = if now { Purpose::Renewal { grace: 0 } } else { Purpose::RenewalOnProof };
                Ok(answer(&hand_out(context, (wanted.device, &wanted.file), purpose).await?))
            }
            Self::Reissue(reissue) => reissue.run(context).await,
            Self::Emergency(emergency) => emergency.run(context).await,
            Self::Revoke { device, reason, serial } => revoke(context, (device, serial), reason).await,
            Self::List { emergency: true, export, .. } => {
                let found = context.writer.ledger().emergencies().await?;
                let count = found.len();
                let columns = &["serial", "device", "office", "at", "not_after", "first", "second", "why"];
                let said = Text::new(format!("緊急用 {count} 件"), format!("{count} emergencies"));
                let filter = json!({ "emergency": true });
                let listed = Listed { list: "certificates", filter, entries: found, columns };
                Ok(export.of(context, listed).await?.with_note(said))
            }
            Self::List { device, state, expiring, emergency: false, export } => {
                let filter = CertificateFilter {
                    device,
                    state: state.map(|state| state.to_string()),
                    ending_by: expiring.map(|days| now().plus(i64::from(days) * 86_400)),
                };
                let by = json!({ "device": device, "state": filter.state, "expiring": expiring });
                let found = context.writer.ledger().certificates(filter).await?;
                // Who is to be called, where certificates are about to end.
                let columns: &'static [&'static str] = match expiring {
                    None => &["serial", "device", "label", "office_name", "state", "not_before", "not_after"],
                    Some(_) => &["device", "label", "office_name", "contact", "telephone", "not_after", "serial"],
                };
                let listed = Listed { list: "certificates", filter: by, entries: found, columns };
                export.of(context, listed).await
            }
            Self::Show { what } => {
                let serial = super::named::certificate(context, &what).await?;
                Ok(Answer::entry(context.writer.ledger().certificate(&serial).await?))
            }
        }
    }
}

async fn revoke(
    context: &CommandContext,
    (device, serial): (DeviceNo, Option<Serial>),
    reason: RevokedReason,
) -> Result<Answer, CliError> {
    let by = context.by().await?;
    let named = super::device::named(&context.writer.ledger().device(device).await?);
    let said = reason_in_japanese(reason);
    context.confirm(Text::new(
        format!("{device}（{named}）の電子証明書を失効します。取り消せません。理由：{said}。"),
        format!("the certificate of {device} ({named}) will be revoked for ever; reason: {reason}"),
    ))?;
    let (serials, version) = context.writer.revoke(&by, device, serial.as_ref(), reason).await?;
    let (list, said) = super::crl::published(context, &by).await;
    let text = Text::new(
        format!("{device} の電子証明書 {} 枚を失効しました。失効リスト：{}", serials.len(), said.ja),
        format!("revoked {} certificates of {device}; revocation list: {}", serials.len(), said.en),
    );
    let json = json!({
        "device": device, "serials": serials, "reason": reason.as_str(), "crl_number": list, "version": version,
    });
    let said = mailed(context, version, (text, json)).await;
    Ok(receipted(context, version, said).await)
}

fn answer(handed: &HandedOut) -> Answer {
    let (text, json) = handed_over(handed);
    Answer::done(text, json).once(again(handed.device))
}
