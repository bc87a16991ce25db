//! Where is the act that takes another back? Its button has the name of what it does.

use certs::DeviceNo;
use serde_json::Value as Json;

use super::address::path_of;
use crate::journal::Event;
use crate::rows::SubjectKind;
use crate::undo::Instead;

/// The act that takes another back.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Counter {
    /// The button's words.
    pub(crate) words: &'static str,
    /// Its page.
    pub(crate) path: String,
}

/// The page of this act, for what that event was about; nothing where only the command line has it.
pub(crate) fn counter(instead: Instead, event: &Event) -> Option<Counter> {
    let subject = event.subject.as_str();
    // What a counter-act needs beside its subject is in the event.
    let detail: Json = serde_json::from_str(&event.detail).unwrap_or_default();
    let device =
        || [Some(subject), detail["device"].as_str()].into_iter().flatten().find_map(|no| no.parse::<DeviceNo>().ok());
    let at = |kind: SubjectKind, id: &str, area: &str, act: &str| {
        let page = path_of(kind, id)?;
        Some(page.replacen("/console/", &format!("/console/{area}/"), 1) + "/" + act)
    };
    let of_device = |area: &str, act: &str| at(SubjectKind::Device, &device()?.to_string(), area, act);
    let change = |kind: SubjectKind, act: &str| at(kind, subject, "change", act);
    let path = match (event.action.as_str(), instead.command) {
        // Of many at once, their list.
        ("device.import", _) => Some("/console/devices".to_owned()),
        ("office.import", _) => Some("/console/offices".to_owned()),
        ("room.import" | "room.import-invitations", _) => Some("/console/rooms".to_owned()),
        ("user.import", _) => Some("/console/people".to_owned()),
        ("cert.revoke-list", _) => Some("/console/devices".to_owned()),
        (_, "many device resume" | "many device suspend") => Some("/console/devices".to_owned()),
        (_, "many user resume" | "many user suspend" | "many room invite") => Some("/console/people".to_owned()),
        (_, "many room remove") => path_of(SubjectKind::Room, subject),
        (_, "application inspect") => change(SubjectKind::Application, "inspect"),
        (_, "application receive") => Some("/console/change/applications/new/receive".to_owned()),
        (_, "application reject") => at(SubjectKind::Application, subject, "approve", "reject"),
        (_, "application show") => path_of(SubjectKind::Application, subject),
        (_, "campaign open") => Some("/console/approve/campaigns/new/open".to_owned()),
        (_, "campaign answer" | "campaign close" | "campaign step" | "campaign undo") => {
            path_of(SubjectKind::Campaign, subject)
        }
        (_, "cert revoke") => of_device("change", "revoke"),
        (_, "device apply") => Some("/console/change/applications/new/receive?kind=certificate".to_owned()),
        (_, "device inspect") => of_device("change", "inspect"),
        (_, "device place") => of_device("change", "place"),
        (_, "device reject") => of_device("approve", "reject"),
        (_, "device report-lost") => of_device("change", "lost"),
        (_, "device resume") => of_device("change", "resume"),
        (_, "device suspend") => of_device("change", "suspend"),
        (_, "device users") => of_device("change", "users"),
        (_, "gateway list") => path_of(SubjectKind::Gateway, subject),
        (_, "incident open") => Some("/console/change/incidents/new/open".to_owned()),
        (_, "incident note") => change(SubjectKind::Incident, "note"),
        (_, "maintenance close") => change(SubjectKind::Person, "maintenance/close"),
        (_, "maintenance open") => change(SubjectKind::Person, "maintenance/open"),
        (_, "office contact") => change(SubjectKind::Office, "contact"),
        (_, "office register") => Some("/console/change/offices/new/register".to_owned()),
        (_, "office resume") => change(SubjectKind::Office, "resume"),
        (_, "office suspend") => change(SubjectKind::Office, "suspend"),
        (_, "office update") => change(SubjectKind::Office, "update").map(|path| format!("{path}?{}", before(&detail))),
        (_, "office withdraw") => at(SubjectKind::Office, subject, "approve", "withdraw"),
        (_, "proposal show") => path_of(SubjectKind::Proposal, subject),
        (_, "proposal withdraw") => change(SubjectKind::Proposal, "withdraw"),
        (_, "retention hold") => Some("/console/change/retention/hold".to_owned()),
        (_, "retention release") => Some("/console/approve/retention/release".to_owned()),
        (_, "room close") => change(SubjectKind::Room, "close"),
        (_, "room confirm") => change(SubjectKind::Room, "confirm"),
        (_, "room consent") => change(SubjectKind::Room, "consent"),
        (_, "room extend") => change(SubjectKind::Room, "extend"),
        (_, "room invite") => change(SubjectKind::Room, "invite").map(|path| path + &people(&detail)),
        (_, "room open") => Some("/console/change/rooms/new/open".to_owned()),
        // One by one, from the room's page.
        (_, "room remove") if detail["users"].is_array() => path_of(SubjectKind::Room, subject),
        (_, "room remove") => change(SubjectKind::Room, "remove").map(|path| path + &people(&detail)),
        (_, "ticket kill") => at(SubjectKind::Ticket, detail["ticket"].as_str().unwrap_or(subject), "change", "kill"),
        (_, "ticket open") => of_device("change", "ticket"),
        (_, "training attend") => change(SubjectKind::Training, "attend"),
        (_, "training hold") => change(SubjectKind::Training, "hold"),
        (_, "user add") => Some("/console/change/people/new/add".to_owned()),
        (_, "user move") => {
            let from = detail["from"].as_str().unwrap_or_default();
            change(SubjectKind::Person, "move").map(|path| format!("{path}?office={from}"))
        }
        (_, "user reset-password") => change(SubjectKind::Person, "reset-password"),
        (_, "user resume") => change(SubjectKind::Person, "resume"),
        (_, "user roles") => at(SubjectKind::Person, subject, "approve", "roles"),
        (_, "user suspend") => change(SubjectKind::Person, "suspend"),
        (_, "user update") => change(SubjectKind::Person, "kana").map(|path| format!("{path}?{}", before(&detail))),
        (_, _) => None,
    };
    path.map(|path| Counter { words: instead.ja, path })
}

