//! What a form says, line by line: for a page that shows it before it is sent, and for an operator.

use registry::{Os, Ownership};

use super::{Changed, Form};
use crate::application::NewPerson;
use crate::application::label::label;

/// One line of a form.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Line {
    /// What it is about.
    pub label: String,
    /// What is said.
    pub text: String,
}

fn line(label: impl Into<String>, text: impl Into<String>) -> Line {
    Line { label: label.into(), text: text.into() }
}

fn field(name: &str, text: impl Into<String>) -> Line {
    line(label(name).ja, text)
}

impl Form {
    /// Every line of it, in the order of the form.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = vec![field("office", self.office().as_str())];
        match self {
            Self::FirstRegistration(form) => {
                let details = &form.details;
                lines.extend([
                    field("corporation", &details.corporation),
                    field("name", &details.name),
                    field("mail", &details.mail),
                    field("telephone", &details.telephone),
                    field("address", &details.address),
                ]);
                lines.extend(people(&form.people, Some(form.contact_person)));
                lines.extend(pledge(&form.pledge));
            }
            Self::Ids(form) => {
                lines.extend(people(&form.added, None));
                lines.extend(
                    (1..).zip(&form.deleted).map(|(row, gone)| {
                        field(&format!("delete-{row}"), format!("{}（{}）", gone.login_id, gone.name))
                    }),
                );
                lines.push(field("reason", form.reason.as_str()));
                lines.push(field("effective", form.effective.japanese()));
            }
            Self::OfficeChange(form) => {
                lines.extend(changes(&form.changes));
                lines.extend(form.renamed.iter().map(|renamed| {
                    line(format!("{} の氏名", renamed.login_id), format!("{} → {}", renamed.before, renamed.after))
                }));
            }
            Self::OfficeNumber(form) => {
                lines.push(field("new_office", form.new_office.as_str()));
                lines.extend(changes(&form.changes));
                lines.extend(people(&form.people, Some(form.contact_person)));
                lines.extend(pledge(&form.pledge));
            }
            Self::Certificate(form) => {
                lines.push(field("label", &form.label));
                lines.push(field("os", os(form.os)));
                lines.push(field("ownership", ownership(form.ownership)));
                let users: Vec<_> = form.users.iter().map(|id| id.as_str()).collect();
                let users = if users.is_empty() { "事業所の全員".to_owned() } else { users.join("、") };
                lines.push(line("使う人", users));
                lines.push(line("安全性の確認", "4項目とも確認済み"));
            }
        }
        lines
    }
}

/// What people call an operating system.
pub(crate) const fn os(os: Os) -> &'static str {
    match os {
        Os::Windows => "Windows（パソコン）",
        Os::Macos => "Mac",
        Os::Linux => "Linux",
        Os::Android => "Android",
        Os::Ios => "iPhone・iPad",
    }
}

/// What people call an ownership.
pub(crate) const fn ownership(ownership: Ownership) -> &'static str {
    match ownership {
        Ownership::Office => "事業所の端末",
        Ownership::Byod => "個人の端末（BYOD）",
    }
}

fn people(people: &[NewPerson], contact: Option<usize>) -> Vec<Line> {
    let said = |(index, person): (usize, &NewPerson)| {
        let role = if contact == Some(index) { "　カシワニネット担当者" } else { "" };
        line(format!("登録する人{}", index + 1), format!("{}（{}）{role}", person.name, person.profession))
    };
    people.iter().enumerate().map(said).collect()
}

fn changes(changes: &[Changed]) -> Vec<Line> {
    let said = |change: &Changed| {
        let before = if change.before.is_empty() { "（なし）" } else { &change.before };
        field(change.detail.as_str(), format!("{before} → {}", change.after))
    };
    changes.iter().map(said).collect()
}

fn pledge(version: &str) -> [Line; 2] {
    [field("permission", "得ている"), field("pledge", format!("同意する（{version} 版）"))]
}
