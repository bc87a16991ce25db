//! Every letter arrives at a real server: once, over a closed way, in Japanese, with no secret in it.

use std::os::unix::fs::PermissionsExt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ca_tools::letters::Letter;
use certs::Timestamp;
use serde_json::json;
use servers::blocking::until;
use servers::mail::{Closed, MailServer, letters_in};

use super::letters::{ADDRESS, NUMBER, every_letter, letter, queue};
use crate::fixtures::house::House;

fn queued(house: &House, state: &str) -> usize {
    house.done(&format!("mail list --state {state}")).as_array().unwrap().len()
}

/// A message's header field, unfolded and decoded, and its text.
fn field(message: &str, name: &str) -> String {
    let head = message.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
    let line = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: "))).unwrap_or_default().to_owned();
    // Blanks between encoded words are no part of the text (RFC 2047 §6.2).
    let mut decoded = String::new();
    for (at, part) in line.split("=?utf-8?b?").enumerate() {
        if at == 0 {
            decoded.push_str(part);
            continue;
        }
        let (word, rest) = part.split_once("?=").unwrap();
        decoded.push_str(&String::from_utf8(BASE64_STANDARD.decode(word).unwrap()).unwrap());
        decoded.push_str(if rest.trim().is_empty() { "" } else { rest });
    }
    decoded
}

fn text(message: &str) -> String {
    let body = message.split_once("\r\n\r\n").unwrap().1;
    match field(message, "Content-Transfer-Encoding").as_str() {
        "base64" => String::from_utf8(BASE64_STANDARD.decode(body.replace("\r\n", "")).unwrap()).unwrap(),
        "8bit" => body.to_owned(),
        other => panic!("{other:?} in {message}"),
    }
}

fn ids(messages: &[String]) -> Vec<String> {
    let mut ids: Vec<_> = messages.iter().map(|message| field(message, "Message-ID")).collect();
    ids.sort();
    ids
}

#[test]
fn a_real_server_receives_every_letter_in_japanese_over_either_closed_way() {
    for closed in [Closed::StartTls, Closed::Smtps] {
        let house = House::furnished();
        let mut server = MailServer::away(closed, &house.folder);
        server.come();
        house.send_through(&server, closed);
        house.configure("[links]\nhelp_url = \"https://help.example\"\nservice_url = \"https://service.example\"");
        let letters = every_letter();
        for (at, letter) in letters.iter().enumerate() {
            queue(&house, at + 1, (ADDRESS, letter));
        }
        let _desk = house.serve("desk.sock");
        let kept = server.keeps(letters.len());
        // Which is which is told by the number in its Message-ID.
        for message in &kept {
            let id = field(message, "Message-ID");
            let number: usize = id.trim_start_matches("<id").split('@').next().unwrap().parse().unwrap();
            let letter = &letters[number - 1];
            assert!(field(message, "Subject").starts_with("【カシワニネット】"), "{message}");
            assert_eq!(field(message, "X-Closed"), "True", "{message}");
            assert_eq!(field(message, "To"), ADDRESS);
            assert_eq!(field(message, "From"), "カシワニネット <info-chkry@city.kashiwa.chiba.jp>");
            assert_eq!(field(message, "Reply-To"), "info-chkry@city.kashiwa.chiba.jp");
            assert_eq!(field(message, "Auto-Submitted"), "auto-generated");
            assert_eq!(field(message, "Content-Type"), "text/plain; charset=utf-8");
            let text = text(message);
            let begins = if matches!(letter, Letter::ConfirmAddress { .. }) {
                "カシワニネットの申請の画面で"
            } else if matches!(letter, Letter::ApplyByLogin { .. }) {
                "ひだまり訪問看護　カシワニネット担当者 様\r\n"
            } else if matches!(letter, Letter::ProposalWaits { .. } | Letter::GlassBroken { .. }) {
                "柏市 地域医療推進課　石井、江口 様\r\n"
            } else {
                "ひだまり訪問看護　山田 様\r\n"
            };
            assert!(text.starts_with(begins), "{text}");
            assert!(text.contains("解決しないときは、柏市 地域医療推進課へご連絡ください。"), "{text}");
            assert!(text.contains("電話 04-7197-1510 ／ メール info-chkry@city.kashiwa.chiba.jp"), "{text}");
            assert!(text.contains("この番号をお伝えください：DEV-000001"), "{text}");
            // The number of a ticket is the one secret that may stand in a letter, and stands in no other.
            let tells_number = matches!(letter, Letter::TicketIssued { .. } | Letter::RenewalAfterEnd { .. });
            assert_eq!(text.contains(&format!("取得用番号：{NUMBER}")), tells_number, "{text}");
            let link = format!("https://help.example/pickup?number={NUMBER}\r\n");
            assert_eq!(text.contains(&link), tells_number, "{text}");
        }
        until("the queue to say so", || (queued(&house, "sent") == letters.len()).then_some(()));
        let emptied = house.answer("SELECT COUNT(*) FROM mails WHERE letter = ''");
        assert_eq!(emptied, letters.len().to_string());
    }
}

