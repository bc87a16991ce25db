//! What is said when an incident is opened, and how much of it is kept.

use certs::{DeviceNo, Timestamp};
use registry::{LoginId, OfficeNo};

use super::IncidentRefusal;
use super::refusal::ToldPart;
use crate::spelling;

/// About whom an incident is: a device, a person, an office, or several of these.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct IncidentWhom {
    /// The device.
    pub device: Option<DeviceNo>,
    /// The person.
    pub person: Option<LoginId>,
    /// The office.
    pub office: Option<OfficeNo>,
}

impl IncidentWhom {
    /// Whether it names nobody.
    #[must_use]
    pub fn is_nobody(&self) -> bool {
        self.device.is_none() && self.person.is_none() && self.office.is_none()
    }
}

/// What is said of it.
#[derive(Clone, Debug)]
pub struct IncidentForm {
    /// About whom.
    pub whom: IncidentWhom,
    /// What happened.
    pub what: String,
    /// When it was found: from then on the days are counted.
    pub found: Timestamp,
    /// Who told it.
    pub reported_by: String,
    /// Somebody may have meant harm (不正の目的): 60 days instead of 30.
    pub wrongful: bool,
}

/// Longer than anybody tells at once; what more becomes known is a note of its own.
const MOST_SAID: usize = 2_000;

/// What was told, as it is kept: its lines stay lines.
pub(crate) fn told(what: ToldPart, text: &str) -> Result<String, IncidentRefusal> {
    let lines: Result<Vec<_>, _> = text.trim().lines().map(spelling::kept).collect();
    let kept = lines.map_err(|strange| IncidentRefusal::Strange(what, strange))?.join("\n");
    if kept.is_empty() {
        return Err(IncidentRefusal::NothingSaid(what));
    }
    if kept.chars().count() > MOST_SAID {
        return Err(IncidentRefusal::TooLong(what, MOST_SAID));
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_keeps_its_lines_and_nothing_that_nobody_sees() {
        assert_eq!(told(ToldPart::What, " 車内から盗難\r\n 警察に届出 \n"), Ok("車内から盗難\n警察に届出".to_owned()));
        assert_eq!(told(ToldPart::Note, " \n "), Err(IncidentRefusal::NothingSaid(ToldPart::Note)));
        assert!(matches!(told(ToldPart::What, "a\u{202e}b"), Err(IncidentRefusal::Strange(ToldPart::What, _))));
        assert!(told(ToldPart::What, &"あ".repeat(MOST_SAID)).is_ok());
        assert_eq!(
            told(ToldPart::Outcome, &"あ".repeat(MOST_SAID + 1)),
            Err(IncidentRefusal::TooLong(ToldPart::Outcome, MOST_SAID))
        );
    }
}
