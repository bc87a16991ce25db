//! `ca-tools incident extract`: what was reached between two moments, over all files of the gateways, sealed and kept with
//! the incident; and `incident check`: is a file as it was sealed?

use std::path::{Path, PathBuf};

use certs::DeviceNo;
use clap::Args;
use registry::{LoginId, OfficeNo};
use serde_json::json;

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use super::report::ReportFile;
use super::report_access::{ReportLogs, ReportSpan, unreadable};
use crate::access::{AccessAsked, AccessWhom, Extract, ExtractFor, extract_report};
use crate::clock::now;
use crate::digest::sha256;
use crate::incident::IncidentNo;
use crate::issuance::{Output, Overwrite};
use crate::language::Text;
use crate::rows::SealedExtract;
use crate::whole;

/// Of what an extract is made.
#[derive(Debug, Args)]
pub(crate) struct IncidentExtract {
    #[arg(value_parser = super::typed::incident, help = super::incident::INCIDENT)]
    no: IncidentNo,
    /// この端末（省略時は、記録の端末・利用者・事業所の順で、はじめにあるもの） / this device; else the incident's own device, person or office
    #[arg(long, value_parser = super::typed::device, conflicts_with_all = ["user", "office"])]
    device: Option<DeviceNo>,
    /// この利用者 / this person
    #[arg(long, value_name = "ID", value_parser = super::typed::login, conflicts_with = "office")]
    user: Option<LoginId>,
    /// この事業所 / this office
    #[arg(long, value_parser = super::typed::office)]
    office: Option<OfficeNo>,
    #[command(flatten)]
    span: ReportSpan,
    #[command(flatten)]
    logs: ReportLogs,
    /// 封印した抽出そのもの（JSON、0600）を書き出す / write the sealed extract itself
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    file: ReportFile,
}

