//! Whoever does not prove to hold the certificate's key is nobody: no request of theirs is ever read.
//!
//! Class 15 of the attacks that gateways have fallen to, by a client that leaves out the proof, or gives another one.

use house::House;

use crate::fixtures::handmade::{Heard, Step, ask};

const UNEXPECTED_MESSAGE: u8 = 10;
const DECRYPT_ERROR: u8 = 51;

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_without_the_proof_of_its_key_opens_no_connection() {
    let house = House::open().await;
    let settled = house.settle().await;
    let request = format!("GET /.gateway/whoami HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", house.host());
    let asked = |steps: &[Step<'_>]| tokio::task::block_in_place(|| ask(house.address(), steps, &request));
    let (ours, other) = (&settled.credentials, &settled.other_credentials);
    let shown = Step::Certificate(Some(ours));

    // The client is one that the gateway understands: with the proof it is served, without a certificate it is told so.
    let honest = asked(&[shown, Step::Verify(ours), Step::Finished]);
    assert!(honest.answer.starts_with("HTTP/1.1 200") && honest.answer.contains("DEV-"), "{honest:?}");
    let nobody = asked(&[Step::Certificate(None), Step::Finished]);
    assert!(nobody.answer.starts_with("HTTP/1.1 403") && nobody.answer.contains("no_cert"), "{nobody:?}");
    let requests = || house.lines().iter().filter(|line| line["kind"] == "request").count();
    house::until("both are in the log", async || requests() == 2).await;

    let cases: [(&str, &[Step<'_>], u8); 10] = [
        ("no proof", &[shown, Step::Finished], UNEXPECTED_MESSAGE),
        ("nothing at all", &[Step::Finished], UNEXPECTED_MESSAGE),
        ("another key's", &[shown, Step::Verify(other), Step::Finished], DECRYPT_ERROR),
        ("a server's", &[shown, Step::VerifyAsServer(ours), Step::Finished], DECRYPT_ERROR),
        ("of another conversation", &[shown, Step::VerifyElsewhere(ours), Step::Finished], DECRYPT_ERROR),
        ("of no octets", &[shown, Step::VerifyNothing, Step::Finished], DECRYPT_ERROR),
        ("before the certificate", &[Step::Verify(ours), shown, Step::Finished], UNEXPECTED_MESSAGE),
        ("for no certificate", &[Step::Certificate(None), Step::Verify(ours), Step::Finished], UNEXPECTED_MESSAGE),
        (
            "then another certificate",
            &[shown, Step::Verify(ours), Step::Certificate(Some(other)), Step::Finished],
            UNEXPECTED_MESSAGE,
        ),
        ("no end of the handshake", &[shown, Step::Verify(ours)], UNEXPECTED_MESSAGE),
    ];
    for (what, steps, alert) in cases {
        let Heard { answer, alert: told } = asked(steps);
        assert_eq!(answer, "", "{what}");
        // A record under keys that are not in force yet is told as what it looks like.
        assert!(told == Some(alert) || (what == "no end of the handshake" && told.is_some()), "{what}: {told:?}");
    }
    let lines = |kind: &str, name: &str| house.lines().iter().filter(|line| line[name] == kind).count();
    let counted = || house.lines().iter().filter_map(|line| line["count"].as_u64()).sum::<u64>();
    let handshakes = || lines("handshake", "kind") + usize::try_from(counted()).unwrap();
    house::until("each is in the log as no handshake, or counted as one", async || handshakes() == cases.len()).await;
    assert_eq!(requests(), 2, "none of them became a request");
}
