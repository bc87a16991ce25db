//! `ca-tools cert reissue`: a device takes another one's place, and gets its certificate.

use certs::DeviceNo;
use clap::Args;
use serde_json::{Value as Json, json};

use super::answer::Answer;
use super::context::CommandContext;
use super::device::named;
use super::error::CliError;
use super::hand_out::{again, hand_out, handed_over};
use super::wanted::WantedFile;
use crate::language::Text;
use crate::ledger::Entry;
use crate::refusal::Refusal;
use crate::rows::{GRACE, Purpose};

#[derive(Args, Clone, Debug)]
pub(crate) struct Reissue {
    /// 入れ替える古い端末 / the device that goes
    #[arg(value_name = "DEVICE", value_parser = super::typed::device)]
    old: DeviceNo,
    /// 承認済みの新しい端末 / the approved device that takes its place
    #[arg(long, value_name = "DEVICE", value_parser = super::typed::device)]
    to: DeviceNo,
    #[command(flatten)]
    file: WantedFile,
    /// 古い端末をすぐに使用終了にする / the old device is out of use at once
    #[arg(long)]
    now: bool,
}

impl Reissue {
    pub(super) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let Self { old, to, file, now } = self;
        let by = context.by().await?;
        if by.application.is_none() {
            return Err(Refusal::NoApplication.into());
        }
        if by.why.is_none() {
            return Err(Refusal::NoWhy.into());
        }
        let writer = &context.writer;
        let (old_named, new_named) =
            (named(&writer.ledger().device(old).await?), named(&writer.ledger().device(to).await?));
        let lost = writer.ledger().loss(old).await?.is_some();
        let (ja, en) = if lost {
            (
                "は紛失の報告があるため、電子証明書を失効し、使用終了にします",
                "was reported lost: its certificate is revoked and it is retired",
            )
        } else if now {
            ("は、すぐに使用終了になります", "is retired at once")
        } else {
            ("の電子証明書と承認は、14日後に終わります", "ends with its approval in 14 days")
        };
        context.confirm(Text::new(
            format!("{old}（{old_named}）を {to}（{new_named}）に入れ替えます。{old} {ja}。取り消せません。"),
            format!("{to} ({new_named}) takes the place of {old} ({old_named}), which {en}; this is for good"),
        ))?;
        let grace = if now { 0 } else { GRACE };
        let handed = hand_out(context, (to, &file), Purpose::Replacement { of: old, grace }).await?;
        // The registry has decided; what follows tells of it, and keeps nothing from being so.
        let gone = writer.ledger().device(old).await?;
        let ends = ends(&gone, &handed.serial);
        let list = if ends.is_null() { Some(super::crl::published(context, &by).await) } else { None };
        let (text, mut json) = handed_over(&handed);
        json["replaces"] = json!(old);
        json["superseded_from"] = ends.clone();
        json["revoked"] = list.is_some().into();
        let (mut ja, mut en) = match (&ends, list) {
            (_, Some((number, said))) => {
                json["crl_number"] = json!(number);
                (
                    format!("電子証明書を失効し、使用終了にしました。失効リスト：{}", said.ja),
                    format!("certificate revoked, retired; revocation list: {}", said.en),
                )
            }
            (Json::String(at), None) if !now => (format!("{at} まで使えます"), format!("can be used until {at}")),
            (_, None) => ("使用終了にしました".to_owned(), "retired".to_owned()),
        };
        ja = format!("{}\n古い端末　　　　　　　　{old}：{ja}", text.ja);
        en = format!("{}\nold device     {old}: {en}", text.en);
        Ok(Answer::done(Text::new(ja, en), json).once(again(to)))
    }
}

/// From when on the certificate whose place was taken no longer counts.
fn ends(old: &Entry, successor: &str) -> Json {
    let certificates = old.get("certificates").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let superseded = certificates.iter().find(|certificate| certificate["successor"] == successor);
    superseded.map_or(Json::Null, |certificate| certificate["superseded_from"].clone())
}
