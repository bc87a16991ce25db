//! One row: an ID or a device as it was when the campaign was opened, what was said of it, and what that counts for.

use std::fmt;
use std::str::FromStr;

use certs::{DeviceNo, Timestamp};
use registry::{LoginId, OfficeNo};

use super::{AnswerChannel, RowAnswer};

/// What a row is about.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum RowSubject {
    /// 利用者.
    Person(LoginId),
    /// 端末.
    Device(DeviceNo),
}

/// Neither an ID nor a device's number.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a row is of an ID or of a device, as DEV-000001")]
pub struct NotARow;

impl RowSubject {
    /// The registry's word for what it is.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Person(_) => "person",
            Self::Device(_) => "device",
        }
    }
}

impl FromStr for RowSubject {
    type Err = NotARow;

    fn from_str(text: &str) -> Result<Self, NotARow> {
        match (text.parse(), text.parse()) {
            (Ok(device), _) => Ok(Self::Device(device)),
            (Err(_), Ok(person)) => Ok(Self::Person(person)),
            (Err(_), Err(_)) => Err(NotARow),
        }
    }
}

impl fmt::Display for RowSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(person) => person.fmt(f),
            Self::Device(device) => device.fmt(f),
        }
    }
}

/// By what an office can tell whether it is still used: as of the opening.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct RowEvidence {
    /// When a person last logged in, a device was last seen; `None` where nothing is known of it.
    pub last_used: Option<Timestamp>,
    /// The system in which a device was last seen.
    pub last_system: Option<String>,
    /// The end of a device's certificate.
    pub certificate_until: Option<Timestamp>,
}

/// What somebody said of a row.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct GivenAnswer {
    /// What.
    pub answer: RowAnswer,
    /// Who.
    pub by: LoginId,
    /// When.
    pub at: Timestamp,
    /// How it came.
    pub channel: AnswerChannel,
    /// Who else stands for it, of what a contact says of themselves.
    pub vouched_by: Option<LoginId>,
}

/// A row.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CampaignRow {
    /// Of which office.
    pub office: OfficeNo,
    /// Which ID or device.
    pub subject: RowSubject,
    /// A name, a label; as it was when the campaign was opened, like what follows.
    pub called: String,
    /// A profession, the registry's word for an operating system.
    pub detail: String,
    /// The registry's word for how it stood.
    pub standing: String,
    /// By what one can tell whether it is used.
    pub evidence: RowEvidence,
    /// What was said of it; `None`: nobody touched it.
    pub answer: Option<GivenAnswer>,
    /// The step that put it on hold.
    pub held: Option<i64>,
    /// When this campaign ended it.
    pub ended_at: Option<Timestamp>,
    /// Whether it is still one of that office, and not over.
    pub is_there: bool,
}

/// What a row counts for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RowStanding {
    /// Nobody said anything.
    Unanswered,
    /// A contact said of themselves that they go on, and nobody else did though there are others.
    OwnWordAlone,
    /// It goes on.
    Continues,
    /// It is to go.
    Goes,
    /// This campaign ended it.
    Ended,
    /// It left, or ended, by another act: there is nothing to answer.
    Gone,
}

impl CampaignRow {
    /// What it counts for, in an office of so many people.
    #[must_use]
    pub fn stands(&self, people: usize) -> RowStanding {
        if self.ended_at.is_some() {
            return RowStanding::Ended;
        }
        if !self.is_there {
            return RowStanding::Gone;
        }
        match &self.answer {
            None => RowStanding::Unanswered,
            Some(given) if given.answer == RowAnswer::Delete => RowStanding::Goes,
            Some(given) if people > 1 && self.is_own_word(given) => RowStanding::OwnWordAlone,
            Some(_) => RowStanding::Continues,
        }
    }

    /// Whether somebody says of themselves, and nobody else does.
    fn is_own_word(&self, given: &GivenAnswer) -> bool {
        let themselves = self.subject == RowSubject::Person(given.by.clone());
        themselves && given.vouched_by.as_ref().is_none_or(|other| *other == given.by)
    }
}