impl IncidentExtract {
    pub(super) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let by = context.by().await?;
        context.writer.may_read(&by).await?;
        let ledger = context.writer.ledger();
        let whom = self.whom(&ledger.incident(self.no).await?)?;
        let (from, until) = self.span.read()?;
        whom.known(&ledger).await?;
        let Some(files) = self.logs.files()? else {
            return Err(CliError::Usage(Text::new(
                "アクセス記録のファイルを指定してください（ゲートウェイの機械の access.log）。",
                "name the access logs of the gateways",
            )));
        };
        let overwrite = if context.global.yes { Overwrite::Replace } else { Overwrite::Refuse };
        // The places are tried before minutes are spent.
        let out = self.out.as_ref().map(|path| Output::at(path, overwrite)).transpose()?;
        let table = match self.file.named() {
            Some((path, format)) => Some((Output::at(&path, overwrite)?, path, format)),
            None => None,
        };
        let (asked, incident, made_by) = (AccessAsked { whom, from, until }, self.no, by.operator.to_string());
        let begun = std::time::Instant::now();
        let sealed = tokio::task::spawn_blocking(move || {
            let of = ExtractFor { incident, asked: &asked, made_at: now(), made_by: &made_by };
            Extract::make(&of, &files)
        });
        let sealed = sealed.await.map_err(|why| unreadable(&why.to_string()))?.map_err(|why| unreadable(&why))?;
        let took = begun.elapsed().as_secs_f64();
        let called = ledger.called_then(&sealed.whole.names()).await?;
        let report = extract_report(&sealed.whole, &called, (&sealed.digest, now()));
        let table = match table {
            Some((out, path, format)) => Some((out, path, report.file(format)?)),
            None => None,
        };
        let files = table.iter().map(|(_, _, octets)| sha256(octets)).collect();
        let kept = SealedExtract { digest: sealed.digest.clone(), content: sealed.content.clone(), files };
        // What is taken along is known before it is.
        let (number, version) = context.writer.keep_extract(&by, self.no, (from, &kept)).await?;
        let mut written = Vec::new();
        if let (Some(out), Some(path)) = (out, self.out) {
            out.finish(sealed.content.as_bytes())?;
            written.push(path.display().to_string());
        }
        if let Some((out, path, octets)) = table {
            out.finish(&octets)?;
            written.push(path.display().to_string());
        }
        let (whole, reached) = (&sealed.whole, &sealed.whole.reached);
        let (rooms, people) = (reached.rooms.each.len(), reached.people.each.len());
        let verified = whole.is_verified();
        let chains: Vec<_> = whole.chains.iter().map(crate::access::ReadChain::said).collect();
        let ja: Vec<_> = chains.iter().map(|said| said.ja.as_str()).collect();
        let en: Vec<_> = chains.iter().map(|said| said.en.as_str()).collect();
        let text = Text::new(
            format!(
                "{} の抽出（第{number}号）：サービスに届いた要求 {}件、部屋 {rooms}、操作した利用者 {people}。（{took:.1}秒）\n{}\n封印（SHA-256）　{}",
                self.no,
                reached.passed,
                ja.join("\n"),
                sealed.digest
            ),
            format!(
                "extract {number} of {}: {} requests went through, {rooms} rooms, {people} people ({took:.1} s)\n{}\nsealed by SHA-256 {}",
                self.no,
                reached.passed,
                en.join("\n"),
                sealed.digest
            ),
        );
        let json = json!({
            "incident": self.no.to_string(), "extract": number, "sha256": sealed.digest, "verified": verified,
            "requests": reached.requests, "passed": reached.passed, "refused": reached.refused, "rooms": rooms,
            "people": people, "first": reached.first, "last": reached.last, "files": written, "version": version,
        });
        Ok(Answer::done(text, json))
    }

    /// Whose lines: what is named here, else what the incident is about.
    fn whom(&self, incident: &crate::ledger::Entry) -> Result<AccessWhom, CliError> {
        let named =
            AccessWhom { device: self.device, person: self.user.clone(), office: self.office.clone(), room: None };
        if !named.is_everybody() {
            return Ok(named);
        }
        let text = |field: &str| incident.get(field).and_then(serde_json::Value::as_str);
        let none = AccessWhom::default();
        if let Some(device) = text("device").and_then(|no| no.parse().ok()) {
            return Ok(AccessWhom { device: Some(device), ..none });
        }
        if let Some(person) = text("login_id").and_then(|id| id.parse().ok()) {
            return Ok(AccessWhom { person: Some(person), ..none });
        }
        match text("office").and_then(|office| office.parse().ok()) {
            Some(office) => Ok(AccessWhom { office: Some(office), ..none }),
            None => Err(CliError::Usage(Text::new(
                "--device・--user・--office のどれかを指定してください。",
                "name a device, a person or an office",
            ))),
        }
    }
}

/// Whether a file is one that was sealed, and not a letter of it was changed since.
pub(super) async fn check(context: &CommandContext, path: &Path) -> Result<Answer, CliError> {
    let failed = |why: std::io::Error| {
        let (path, why) = (path.display(), why.to_string());
        CliError::Usage(Text::new(format!("{path} を読めません（{why}）。"), format!("{path} cannot be read: {why}")))
    };
    let octets = whole::octets(path, whole::Of::Extract).map_err(failed)?;
    let digest = sha256(&octets);
    let Some((no, number)) = context.writer.ledger().extract_of_file(&digest).await? else {
        return Err(CliError::Refused(
            "not_as_sealed",
            Text::new(
                format!(
                    "{} は、封印した抽出のどれとも一致しません（SHA-256 {digest}）。書き換えられたか、別のファイルです。",
                    path.display()
                ),
                format!(
                    "{} is no extract as it was sealed (SHA-256 {digest}): it was changed, or is another file",
                    path.display()
                ),
            ),
        ));
    };
    let kept = context.writer.ledger().kept_extract(no, number).await?;
    let text = Text::new(
        format!("{no} の抽出（第{number}号、{} {}）で、封印したときのままです。", kept.made_at, kept.made_by),
        format!("is the extract {number} of {no} ({} by {}), as it was sealed", kept.made_at, kept.made_by),
    );
    let json = json!({
        "incident": no.to_string(), "extract": number, "sha256": digest, "made_at": kept.made_at.to_string(),
        "made_by": kept.made_by,
    });
    Ok(Answer::done(text, json))
}
