//! `ca-tools example`: what an example house is furnished with; not for a real one.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use certs::DeviceNo;
use clap::{Args, Subcommand};
use registry::OfficeNo;
use serde_json::json;

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use super::passphrase;
use crate::acts::{By, ExampleHouse};
use crate::issuance::{IssuingCa, Output, Overwrite, Pair, issue_many};
use crate::key;
use crate::language::Text;
use crate::sign::certificate_pem;

#[derive(Debug, Subcommand)]
pub(crate) enum Example {
    /// 承認済みで電子証明書のある端末をまとめて作る / many approved devices with certificates, keys dropped
    Devices {
        #[arg(long, value_parser = super::typed::office)]
        office: OfficeNo,
        /// 台数 / how many
        #[arg(long)]
        count: u32,
        /// 最初の KEEP 台の電子証明書と鍵を書き出す場所 / where the first KEEP pairs go: DEV-….pem and .key
        #[arg(long, value_name = "DIR", requires = "keep")]
        out: Option<PathBuf>,
        /// 書き出す台数 / how many pairs to keep
        #[arg(long, requires = "out", default_value_t = 0)]
        keep: u32,
    },
    /// 何年も使われた大きな見本の台帳を作る（測定用。--why が必要） / the rows of a large house after years of use, for measuring
    House(House),
}

#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct House {
    /// 事業所の数 / how many offices
    #[arg(long, default_value_t = 2_000)]
    offices: u32,
    /// システム利用者の数 / how many people
    #[arg(long, default_value_t = 20_000)]
    people: u32,
    /// 端末の台数。それぞれに電子証明書がある / how many devices, each with a certificate
    #[arg(long, default_value_t = 100_000)]
    devices: u32,
    /// 何日分の記録か / of how many days
    #[arg(long, default_value_t = 400)]
    days: u32,
    /// 1日に断られた回数 / refusals of a day
    #[arg(long, default_value_t = 1_000)]
    refusals: u32,
}

/// Devices in one change: few enough to hold in memory, many enough that a commit costs nothing.
const AT_A_TIME: u32 = 2_000;

impl Example {
    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let (office, count, out, keep) = match self {
            Self::Devices { office, count, out, keep } => (office, count, out, keep),
            Self::House(house) => return house.run(context).await,
        };
        // Told before the first device is made: what was made could not be taken back.
        if let Some(out) = out.as_deref().filter(|out| !out.is_dir()) {
            let out = out.display();
            return Err(CliError::Refused(
                "file_refused",
                Text::new(
                    format!("--out {out} はディレクトリではありません。作ってから、もう一度実行してください。"),
                    format!("--out {out} is no directory: make it first"),
                ),
            ));
        }
        let settings = &context.config.authority;
        let opens = passphrase::given(settings.passphrase_file.as_deref())?;
        let ca = IssuingCa::open(settings, &opens, &context.writer.ledger().issuer().await?)?;
        let by = context.by().await?;
        let issuing = certificate_pem(ca.issuing.certificate().der())?;
        let (mut made, mut first, mut last) = (0, None, None);
        while made < count {
            let batch = AT_A_TIME.min(count - made);
            let by = By { at: crate::clock::now(), ..by.clone() };
            let start = context.writer.example_devices(&by, &office, batch).await?;
            let devices: Vec<DeviceNo> = (0..batch)
                .map(|offset| DeviceNo::new(start.number() + offset))
                .collect::<Result<_, _>>()
                .map_err(|why| CliError::Refused("full", Text::new(why.to_string(), why.to_string())))?;
            let pairs = issue_many(&context.writer, &ca, &by, &devices).await?;
            let kept = keep.saturating_sub(made).min(batch) as usize;
            if let Some(out) = &out {
                for (device, pair) in devices.iter().zip(&pairs).take(kept) {
                    write(context, out.join(device.to_string()), (pair, &issuing))?;
                }
            }
            made += batch;
            first = first.or(devices.first().copied());
            last = devices.last().copied().or(last);
            progress(made, count);
        }
        let text = Text::new(format!("端末 {made} 台を作りました。"), format!("made {made} devices"));
        Ok(Answer::done(text, json!({ "devices": made, "first": first, "last": last, "kept": keep.min(count) })))
    }
}

impl House {
    async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let Self { offices, people, devices, days, refusals } = self;
        let by = context.by().await?;
        let issuer = context.writer.ledger().issuer().await?;
        let house = ExampleHouse { offices, people, devices, days, refusals };
        let version = context.writer.example_house(&by, house, &issuer).await?;
        let text = Text::new(
            format!("端末 {devices} 台の見本の台帳を作りました（第{version}版）。"),
            format!("made a house of {devices} devices, at version {version}"),
        );
        Ok(Answer::done(text, json!({ "devices": devices, "offices": offices, "people": people, "version": version })))
    }
}

fn write(context: &CommandContext, path: PathBuf, (pair, issuing): (&Pair, &str)) -> Result<(), CliError> {
    let overwrite = if context.global.yes { Overwrite::Replace } else { Overwrite::Refuse };
    Output::at(&path.with_extension("key"), overwrite)?.finish(key::plain(&pair.key)?.as_bytes())?;
    Output::at(&path.with_extension("pem"), overwrite)?.finish(format!("{}{issuing}", pair.issued.pem()).as_bytes())?;
    Ok(())
}

fn progress(made: u32, count: u32) {
    let mut stderr = std::io::stderr();
    if stderr.is_terminal() {
        // A terminal that went away misses nothing that the answer does not say.
        let _ = write!(stderr, "\r{made} / {count}{}", if made == count { "\n" } else { "" });
    }
}
