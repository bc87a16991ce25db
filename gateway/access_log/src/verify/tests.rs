//! Each thing that can be done to a log, done, and found.

use std::time::UNIX_EPOCH;

use super::super::checkpoint::{Checkpoint, LogKey, PublicLogKey};
use super::super::seal::{Chain, LineHash};
use super::super::test_support::made_up_key;
use super::vouchers::Vouched;
use super::*;

#[test]
fn a_log_as_it_was_written_is_sound() {
    let verdict = inspect(&log(50));
    assert_eq!(verdict.findings, []);
    assert_eq!((verdict.lines, verdict.span), (50, Some((1, 50))));
    assert_eq!(inspect(&log(50)[20..]).findings, [], "also from the middle on");
}

#[test]
fn a_flipped_byte_is_found_wherever_it_is() {
    let sound = log(6);
    for line in 0..5 {
        for byte in 0..sound[line].len() {
            let mut lines = sound.clone();
            lines[line][byte] ^= 1;
            let findings = inspect(&lines).findings;
            assert_eq!(findings.len(), 1, "line {line} byte {byte}: {findings:?}");
            assert_eq!(findings[0].place.line, line as u64 + 1, "byte {byte}: {findings:?}");
            if line > 0 {
                assert_eq!(findings[0].fault, Fault::Changed { seq: line as u64 + 1 }, "byte {byte}");
            }
        }
    }
}

#[test]
fn a_flipped_byte_in_the_last_line_is_found_by_its_checkpoint() {
    let mut lines = log(10);
    let signed = [checkpoint(&lines, 10)];
    lines[9][10] ^= 1;
    assert_eq!(found_with(&lines, &signed), [(10, Fault::Rewritten { after: 0, seq: 10 })]);
}

#[test]
fn a_dropped_line_is_found() {
    let mut lines = log(10);
    lines.remove(4);
    assert_eq!(found(&lines), [(5, Fault::Dropped { from: 5, to: 5 })]);
    lines.drain(6..8);
    assert_eq!(found(&lines), [(5, Fault::Dropped { from: 5, to: 5 }), (7, Fault::Dropped { from: 8, to: 9 })]);
}

#[test]
fn an_inserted_line_is_found_be_it_foreign_forged_or_a_copy() {
    let sound = log(10);
    let mut lines = sound.clone();
    lines.insert(4, b"something".to_vec());
    assert_eq!(found(&lines), [(5, Fault::Inserted)]);

    let mut forged = Vec::new();
    let mut chain = Chain { next: 5, prev: LineHash::of(&sound[3]) };
    chain.seal(b"{\"kind\":\"request\",\"forged\":true", &mut forged);
    forged.pop();
    for place in [4, 5] {
        let mut lines = sound.clone();
        lines.insert(place, forged.clone());
        assert_eq!(found(&lines), [(place as u64 + 1, Fault::Inserted)]);
    }

    let mut lines = sound.clone();
    lines.insert(5, sound[4].clone());
    assert_eq!(found(&lines), [(6, Fault::Inserted)]);
    let mut lines = sound.clone();
    lines.insert(8, sound[2].clone());
    assert_eq!(found(&lines), [(9, Fault::Inserted)]);
}

#[test]
fn a_moved_line_is_found_and_called_moved() {
    let mut lines = log(10);
    lines.swap(4, 5);
    assert_eq!(found(&lines), [(6, Fault::Moved { seq: 5 })]);
    let mut lines = log(10);
    let line = lines.remove(2);
    lines.insert(7, line);
    assert_eq!(found(&lines), [(8, Fault::Moved { seq: 3 })]);
}

#[test]
fn an_end_cut_off_is_found_by_a_checkpoint_or_a_known_end() {
    let lines = log(10);
    let signed = [checkpoint(&lines, 5), checkpoint(&lines, 10)];
    let cut = &lines[..8];
    assert_eq!(found_with(cut, &signed), [(8, Fault::CutOff { last: 8, known: 10 })]);
    assert_eq!(found(cut), []);
    let mut inspection = Inspection::new(std::iter::empty());
    feed(&mut inspection, cut);
    assert_eq!(inspection.end(Some(9)).findings[0].fault, Fault::CutOff { last: 8, known: 9 });
}

#[test]
fn a_chain_made_anew_is_found_by_its_checkpoints() {
    let lines = log(20);
    let signed = [checkpoint(&lines, 5), checkpoint(&lines, 15)];
    let mut anew = lines[..8].to_vec();
    let mut chain = Chain { next: 9, prev: LineHash::of(&lines[7]) };
    for n in 8..20 {
        let mut line = Vec::new();
        chain.seal(format!("{{\"kind\":\"request\",\"path\":\"/innocent/{n}\"").as_bytes(), &mut line);
        line.pop();
        anew.push(line);
    }
    assert_eq!(found(&anew), [], "the chain alone does not tell");
    assert_eq!(found_with(&anew, &signed), [(15, Fault::Rewritten { after: 5, seq: 15 })]);
}

