//! `ca-tools office readiness`: what an office, or each of them, must do before a day. It leaves an event.

use clap::Args;
use registry::OfficeNo;
use serde_json::{Value as Json, json};

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use super::export::{Export, Listed};
use crate::application::Day;
use crate::clock::now;
use crate::ledger::Entry;
use crate::readiness::{Lack, OfficeAsIs};
use crate::words::lacking;

#[derive(Args, Debug)]
pub(crate) struct Readiness {
    /// 事業所番号。省くと、利用中のすべての事業所 / an office; left out: all of them
    #[arg(value_parser = super::typed::office)]
    office: Option<OfficeNo>,
    /// いつまでのことか（例：2027-04-01、令和9年4月1日） / what must be done before this day
    #[arg(long, value_name = "DATE", value_parser = super::typed::day)]
    before: Day,
    #[command(flatten)]
    export: Export,
}

impl Readiness {
    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let Self { office, before, export } = self;
        let (writer, by) = (&context.writer, context.by().await?);
        writer.may_read(&by).await?;
        let found = match &office {
            Some(office) => vec![writer.ledger().office_as_is(office).await?],
            None => writer.ledger().offices_as_they_are().await?,
        };
        if !export.is_to_a_file() {
            writer.readiness_read(&by, office.as_ref(), before).await?;
        }
        let listed = Listed {
            list: "readiness",
            filter: json!({ "office": office, "before": before.to_string() }),
            entries: found.iter().flat_map(|office| entries(office, before)).collect(),
            columns: &["office", "office_name", "lacking", "remedy"],
        };
        export.of(context, listed).await
    }
}

/// A line for each thing that is missing.
fn entries(office: &OfficeAsIs, before: Day) -> Vec<Entry> {
    let entry = |lack: &Lack| {
        let (said, at) = (lacking(lack), lack.at().map(|at| at.to_string()));
        let (device, label) = match lack {
            Lack::Of(device, _) => (Some(device.device.to_string()), Some(device.label.as_str())),
            Lack::OfficeOnHold | Lack::NoContact | Lack::NoMail | Lack::Unanswered(_) | Lack::NobodyGetsIn => {
                (None, None)
            }
        };
        let fields = json!({
            "office": office.office, "office_name": office.name, "lack": lack.as_str(), "device": device, "label": label,
            "until": at, "lacking": said.lacking.ja, "remedy": said.remedy.ja,
        });
        if let Json::Object(entry) = fields { entry } else { Entry::new() }
    };
    office.lacks(before.begins(), now()).iter().map(entry).collect()
}
