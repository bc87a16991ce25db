//! `GET /metrics` at the private door: the registry's numbers, as Prometheus reads them.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::figures::{self, Family, Labels};
use super::own;
use super::state::Desk;
use crate::clock::now;
use crate::disks::DiskOf;
use crate::ledger::Counts;

pub(super) const PATH: &str = "/metrics";

/// `GET /metrics`.
pub(super) async fn metrics(State(desk): State<Desk>) -> Response {
    let tally = match desk.writer.ledger().tally(now()).await {
        Ok(tally) => tally,
        Err(why) => {
            tracing::warn!(%why, "the registry does not answer");
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    };
    let mut families = of_registry(&tally);
    families.push(disks(&desk.writer.disks().look()));
    families.extend(desk.files.as_ref().map(|files| own::families(files, now())).into_iter().flatten());
    match figures::written(families) {
        Ok(text) => ([(CONTENT_TYPE, figures::CONTENT_TYPE)], text).into_response(),
        Err(why) => {
            tracing::error!(%why, "the metrics could not be written out");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn of_registry(tally: &Counts) -> Vec<Family> {
    let by = |label: &'static str, counted: &[(String, i64)]| -> Vec<(Labels, i64)> {
        counted.iter().map(|(word, number)| (vec![(label, word.clone())], *number)).collect()
    };
    let mails = tally.mails.iter();
    let mails = mails.map(|([kind, outcome], n)| (vec![("kind", kind.clone()), ("outcome", outcome.clone())], *n));
    let expiring = tally.expiring.iter().map(|(days, n)| (vec![("within", format!("{days}d"))], *n));
    let clones = by("kind", &tally.clones);
    vec![
        Family::counter("ca_mails", "Letters that left the queue", mails.collect()),
        Family::gauge("ca_mails_waiting", "Letters in the queue", vec![(Vec::new(), tally.mails_waiting)]),
        Family::gauge("ca_certificates", "Certificates", by("state", &tally.certificates)),
        Family::gauge("ca_certificates_expiring", "Certificates in use that end soon", expiring.collect()),
        Family::gauge("ca_applications", "Applications", by("state", &tally.applications)),
        Family::counter("ca_clones_suspected", "Certificates that seemed to be on two devices", clones),
        Family::gauge("ca_proposals", "Proposals", by("state", &tally.proposals)),
        Family::counter("ca_break_glass", "Acts that a custodian did alone", vec![(Vec::new(), tally.broken_glasses)]),
    ]
}

/// How much room is left where changes are written.
fn disks(looked: &[(DiskOf, u64, bool)]) -> Family {
    let free = |free: u64| i64::try_from(free).unwrap_or(i64::MAX);
    let samples = looked.iter().map(|(of, left, _)| (vec![("disk", of.as_str().to_owned())], free(*left))).collect();
    Family::gauge("ca_disk_free_bytes", "Room left on the disk of registry or journal", samples)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_disk_says_how_much_room_is_left() {
        let family = disks(&[(DiskOf::Journal, 7, true), (DiskOf::Registry, 0, false)]);
        let text = figures::written(vec![family]).unwrap();
        let samples = "ca_disk_free_bytes{disk=\"journal\"} 7\nca_disk_free_bytes{disk=\"registry\"} 0\n# EOF\n";
        assert!(text.ends_with(samples), "{text}");
    }

    #[test]
    fn numbers_stand_under_their_words() {
        let tally = Counts {
            mails: vec![(["renewal_due".into(), "sent".into()], 3)],
            mails_waiting: 1,
            certificates: vec![("issued".into(), 2)],
            expiring: vec![(7, 1)],
            applications: vec![("received".into(), 4)],
            clones: vec![("two_systems".into(), 1)],
            proposals: vec![("open".into(), 2)],
            broken_glasses: 1,
        };
        let text = figures::written(of_registry(&tally)).unwrap();
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
                "ca_proposals{state=\"open\"} 2",
                "ca_break_glass_total 1",
            ]
        );
    }
}