#[test]
fn a_checkpoint_that_the_key_did_not_sign_is_found() {
    let lines = log(10);
    let mut signed = vec![checkpoint(&lines, 5), checkpoint(&lines, 10)];
    signed[0] = signed[0].replace("\"seq\":5", "\"seq\":6");
    let verdict = inspect_with(&lines, &signed);
    assert_eq!(verdict.vouched, Vouched { agreed: 1, up_to: Some(10) });
    let [Finding { place: Place { line: 1, .. }, fault: Fault::Checkpoint { why } }] = verdict.findings.as_slice()
    else {
        panic!("{:?}", verdict.findings);
    };
    assert!(why.contains("signature"), "{why}");
}

#[test]
fn two_logs_put_together_are_found() {
    let lines = [log(5), log(3)].concat();
    assert_eq!(found(&lines), [(6, Fault::NewChain)]);
}

#[test]
fn an_open_without_an_end_is_found_when_the_gateway_stopped_in_order() {
    let line = |kind: &str, id: char| {
        format!(
            "{{\"kind\":\"{kind}\",\"time\":\"\",\"gateway\":\"gw-1\",\"request_id\":\"{}\"",
            id.to_string().repeat(32)
        )
    };
    let texts = [line("open", 'a'), line("open", 'b'), line("request", 'a'), line("request", 'c')];
    let verdict = inspect(&sealed(texts.iter().map(String::as_str)));
    assert_eq!((verdict.findings.len(), verdict.running), (0, 1), "it may still run");
    let stopped = texts.iter().map(String::as_str).chain(["{\"kind\":\"stop\""]);
    assert_eq!(found(&sealed(stopped)), [(2, Fault::Unended { request_id: "b".repeat(32), seq: 2 })]);
}

#[test]
fn of_a_log_in_ruins_only_the_first_findings_are_kept() {
    let mut lines = log(1000);
    for line in lines.iter_mut().step_by(2) {
        line[20] ^= 1;
    }
    let verdict = inspect(&lines);
    assert_eq!((verdict.findings.len(), verdict.more), (100, 400));
}

thread_local! {
    static KEY: LogKey = LogKey::from_pem(made_up_key().as_bytes()).unwrap();
}

fn log(lines: u64) -> Vec<Vec<u8>> {
    let texts: Vec<_> = (1..=lines).map(|n| format!("{{\"kind\":\"request\",\"path\":\"/{n}\"")).collect();
    sealed(texts.iter().map(String::as_str))
}

fn sealed<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<Vec<u8>> {
    let mut chain = Chain::NEW;
    texts
        .map(|text| {
            let mut line = Vec::new();
            chain.seal(text.as_bytes(), &mut line);
            line.pop();
            line
        })
        .collect()
}

fn checkpoint(lines: &[Vec<u8>], seq: u64) -> String {
    let hash = LineHash::of(&lines[seq as usize - 1]);
    let line = KEY.with(|key| key.checkpoint(b"\"gw-1\"", seq, hash, UNIX_EPOCH)).unwrap();
    String::from_utf8(line).unwrap().trim_end().to_owned()
}

fn inspect(lines: &[Vec<u8>]) -> Verdict {
    inspect_with(lines, &[])
}

fn inspect_with(lines: &[Vec<u8>], checkpoints: &[String]) -> Verdict {
    let keys: Vec<PublicLogKey> = vec![KEY.with(|key| key.public().clone())];
    let read = checkpoints.iter().zip(1..).map(|(line, number)| VouchedLine {
        place: Place { file: 0, line: number },
        read: Checkpoint::read(line, &keys),
    });
    let mut inspection = Inspection::new(read);
    feed(&mut inspection, lines);
    inspection.end(None)
}

fn feed<C: Iterator<Item = VouchedLine>>(inspection: &mut Inspection<C>, lines: &[Vec<u8>]) {
    for (line, number) in lines.iter().zip(1..) {
        inspection.line(Place { file: 0, line: number }, line);
    }
}

fn found(lines: &[Vec<u8>]) -> Vec<(u64, Fault)> {
    found_with(lines, &[])
}

fn found_with(lines: &[Vec<u8>], checkpoints: &[String]) -> Vec<(u64, Fault)> {
    inspect_with(lines, checkpoints).findings.into_iter().map(|finding| (finding.place.line, finding.fault)).collect()
}