#[test]
fn a_server_that_was_away_for_the_run_of_a_queue_gets_every_letter_once_it_is_back() {
    let house = House::furnished();
    let mut server = MailServer::away(Closed::Clear, &house.folder);
    house.send_through(&server, Closed::Clear);
    let _desk = house.serve("desk.sock");
    for number in 1..=20 {
        queue(&house, number, (ADDRESS, &letter("certificate_revoked")));
    }
    let waiting = until("a letter to be tried", || {
        let list = house.done("mail list --state queued");
        (list[0]["tries"] != json!(0) && !list[0]["problem"].is_null()).then_some(list)
    });
    assert_eq!(waiting.as_array().unwrap().len(), 20, "{waiting}");
    server.come();
    server.keeps(7);
    server.go();
    server.come();
    house.done("mail retry 20");
    let kept = until("every letter", || {
        let kept = server.kept();
        let mut ids = ids(&kept);
        ids.dedup();
        (ids.len() == 20).then_some(kept)
    });
    assert!(kept.len() <= 21, "one may have been under way when the server went: {}", kept.len());
    until("the queue to be empty", || (queued(&house, "sent") == 20).then_some(()));
}

#[test]
fn a_desk_killed_between_sending_and_recording_repeats_that_letter_once_under_its_own_number() {
    let house = House::furnished();
    let mut server = MailServer::away(Closed::Clear, &house.folder);
    server.come();
    house.send_through(&server, Closed::Clear);
    queue(&house, 1, ("slow@example.jp", &letter("device_on_hold")));
    let mut desk = house.serve("desk.sock");
    server.keeps(1);
    desk.kill();
    queue(&house, 2, (ADDRESS, &letter("device_on_hold")));
    assert_eq!(queued(&house, "queued"), 2);
    // While the dead desk's hold lasts nobody else sends it; what it had not taken is not held.
    let _again = house.serve("desk.sock");
    let kept = server.keeps(2);
    assert_eq!(ids(&kept).len(), 2);
    assert_eq!(queued(&house, "sent"), until("the other", || (queued(&house, "sent") == 1).then_some(1)));
    house.meddle("UPDATE mails SET next_at = 0 WHERE mail = 1");
    let kept = server.keeps(3);
    let ids = ids(&kept);
    let domain = "city.kashiwa.chiba.jp";
    assert_eq!(ids, [1, 1, 2].map(|number| format!("<id{number:04}@{domain}>")), "{ids:?}");
    until("both to be recorded", || (queued(&house, "sent") == 2).then_some(()));
    assert_eq!(server.kept().len(), 3);
}

#[test]
fn nothing_is_said_to_a_server_without_starttls_or_with_another_ones_certificate() {
    let house = House::furnished();
    // Both speak to a server that would take the letter.
    let mut clear = MailServer::away(Closed::Clear, &house.folder);
    clear.come();
    house.configure(&format!("[mail]\nsmtp = \"smtp://127.0.0.1:{}\"", clear.port));
    queue(&house, 1, (ADDRESS, &letter("ticket_issued")));
    let desk = house.serve("desk.sock");
    let problem = problem_of(&house);
    assert!(problem.starts_with("no_starttls: "), "{problem}");
    drop(desk);
    assert_eq!(clear.kept().len(), 0);

    for (closed, spoil) in [(Closed::StartTls, "host"), (Closed::Smtps, "host"), (Closed::Smtps, "ca")] {
        let house = House::furnished();
        let mut server = MailServer::away(closed, &house.folder);
        let (from, to) = if spoil == "host" { ("other", "mail") } else { ("mail", "mail") };
        for kind in ["pem", "key"] {
            let path = |name: &str| house.folder.join(format!("{name}.{kind}"));
            if from != to {
                std::fs::copy(path(from), path(to)).unwrap();
            }
        }
        if spoil == "ca" {
            let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc";
            house.program("openssl", &format!("req -x509 {key} -keyout x.key -out mail-ca.pem -subj /CN=ca -days 2"));
        }
        server.come();
        house.send_through(&server, closed);
        queue(&house, 1, (ADDRESS, &letter("ticket_issued")));
        let _desk = house.serve("desk.sock");
        let problem = problem_of(&house);
        assert!(
            problem.starts_with("untrusted: ") && problem.contains("invalid peer certificate"),
            "{closed:?} {spoil}: {problem}"
        );
        assert_eq!((server.kept().len(), queued(&house, "queued")), (0, 1));
    }
}