/// What stood there before a correction, as a query that fills its form in.
fn before(detail: &Json) -> String {
    let fields = detail.as_object().into_iter().flatten();
    let before = fields.filter_map(|(field, change)| Some((field.as_str(), change["before"].as_str()?)));
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(before).finish()
}

/// Whom an invitation was about, as a query that fills its form in.
fn people(detail: &Json) -> String {
    let several = detail["users"].as_array().into_iter().flatten().chain([&detail["user"]]);
    let several: Vec<_> = several.filter_map(Json::as_str).collect();
    if several.is_empty() { String::new() } else { format!("?user={}", several.join("&user=")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::undo::{Lasting, taken_back};
    use crate::words::ACTIONS;

    /// What an event of this action is about.
    fn subject(action: &str) -> &'static str {
        match action.split('.').next().unwrap_or_default() {
            "application" => "A-2026-000001",
            "campaign" => "C-2026",
            "office" => "1272200001",
            "gateway" => "gw-1",
            "incident" => "I-000001",
            "proposal" => "P-000001",
            "room" => "r1",
            "training" => "2026",
            "user" => "k.sato",
            "ticket" if action == "ticket.kill" => "T-000001",
            _ => "DEV-000001",
        }
    }

    #[test]
    fn every_act_is_undone_or_its_counter_act_is_named_or_there_is_nothing_to_take_back() {
        let detail = r#"{"device":"DEV-000001","ticket":"T-000001","user":"k.sato","from":"1272200002","mail":{"before":"a@b.example","after":""}}"#;
        let mut without = Vec::new();
        for (action, _) in ACTIONS {
            let event = Event {
                version: 7,
                at: 0,
                operator: "clerk".into(),
                action: (*action).into(),
                subject: subject(action).into(),
                application: None,
                why: None,
                detail: detail.into(),
                prev: String::new(),
                changed: None,
            };
            let row = taken_back(action).unwrap_or_else(|| panic!("undo/table.rs has no row of {action}"));
            let found = row.instead.and_then(|instead| counter(instead, &event));
            match (row.undone, found) {
                (Ok(_), None) => panic!("{action} is undone for ten minutes, and afterwards?"),
                (_, Some(found)) => {
                    assert!(found.path.starts_with("/console/") && !found.words.is_empty(), "{action} {found:?}");
                }
                (Err(_), None) => without.push(*action),
            }
        }
        // Of these nothing is done in the console: what each is says why.
        for action in without {
            let why = taken_back(action).unwrap().undone.unwrap_err();
            let nothing =
                matches!(why, Lasting::ByItself | Lasting::House | Lasting::Own | Lasting::Read | Lasting::Told);
            assert!(
                nothing || matches!(action, "break-glass.review" | "proposal.approve" | "report.review"),
                "{action}: {why:?}"
            );
        }
    }

    #[test]
    fn what_the_counter_act_needs_is_filled_in() {
        let event = |action: &str, subject: &str, detail: &str| Event {
            version: 7,
            at: 0,
            operator: "clerk".into(),
            action: action.into(),
            subject: subject.into(),
            application: None,
            why: None,
            detail: detail.into(),
            prev: String::new(),
            changed: None,
        };
        for (action, subject, detail, path) in [
            ("room.invite", "r1", r#"{"user":"k.sato"}"#, "/console/change/rooms/r1/remove?user=k.sato"),
            ("room.invite", "r1", r#"{"users":["k.sato","b.abe"]}"#, "/console/rooms/r1"),
            (
                "room.remove",
                "r1",
                r#"{"users":["k.sato","b.abe"]}"#,
                "/console/change/rooms/r1/invite?user=k.sato&user=b.abe",
            ),
            ("ticket.open", "DEV-000001", r#"{"ticket":"T-000009"}"#, "/console/change/tickets/T-000009/kill"),
            ("ticket.kill", "T-000009", r#"{"device":"DEV-000001"}"#, "/console/change/devices/DEV-000001/ticket"),
            (
                "office.update",
                "1272200001",
                r#"{"telephone":{"before":"04-1","after":"04-2"}}"#,
                "/console/change/offices/1272200001/update?telephone=04-1",
            ),
            ("user.move", "k.sato", r#"{"from":"1272200002"}"#, "/console/change/people/k.sato/move?office=1272200002"),
        ] {
            let instead = taken_back(action).unwrap().instead.unwrap();
            assert_eq!(counter(instead, &event(action, subject, detail)).unwrap().path, path);
        }
    }
}
