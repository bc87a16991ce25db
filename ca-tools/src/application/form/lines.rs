//! What a form says, line by line: for a page that shows it before it is sent, and for an operator.

use registry::{Os, Ownership};

use super::{Changed, Form};
use crate::application::NewPerson;
use crate::application::detail::Detail;
use crate::application::label::label;
use crate::language::Language;

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

/// Writes lines in one language.
#[derive(Clone, Copy)]
struct Pen(Language);

impl Pen {
    /// What it is, and in brackets what else is known of it.
    fn beside(self, what: &str, more: &str) -> String {
        self.either(&format!("{what}（{more}）"), &format!("{what} ({more})"))
    }

    fn field(self, name: &str, text: impl Into<String>) -> Line {
        line(label(name).read(self.0), text)
    }

    fn either(self, ja: &str, en: &str) -> String {
        match self.0 {
            Language::Japanese => ja.to_owned(),
            Language::English => en.to_owned(),
        }
    }
}

impl Form {
    /// Every line of it, in the order of the form.
    #[must_use]
    pub fn lines(&self, language: Language) -> Vec<Line> {
        let pen = Pen(language);
        let mut lines = vec![pen.field("office", self.office().as_str())];
        match self {
            Self::FirstRegistration(form) => {
                let said = |detail: Detail| pen.field(detail.as_str(), &form.details[detail]);
                lines.extend(Detail::typed_first().map(said));
                lines.extend(people(pen, &form.people, Some(form.contact_person)));
                lines.extend(pledge(pen, &form.pledge));
            }
            Self::Ids(form) => {
                lines.extend(people(pen, &form.added, None));
                lines.extend((1..).zip(&form.deleted).map(|(row, gone)| {
                    pen.field(&format!("delete-{row}"), pen.beside(gone.login_id.as_str(), &gone.name))
                }));
                lines.push(pen.field("reason", form.reason.as_str()));
                lines.push(pen.field("effective", pen.either(&form.effective.japanese(), &form.effective.to_string())));
            }
            Self::OfficeChange(form) => {
                lines.extend(changes(pen, &form.changes));
                lines.extend(form.renamed.iter().map(|renamed| {
                    line(
                        pen.either(&format!("{} の氏名", renamed.login_id), &format!("name of {}", renamed.login_id)),
                        format!("{} → {}", renamed.before, renamed.after),
                    )
                }));
            }
            Self::OfficeNumber(form) => {
                lines.push(pen.field("new_office", form.new_office.as_str()));
                lines.extend(changes(pen, &form.changes));
                lines.extend(people(pen, &form.people, Some(form.contact_person)));
                lines.extend(pledge(pen, &form.pledge));
            }
            Self::Certificate(form) => {
                lines.push(pen.field("label", &form.label));
                lines.push(pen.field("os", pen.either(os(form.os), form.os.as_str())));
                lines.push(pen.field("ownership", pen.either(ownership(form.ownership), form.ownership.as_str())));
                let users: Vec<_> = form.users.iter().map(|id| id.as_str()).collect();
                let users = if users.is_empty() {
                    pen.either("事業所の全員", "everyone of the office")
                } else {
                    users.join(&pen.either("、", ", "))
                };
                lines.push(line(pen.either("使う人", "serves"), users));
                lines.push(line(
                    pen.either("安全性の確認", "safety"),
                    pen.either("4項目とも確認済み", "all four items hold"),
                ));
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

fn people(pen: Pen, people: &[NewPerson], contact: Option<usize>) -> Vec<Line> {
    let said = |(index, person): (usize, &NewPerson)| {
        let role = if contact == Some(index) {
            pen.either("　カシワニネット担当者", ", the contact")
        } else {
            String::new()
        };
        let number = index + 1;
        let label = pen.either(&format!("登録する人{number}"), &format!("person {number}"));
        line(label, pen.beside(&person.name, &person.profession) + &role)
    };
    people.iter().enumerate().map(said).collect()
}

fn changes(pen: Pen, changes: &[Changed]) -> Vec<Line> {
    let said = |change: &Changed| {
        let before =
            if change.before.is_empty() { pen.either("（なし）", "(none)") } else { change.before.clone() };
        pen.field(change.detail.as_str(), format!("{before} → {}", change.after))
    };
    changes.iter().map(said).collect()
}

fn pledge(pen: Pen, version: &str) -> [Line; 2] {
    [
        pen.field("permission", pen.either("得ている", "given")),
        pen.field("pledge", pen.either(&format!("同意する（{version} 版）"), &format!("accepted ({version})"))),
    ]
}
