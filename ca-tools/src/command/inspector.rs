//! Who inspected, where it was not the operator: the system's provider, by their report.

use clap::Args;

use super::error::CliError;
use crate::acts::ProviderReport;
use crate::application::Day;
use crate::language::Text;

/// Options of an inspection that rests on the provider's report.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Inspector {
    /// システム提供者の検査者（氏名か番号。省略時は、登録する職員が確かめた検査） / the provider's inspector, by name or number
    #[arg(long, value_name = "NAME", requires = "reported_on")]
    inspector: Option<String>,
    /// 報告書の日付（--inspector のとき） / the day of their report
    #[arg(long, value_name = "DATE", value_parser = super::typed::day, requires = "inspector")]
    reported_on: Option<Day>,
}

impl Inspector {
    /// The report, where one was named.
    pub(super) fn report(self) -> Result<Option<ProviderReport>, CliError> {
        match (self.inspector, self.reported_on) {
            (None, None) => Ok(None),
            (Some(inspector), Some(on)) => Ok(Some(ProviderReport { inspector, on })),
            (Some(_), None) | (None, Some(_)) => Err(CliError::Usage(Text::new(
                "--inspector と --reported-on は、両方を指定してください。何もしていません。",
                "--inspector and --reported-on go together; nothing was done",
            ))),
        }
    }
}
