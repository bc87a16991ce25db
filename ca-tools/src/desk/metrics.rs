//! `GET /metrics` at the private door: the registry's numbers, in the text that Prometheus reads.

use std::fmt::Write;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::own;
use super::state::Desk;
use crate::clock::now;
use crate::disks::DiskOf;
use crate::ledger::Tally;

pub(super) const PATH: &str = "/metrics";

/// `GET /metrics`.
pub(super) async fn metrics(State(desk): State<Desk>) -> Response {
    match desk.writer.ledger().tally(now()).await {
        Ok(tally) => {
            let own = desk.files.as_ref().map(|files| own::text(files, now())).unwrap_or_default();
            let told = text(&tally) + &disks(&desk.writer.disks().look()) + &own;
            ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], told).into_response()
        }
        Err(why) => {
            tracing::warn!(%why, "the registry does not answer");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

/// Labels are the registry's own words: none has a quotation mark or a backslash.
fn text(tally: &Tally) -> String {
    let mut text = String::new();
    let mut family = |(name, kind, help): (&str, &str, &str), samples: Vec<(String, i64)>| {
        // Writing into a text does not fail.
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for (labels, number) in samples {
            let _ = writeln!(text, "{name}{labels} {number}");
        }
    };
    let by = |label: &str, counted: &[(String, i64)]| {
        counted.iter().map(|(word, number)| (format!("{{{label}=\"{word}\"}}"), *number)).collect::<Vec<_>>()
    };
    let mails = tally.mails.iter();
    let mails = mails.map(|([kind, outcome], n)| (format!("{{kind=\"{kind}\",outcome=\"{outcome}\"}}"), *n)).collect();
    family(("ca_mails_total", "counter", "Letters that left the queue"), mails);
    family(("ca_mails_waiting", "gauge", "Letters in the queue"), vec![(String::new(), tally.mails_waiting)]);
    family(("ca_certificates", "gauge", "Certificates"), by("state", &tally.certificates));
    let expiring = tally.expiring.iter().map(|(days, n)| (format!("{{within=\"{days}d\"}}"), *n)).collect();
    family(("ca_certificates_expiring", "gauge", "Certificates in use that end soon"), expiring);
    family(("ca_applications", "gauge", "Applications"), by("state", &tally.applications));
    let clones = by("kind", &tally.clones);
    family(("ca_clones_suspected_total", "counter", "Certificates that seemed to be on two devices"), clones);
    text
}

/// How much room is left where changes are written.
fn disks(looked: &[(DiskOf, u64, bool)]) -> String {
    let name = "ca_disk_free_bytes";
    let head = format!("# HELP {name} Room left on the disk of registry or journal\n# TYPE {name} gauge\n");
    looked.iter().fold(head, |text, (of, free, _)| text + &format!("{name}{{disk=\"{}\"}} {free}\n", of.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_disk_says_how_much_room_is_left() {
        let text = disks(&[(DiskOf::Journal, 7, true), (DiskOf::Registry, 0, false)]);
        assert!(
            text.ends_with("ca_disk_free_bytes{disk=\"journal\"} 7\nca_disk_free_bytes{disk=\"registry\"} 0\n"),
            "{text}"
        );
    }

    #[test]
    fn numbers_stand_under_their_words() {
        let tally = Tally {
            mails: vec![(["renewal_due".into(), "sent".into()], 3)],
            mails_waiting: 1,
            certificates: vec![("issued".into(), 2)],
            expiring: vec![(7, 1)],
            applications: vec![("received".into(), 4)],
            clones: vec![("two_systems".into(), 1)],
        };
        let text = text(&tally);
        let samples: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(
            samples,
            [
                "ca_mails_total{kind=\"renewal_due\",outcome=\"sent\"} 3",
                "ca_mails_waiting 1",
                "ca_certificates{state=\"issued\"} 2",
                "ca_certificates_expiring{within=\"7d\"} 1",
                "ca_applications{state=\"received\"} 4",
                "ca_clones_suspected_total{kind=\"two_systems\"} 1",
            ]
        );
    }
}