impl RowStanding {
    /// Every one.
    pub const ALL: [Self; 6] =
        [Self::Unanswered, Self::OwnWordAlone, Self::Continues, Self::Goes, Self::Ended, Self::Gone];

    /// The word for programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unanswered => "unanswered",
            Self::OwnWordAlone => "own_word_alone",
            Self::Continues => "continues",
            Self::Goes => "goes",
            Self::Ended => "ended",
            Self::Gone => "gone",
        }
    }

    /// What people call it.
    #[must_use]
    pub const fn japanese(self) -> &'static str {
        match self {
            Self::Unanswered => "未回答",
            Self::OwnWordAlone => "本人の回答のみ（ほかの人の確認が必要です）",
            Self::Continues => "継続",
            Self::Goes => "削除",
            Self::Ended => "削除済み",
            Self::Gone => "対象外（すでに削除・異動・廃止されています）",
        }
    }

    /// Whether an office has still something to say of it.
    #[must_use]
    pub const fn is_open(self) -> bool {
        match self {
            Self::Unanswered | Self::OwnWordAlone => true,
            Self::Continues | Self::Goes | Self::Ended | Self::Gone => false,
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A person's row that nobody touched.
    pub(in crate::campaign) fn untouched(login_id: &str) -> CampaignRow {
        CampaignRow {
            office: "1272200001".parse().unwrap(),
            subject: RowSubject::Person(login_id.parse().unwrap()),
            called: "佐藤".to_owned(),
            detail: "看護師".to_owned(),
            standing: "active".to_owned(),
            evidence: RowEvidence::default(),
            answer: None,
            held: None,
            ended_at: None,
            is_there: true,
        }
    }

    pub(in crate::campaign) fn said(row: CampaignRow, answer: RowAnswer, by: &str) -> CampaignRow {
        let at = Timestamp::from_unix(0);
        let (by, channel) = (by.parse().unwrap(), AnswerChannel::Web);
        CampaignRow { answer: Some(GivenAnswer { answer, by, at, channel, vouched_by: None }), ..row }
    }

    #[test]
    fn a_row_that_nobody_touched_is_unanswered_whatever_else_holds_of_it() {
        for people in [0, 1, 2, 50] {
            assert_eq!(untouched("k.sato").stands(people), RowStanding::Unanswered);
            let held = CampaignRow { held: Some(1), ..untouched("k.sato") };
            assert_eq!(held.stands(people), RowStanding::Unanswered);
        }
        let gone = CampaignRow { is_there: false, ..untouched("k.sato") };
        assert_eq!(gone.stands(2), RowStanding::Gone);
        for standing in RowStanding::ALL {
            let open = matches!(standing, RowStanding::Unanswered | RowStanding::OwnWordAlone);
            assert_eq!(standing.is_open(), open, "{standing:?}");
        }
    }

    #[test]
    fn nobody_goes_on_by_their_own_word_alone_where_there_is_another() {
        let own = said(untouched("k.sato"), RowAnswer::Continue, "k.sato");
        assert_eq!((own.stands(2), own.stands(1)), (RowStanding::OwnWordAlone, RowStanding::Continues));
        let by_another = said(untouched("k.sato"), RowAnswer::Continue, "m.ito");
        assert_eq!(by_another.stands(2), RowStanding::Continues);
        let vouched = |by: &str| {
            let mut row = own.clone();
            if let Some(given) = &mut row.answer {
                given.vouched_by = Some(by.parse().unwrap());
            }
            row.stands(2)
        };
        assert_eq!(vouched("m.ito"), RowStanding::Continues);
        assert_eq!(vouched("k.sato"), RowStanding::OwnWordAlone, "one's own voice twice is one voice");
        assert_eq!(said(untouched("k.sato"), RowAnswer::Delete, "k.sato").stands(2), RowStanding::Goes);
    }

    #[test]
    fn a_row_is_named_by_the_number_of_what_it_is_about() {
        for (text, kind) in [("k.sato", "person"), ("DEV-000007", "device")] {
            let subject: RowSubject = text.parse().unwrap();
            assert_eq!((subject.to_string().as_str(), subject.kind()), (text, kind));
        }
        assert_eq!("佐藤".parse::<RowSubject>(), Err(NotARow));
    }
}