fn problem_of(house: &House) -> String {
    until("a problem", || house.done("mail show 1")["problem"].as_str().map(str::to_owned))
}

#[test]
fn a_recipient_refused_for_good_ends_in_words_and_in_the_chain_and_an_operator_tries_again() {
    for house in House::both() {
        let house = house.furnish();
        let mut server = MailServer::away(Closed::Clear, &house.folder);
        server.come();
        house.send_through(&server, Closed::Clear);
        queue(&house, 1, ("full@example.jp", &letter("certificate_revoked")));
        queue(&house, 2, ("later@example.jp", &letter("certificate_revoked")));
        queue(&house, 3, ("no address", &letter("certificate_revoked")));
        queue(&house, 4, (ADDRESS, &letter("certificate_revoked")));
        let _desk = house.serve("desk.sock");
        let [first, second] = <[String; 2]>::try_from(server.keeps(2)).unwrap();
        assert_eq!((field(&first, "To").as_str(), field(&second, "To").as_str()), (ADDRESS, "later@example.jp"));
        until("the queue to settle", || (queued(&house, "sent") == 2).then_some(()));
        let refused = house.done("mail list --state refused");
        assert_eq!(refused.as_array().unwrap().len(), 2, "{refused}");
        assert_eq!(refused[0]["problem"], "refused: permanent error (552): 5.2.2 mailbox full");
        assert!(refused[1]["problem"].as_str().unwrap().starts_with("address: "), "{refused}");
        let told = house.tell("audit verify");
        assert_eq!(told.code, 0, "{told:?}");
        assert_eq!(house.answer("SELECT COUNT(*) FROM events WHERE action = 'mail.refused'"), "2");

        house.done("mail retry 1");
        assert_eq!(field(&server.keeps(3)[2], "To"), "full@example.jp");
        until("it to be sent", || (queued(&house, "sent") == 3).then_some(()));
        let told = house.tell("mail retry 1");
        assert!(told.code == 1 && told.err.contains("もう一度送ることはできません"), "{told:?}");
        let told = house.tell("mail retry 99");
        assert!(told.code == 1 && told.err.contains("メール 99 は登録されていません"), "{told:?}");
        assert_eq!(house.done("doctor")["sound"], json!(true));
    }
}

#[test]
fn two_desks_on_one_postgresql_send_no_letter_twice() {
    let house = House::on_postgres().furnish();
    let mut server = MailServer::away(Closed::Clear, &house.folder);
    server.come();
    house.send_through(&server, Closed::Clear);
    for number in 1..=60 {
        queue(&house, number, (ADDRESS, &letter("certificate_revoked")));
    }
    let _one = house.serve("one.sock");
    let _other = house.serve("other.sock");
    until("the queue to be empty", || (queued(&house, "sent") == 60).then_some(()));
    let mut ids = ids(&server.kept());
    assert_eq!(ids.len(), 60);
    ids.dedup();
    assert_eq!(ids.len(), 60);
}

#[test]
fn without_a_server_each_letter_is_a_file_of_its_own_for_nobody_else() {
    let house = House::furnished();
    let over = Timestamp::from_unix(1_700_000_000).unix();
    let Letter::TicketIssued { device, number, .. } = letter("ticket_issued") else { panic!("another order") };
    queue(&house, 1, (ADDRESS, &Letter::TicketIssued { device, number, until: over }));
    queue(&house, 2, (ADDRESS, &letter("ticket_issued")));
    let _desk = house.serve("desk.sock");
    until("the queue to be empty", || (queued(&house, "sent") == 1 && queued(&house, "dropped") == 1).then_some(()));
    let outbox = house.folder.join("ca/outbox");
    let files = letters_in(&outbox);
    let [file] = files.as_slice() else { panic!("{files:?}") };
    assert_eq!(file.file_name().unwrap(), "20270115T080000Z-id0002.eml");
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(file), mode(&outbox)), (0o600, 0o700));
    let message = std::fs::read_to_string(file).unwrap();
    assert!(text(&message).contains("取得用番号：ABCD-EFGH-JKMN-PQRS\r\n"), "{message}");
}
