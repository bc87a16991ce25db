//! What was measured, for people: one markdown table, a line each attack and each gateway.

use std::fmt::Write as _;

use crate::cut::Cut;
use crate::honest::Tally;
use crate::row::{Phase, Row};

/// The aims, as they stand above the table.
const AIMS: &str = "Aims: nothing honest lost, p99 attacked at most 2 × calm, memory at most 512 MiB, strangers' log at most \
                    1 MB/s, cut within 50 ms of the commit. Times in ms, calm → attacked.";
const HEADINGS: [&str; 12] = [
    "attack",
    "gateway",
    "p50",
    "p99",
    "p99 ratio",
    "fresh p50",
    "honest lost",
    "memory MiB",
    "log kB/s",
    "registry kB/s",
    "cut",
    "the attack says",
];

/// All rows; each is named by the gateway it was measured on.
pub(crate) fn markdown(rows: &[(String, Row)]) -> String {
    let mut text = format!("{AIMS}\n\n| {} |\n|{}\n", HEADINGS.join(" | "), " --- |".repeat(HEADINGS.len()));
    for (gateway, row) in rows {
        let _ = writeln!(text, "| {} |", line(gateway, row).join(" | "));
    }
    text
}

fn line(gateway: &str, row: &Row) -> [String; 12] {
    let (calm, attacked) = (&row.calm, &row.attacked);
    let (before, after) = (&calm.heard.kept, &attacked.heard.kept);
    let pair = |of: fn(&Tally) -> f64| format!("{} → {}", short(of(before)), short(of(after)));
    let ratio = if before.p99 > 0.0 { after.p99 / before.p99 } else { 0.0 };
    [
        row.attack.clone(),
        gateway.to_owned(),
        pair(|tally| tally.p50),
        pair(|tally| tally.p99),
        short(ratio),
        format!("{} → {}", short(calm.heard.fresh.p50), short(attacked.heard.fresh.p50)),
        lost(attacked),
        format!("{:.0}", attacked.cost.memory_mib),
        format!("{:.0}", attacked.cost.log_octets_per_second / 1000.0),
        format!("{:.0}", attacked.cost.registry_octets_per_second / 1000.0),
        format!("{} → {}", cuts(&calm.cuts), cuts(&attacked.cuts)),
        says(row),
    ]
}

/// Of all that was asked, and of whom.
fn lost(phase: &Phase) -> String {
    let heard = &phase.heard;
    let asked = heard.kept.asked + heard.fresh.asked + heard.bystander.asked + phase.cuts.len();
    let mut text = format!("{} of {asked}", phase.lost());
    for (who, tally) in [("kept", &heard.kept), ("fresh", &heard.fresh), ("bystander", &heard.bystander)] {
        if tally.lost() > 0 {
            let words = tally.first_words.as_deref().unwrap_or_default();
            let _ = write!(text, "; {who} {}/{} ({words})", tally.lost(), tally.asked);
        }
    }
    let kept_out = phase.cuts.iter().filter(|cut| cut.kept_out).count();
    if kept_out > 0 {
        let _ = write!(text, "; third device {kept_out}/{}", phase.cuts.len());
    }
    if let Some(words) = phase.cuts.iter().find_map(|cut| cut.not_done.as_ref()) {
        let _ = write!(text, "; a suspension ({words})");
    }
    text
}

/// The slowest from the commit, and from the command's start.
fn cuts(cuts: &[Cut]) -> String {
    let timed: Vec<&Cut> = cuts.iter().filter(|cut| !cut.kept_out && cut.not_done.is_none()).collect();
    if timed.is_empty() {
        return "–".to_owned();
    }
    let slowest = |of: fn(&Cut) -> Option<f64>| {
        let times = timed.iter().map(|cut| of(cut));
        times.map(|time| time.unwrap_or(f64::INFINITY)).fold(0.0, f64::max)
    };
    format!(
        "{} ({})",
        short(slowest(|cut| cut.from_commit.or(cut.from_command))),
        short(slowest(|cut| cut.from_command))
    )
}

/// Its own figures, then what the gateway and the machine show of it.
fn says(row: &Row) -> String {
    let cost = &row.attacked.cost;
    let mut words: Vec<String> = row
        .told
        .iter()
        .filter(|(_, value)| !value.is_object())
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    words.extend(
        cost.lines.iter().filter(|(name, _)| *name != "passed").map(|(name, lines)| format!("lines {name} {lines}")),
    );
    for (name, counter) in [
        ("reports dropped", "gateway_reports_total{outcome=\"dropped\"}"),
        ("rejected", "gateway_connections_rejected_total"),
        ("upstream answers", "gateway_upstream_duration_seconds_count"),
        ("refused for the whole", "gateway_honest_refused_total"),
    ] {
        if let Some(grown) = cost.counters.get(counter) {
            words.push(format!("{name} {grown:.0}"));
        }
    }
    let budget =
        |name: &String| name.starts_with("gateway_budget_refused_total") || name.starts_with("gateway_folded_total");
    words.extend(cost.counters.iter().filter(|(name, _)| budget(name)).map(|(name, grown)| {
        let short = name.trim_start_matches("gateway_").replace("_total", "").replace('"', "");
        format!("{short} {grown:.0}")
    }));
    let receipts = row.attacked.cuts.iter().map(|cut| cut.receipt).fold(0.0, f64::max);
    words.push(format!("receipt {} ms", short(receipts)));
    words.push(format!("descriptors {}/{}", cost.gateway_descriptors, cost.service_descriptors));
    words.push(format!("processor {:.2}", cost.gateway_processor));
    words.push(format!("load {:.1} → {:.1}", row.calm.cost.load, cost.load));
    words.join(", ")
}

/// Three digits are all that is meant.
fn short(number: f64) -> String {
    match number {
        number if number.is_infinite() => "never".to_owned(),
        number if number >= 100.0 => format!("{number:.0}"),
        number if number >= 10.0 => format!("{number:.1}"),
        number => format!("{number:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_that_never_came_is_the_slowest_of_all() {
        let quick = Cut { from_command: Some(60.0), from_commit: Some(12.0), ..Cut::default() };
        let never = Cut::default();
        assert_eq!(cuts(std::slice::from_ref(&quick)), "12.0 (60.0)");
        assert_eq!(cuts(&[quick.clone(), never]), "never (never)");
        let unseen = Cut { from_command: Some(70.0), ..Cut::default() };
        assert_eq!(cuts(&[quick, unseen]), "70.0 (70.0)", "a commit that was not seen was not before the command");
        assert_eq!(cuts(&[Cut { kept_out: true, ..Cut::default() }]), "–");
    }
}
