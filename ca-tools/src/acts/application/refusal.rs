//! What can be said of an application only.

use registry::{LoginId, OfficeNo};

use crate::application::{ApplicationNo, IllegalStep, Mistakes};
use crate::language::Text;

/// Why an application was not received, or not moved on, or does not serve as `--application`.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ApplicationRefusal {
    /// It may not go on like that.
    #[error("{0}: {1}")]
    Illegal(ApplicationNo, IllegalStep),
    /// What an inspection found cannot be recorded like that.
    #[error("the inspection has mistakes")]
    Mistakes(Mistakes),
    /// Not the contact of this office.
    #[error("{0} is not the contact of {1}")]
    NotAContact(LoginId, OfficeNo),
    /// The mail address that was confirmed is not the one that speaks for the office.
    #[error("the confirmed mail address does not speak for {0}")]
    NotConfirmed(OfficeNo),
    /// An inspection with an item that does not hold was not passed.
    #[error("an inspection with an unticked item has not been passed")]
    NotPassed,
    /// A contact speaks for their own office.
    #[error("applications are for the own office {0} only")]
    OnlyOwnOffice(OfficeNo),
    /// It is about another office.
    #[error("{0} is an application of {1}")]
    OtherOffice(ApplicationNo, String),
    /// Nothing rests on what was turned down.
    #[error("{0} was rejected")]
    Rejected(ApplicationNo),
    /// More of whoever sends it wait than anybody could look at.
    #[error("too many applications of this sender wait")]
    TooManyOpen,
}

impl ApplicationRefusal {
    pub(in crate::acts) fn code(&self) -> &'static str {
        match self {
            Self::Illegal(..) => "illegal_step",
            Self::Mistakes(_) | Self::NotPassed => "malformed",
            Self::NotAContact(..) => "not_a_contact",
            Self::NotConfirmed(_) => "not_confirmed",
            Self::OnlyOwnOffice(_) | Self::OtherOffice(..) => "office_mismatch",
            Self::Rejected(_) => "application_rejected",
            Self::TooManyOpen => "too_many_open",
        }
    }

    pub(in crate::acts) fn text(&self) -> Text {
        match self {
            Self::Illegal(no, why) => {
                let why = why.text();
                Text::new(format!("申請 {no}：{}", why.ja), format!("{no}: {}", why.en))
            }
            Self::Mistakes(mistakes) => {
                let said: Vec<_> = mistakes.0.iter().map(crate::application::Mistake::with_label).collect();
                let join = |read: fn(&Text) -> &str| said.iter().map(read).collect::<Vec<_>>().join("\n");
                Text::new(join(|text| &text.ja), join(|text| &text.en))
            }
            Self::NotAContact(person, office) => Text::new(
                format!(
                    "{person} は事業所 {office} のカシワニネット担当者ではありません。担当者の登録は office contact で行います。"
                ),
                format!("{person} is not the contact of {office}: name the contact with office contact"),
            ),
            Self::NotConfirmed(office) => Text::new(
                format!(
                    "確認したメールアドレスは、事業所 {office} の登録メールアドレスではありません。はじめからやり直してください。"
                ),
                format!("the confirmed address is not the one of {office}: begin again"),
            ),
            Self::NotPassed => Text::new(
                "満たしていない項目があるので、合格にはできません。--result fail で登録するか、--unticked を外してください。",
                self.to_string(),
            ),
            Self::OnlyOwnOffice(office) => {
                Text::new(format!("申請できるのは、ご自分の事業所（{office}）だけです。"), self.to_string())
            }
            Self::OtherOffice(no, office) => Text::new(
                format!("申請 {no} は、別の事業所（{office}）の申請です。この操作の申請番号を確かめてください。"),
                format!("{no} is an application of another office ({office}): check the number"),
            ),
            Self::Rejected(no) => Text::new(
                format!("申請 {no} は却下されています。却下された申請では、登録も発行もできません。"),
                format!("{no} was rejected: nothing is granted on it"),
            ),
            Self::TooManyOpen => Text::new(
                "処理待ちの申請が多すぎます。送信済みの申請が処理されてから、もう一度申請してください。",
                "too many of your applications wait: apply again when they are done",
            ),
        }
    }
}
