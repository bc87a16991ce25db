//! Where is the page of a thing?

use crate::application::ApplicationNo;
use crate::rows::SubjectKind;

/// The page of what an event names; nothing of what has none.
pub(crate) fn path_of(kind: SubjectKind, id: &str) -> Option<String> {
    let room = match kind {
        // What was named may be the number of a paper, which has no page here.
        SubjectKind::Application if id.parse::<ApplicationNo>().is_err() => return None,
        SubjectKind::Application => "applications",
        SubjectKind::Campaign => "campaigns",
        SubjectKind::Certificate => "certificates",
        SubjectKind::Device => "devices",
        SubjectKind::Gateway => "operations/gateways",
        SubjectKind::Incident => "incidents",
        SubjectKind::Letter => "operations/letters",
        SubjectKind::Office => "offices",
        SubjectKind::Person => "people",
        SubjectKind::Proposal => "proposals",
        SubjectKind::Room => "rooms",
        SubjectKind::Ticket => "tickets",
        SubjectKind::Training => "trainings",
        SubjectKind::Authority | SubjectKind::House | SubjectKind::Proof | SubjectKind::Request => return None,
    };
    // Whatever an event says, an address of ours has no other signs.
    let plain = !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    plain.then(|| format!("/console/{room}/{id}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_an_event_names_leads_to_a_page_of_ours_or_nowhere() {
        assert_eq!(path_of(SubjectKind::Device, "DEV-000001").as_deref(), Some("/console/devices/DEV-000001"));
        assert_eq!(path_of(SubjectKind::Person, "k.sato").as_deref(), Some("/console/people/k.sato"));
        for odd in ["", "../x", "a b", "a\"b", "事業所", "//evil.example"] {
            assert_eq!(path_of(SubjectKind::Office, odd), None, "{odd}");
        }
        assert_eq!(path_of(SubjectKind::House, "registry"), None);
        let ours = "A-2026-000012";
        assert_eq!(path_of(SubjectKind::Application, ours).as_deref(), Some("/console/applications/A-2026-000012"));
        for paper in ["S-2026-001", "Y1-2026-001", "A-1", "A-2026-081"] {
            assert_eq!(path_of(SubjectKind::Application, paper), None, "{paper}");
        }
    }
}
