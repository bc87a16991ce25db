//! Where is the page of a thing?

use crate::rows::SubjectKind;

/// The page of what an event names; nothing of what has none.
pub(crate) fn path_of(kind: SubjectKind, id: &str) -> Option<String> {
    let room = match kind {
        SubjectKind::Application => "applications",
        SubjectKind::Certificate => "certificates",
        SubjectKind::Device => "devices",
        SubjectKind::Gateway => "operations/gateways",
        SubjectKind::Letter => "operations/letters",
        SubjectKind::Office => "offices",
        SubjectKind::Person => "people",
        SubjectKind::Proposal => "proposals",
        SubjectKind::Room => "rooms",
        SubjectKind::Ticket => "tickets",
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
    }
}
