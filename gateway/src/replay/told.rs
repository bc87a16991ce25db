//! How is it said, to people and to programs?

use std::io::{self, Write};

use aws_lc_rs::digest::{SHA256, digest};
use serde::Serialize;

use super::outlook::{Affected, Outlook, Sort};

/// The result with everything by which it can be told what it is about. In it stand numbers and no names: names are joined
/// by whoever may read them.
#[derive(Debug, Serialize)]
pub(super) struct ToldLockout {
    /// `lockout/1`
    pub(super) format: &'static str,
    pub(super) made_at: String,
    /// SHA-256 of the configuration's file.
    pub(super) configuration: String,
    pub(super) registry: String,
    pub(super) registry_version: u64,
    /// The lines' gateways.
    pub(super) gateways: Vec<String>,
    pub(super) first: Option<String>,
    pub(super) last: Option<String>,
    /// Lines that were read, and those of them that say who came on which device.
    pub(super) lines: u64,
    pub(super) judged_lines: u64,
    pub(super) combinations: u64,
    /// Lines beyond what can be judged at once, and lines that do not say enough.
    pub(super) over: u64,
    pub(super) unreadable: u64,
    /// What was wrong with the chain of the lines; empty where they are as they were written.
    pub(super) broken: Vec<String>,
    /// What no line says.
    pub(super) not_known: [&'static str; 3],
    #[serde(flatten)]
    pub(super) outlook: Outlook,
}

/// What no line says; taken as it should be.
pub(super) const NOT_KNOWN: [&str; 3] = [
    "whether a person still knows their password, and whether a backend answers",
    "devices and people who did not come in those days",
    "which certificate a device would choose: it passes if one of those it showed does",
];

impl ToldLockout {
    /// As a file that another program takes: the result on one line, and on the next by which it is known to be whole.
    pub(super) fn to_file(&self) -> serde_json::Result<Vec<u8>> {
        let mut octets = serde_json::to_vec(self)?;
        let print: String = digest(&SHA256, &octets).as_ref().iter().map(|octet| format!("{octet:02x}")).collect();
        octets.extend_from_slice(format!("\nsha256:{print}\n").as_bytes());
        Ok(octets)
    }

    pub(super) fn json(&self, out: &mut impl Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, self)?;
        writeln!(out)
    }

    /// Numbers and our own words: nothing in it begins a formula.
    pub(super) fn csv(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "list,sort,number,office,reason,code,wholly,lines,last,places")?;
        for (list, rows) in [("locked_out", &self.outlook.locked_out), ("newly", &self.outlook.newly)] {
            for row in rows {
                let Affected { sort, number, office, reason, code, wholly, lines, last, places } = row;
                writeln!(
                    out,
                    "{list},{},{},{},{reason},{},{wholly},{lines},{last},{}",
                    word(*sort),
                    cell(number),
                    cell(office.as_deref().unwrap_or("")),
                    code.as_deref().unwrap_or(""),
                    cell(&places.join(" ; "))
                )?;
            }
        }
        Ok(())
    }

    pub(super) fn text(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(
            out,
            "{} lines, {} of them of a device, {} combinations of who, on what, where to; {} to {}",
            self.lines,
            self.judged_lines,
            self.combinations,
            self.first.as_deref().unwrap_or("-"),
            self.last.as_deref().unwrap_or("-")
        )?;
        writeln!(out, "judged by the new configuration and version {} of the registry", self.registry_version)?;
        for finding in &self.broken {
            writeln!(out, "NOT AS IT WAS WRITTEN: {finding}")?;
        }
        if self.over > 0 {
            writeln!(out, "NOT JUDGED: {} lines, there were too many combinations", self.over)?;
        }
        if self.unreadable > 0 {
            writeln!(out, "not judged: {} lines that do not say enough", self.unreadable)?;
        }
        let summary = self.outlook.summary;
        match self.outlook.locked_out.is_empty() {
            true => writeln!(out, "nobody who passed would be locked out")?,
            false => writeln!(
                out,
                "WOULD BE REFUSED: {} devices, {} people, {} offices; of these {} with no way in left",
                summary.devices, summary.people, summary.offices, summary.wholly
            )?,
        }
        self.rows(&self.outlook.locked_out, out)?;
        if !self.outlook.newly.is_empty() {
            writeln!(out, "would newly pass: {} devices, people and offices", summary.newly)?;
            self.rows(&self.outlook.newly, out)?;
        }
        if self.outlook.more > 0 {
            writeln!(out, "… and {} more rows", self.outlook.more)?;
        }
        for unknown in self.not_known {
            writeln!(out, "not known: {unknown}")?;
        }
        Ok(())
    }

    fn rows(&self, rows: &[Affected], out: &mut impl Write) -> io::Result<()> {
        for row in rows {
            let Affected { sort, number, office, reason, code, wholly, lines, last, places } = row;
            writeln!(
                out,
                "  {:<7} {number:<12} {:<10} {:<6} {reason:<20} {:<7} {lines:>8} lines, last {last}  {}",
                word(*sort),
                office.as_deref().unwrap_or("-"),
                code.as_deref().unwrap_or("-"),
                if *wholly { "wholly" } else { "in part" },
                places.join(", ")
            )?;
        }
        Ok(())
    }
}

fn word(sort: Sort) -> &'static str {
    match sort {
        Sort::Office => "office",
        Sort::Person => "person",
        Sort::Device => "device",
    }
}

/// A cell of a table: what a line of a log said is one cell, and never a formula to whoever opens the table. No number and no
/// place of ours has a sign that a table lives by.
fn cell(text: &str) -> String {
    let shown = text.replace([',', '"', '\r', '\n'], "?");
    if shown.starts_with(['=', '+', '-', '@', '\t']) { format!("'{shown}") } else { shown }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn what_a_line_said_is_one_cell_and_no_formula() {
        assert_eq!(cell("/rooms/u75sgc359wmc/ ; /"), "/rooms/u75sgc359wmc/ ; /");
        assert_eq!(cell("a,\"b\n"), "a??b?");
        assert_eq!(cell("=HYPERLINK(1)"), "'=HYPERLINK(1)");
    }
}
