//! What an office is asked, as a table: a row each, with what is known of it, and one column to fill in.

use certs::Timestamp;
use registry::Os;

use super::{CampaignRow, OfficeSheet, RowSubject};
use crate::application::os;
use crate::calendar::day;

/// A column of the table.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum TableColumn {
    Campaign,
    Office,
    OfficeName,
    Kind,
    Number,
    Called,
    Detail,
    LastUsed,
    LastSystem,
    CertificateUntil,
    Answer,
    Edition,
}

impl TableColumn {
    /// All of them, as they stand beside one another.
    pub(crate) const ALL: [Self; 12] = [
        Self::Campaign,
        Self::Office,
        Self::OfficeName,
        Self::Kind,
        Self::Number,
        Self::Called,
        Self::Detail,
        Self::LastUsed,
        Self::LastSystem,
        Self::CertificateUntil,
        Self::Answer,
        Self::Edition,
    ];

    /// What stands above it.
    pub(crate) const fn heading(self) -> &'static str {
        match self {
            Self::Campaign => "現況届",
            Self::Office => "事業所番号",
            Self::OfficeName => "事業所名",
            Self::Kind => "種類",
            Self::Number => "IDまたは端末番号",
            Self::Called => "氏名または端末の呼び名",
            Self::Detail => "職種またはOS",
            Self::LastUsed => "最後に使われた日",
            Self::LastSystem => "最後に使われたOS",
            Self::CertificateUntil => "電子証明書の期限",
            Self::Answer => "回答（継続・削除）",
            Self::Edition => "版（書き換えないでください）",
        }
    }

    /// What stands below it, of this row.
    pub(crate) fn cell(self, sheet: &OfficeSheet, row: &CampaignRow) -> String {
        let on = |moment: Option<Timestamp>| moment.map(day).unwrap_or_default();
        match self {
            Self::Campaign => sheet.campaign.to_string(),
            Self::Office => sheet.office.to_string(),
            Self::OfficeName => sheet.called.clone(),
            Self::Kind => kind(&row.subject).to_owned(),
            Self::Number => row.subject.to_string(),
            Self::Called => row.called.clone(),
            Self::Detail => detail(row),
            Self::LastUsed => on(row.evidence.last_used),
            Self::LastSystem => row.evidence.last_system.as_deref().map(system).unwrap_or_default(),
            Self::CertificateUntil => on(row.evidence.certificate_until),
            Self::Answer => row.answer.as_ref().map(|given| given.answer.japanese().to_owned()).unwrap_or_default(),
            Self::Edition => sheet.edition.to_string(),
        }
    }

    /// Whether what stands there is what was written out, or the table is of something else. What is only shown to whoever
    /// answers is not read: a spreadsheet writes days as it likes.
    pub(crate) const fn stays(self) -> bool {
        match self {
            Self::Campaign
            | Self::Office
            | Self::OfficeName
            | Self::Kind
            | Self::Number
            | Self::Called
            | Self::Detail => true,
            Self::LastUsed | Self::LastSystem | Self::CertificateUntil | Self::Answer | Self::Edition => false,
        }
    }
}

/// What the kind of a row is called.
pub(crate) const fn kind(subject: &RowSubject) -> &'static str {
    match subject {
        RowSubject::Person(_) => "利用者",
        RowSubject::Device(_) => "端末",
    }
}

/// A profession, or an operating system as people call it.
pub(crate) fn detail(row: &CampaignRow) -> String {
    match &row.subject {
        RowSubject::Person(_) => row.detail.clone(),
        RowSubject::Device(_) => system(&row.detail),
    }
}

/// An operating system as people call it; another word as it stands.
pub(crate) fn system(word: &str) -> String {
    word.parse::<Os>().map_or_else(|_| word.to_owned(), |known| os(known).to_owned())
}

/// What stands above the table's columns.
#[must_use]
pub(crate) fn table_head() -> Vec<String> {
    TableColumn::ALL.map(|column| column.heading().to_owned()).to_vec()
}

/// The rows of an office's table: what is over has nothing to answer, and is none of them.
#[must_use]
pub(crate) fn table_rows(sheet: &OfficeSheet) -> Vec<Vec<String>> {
    let asked = sheet.rows.iter().filter(|row| row.is_there && row.ended_at.is_none());
    asked.map(|row| TableColumn::ALL.map(|column| column.cell(sheet, row)).to_vec()).collect()
}

/// The kind of a row that asks for a new ID: below 「氏名…」 a name, below 「職種…」 a profession.
pub(crate) const NEW_PERSON: &str = "新規";
/// The kind of a row that corrects what is known of the office: below 「IDまたは端末番号」 what, below 「氏名…」 its new value.
pub(crate) const CORRECTION: &str = "訂正";
