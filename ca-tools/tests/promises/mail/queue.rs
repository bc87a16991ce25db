//! Nobody's letter waits behind another's: what stalls, fails or is urgent has its own turn, and an end.

use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};
use servers::blocking::{until, within};
use servers::mail::{Closed, MailServer, header};

use super::letters::{ADDRESS, letter, queue};
use crate::fixtures::house::House;

/// A house whose desk is going to send through this kind of server, which is there.
fn house_with(closed: Closed) -> (House, MailServer) {
    let house = House::furnished();
    let mut server = MailServer::away(closed, &house.folder);
    server.come();
    house.send_through(&server, closed);
    (house, server)
}

fn recipients(server: &MailServer) -> Vec<String> {
    server.kept().iter().map(|message| header(message, "To").to_owned()).collect()
}

/// Waits for everything to be given to honest recipients; how long that took.
fn honest(server: &MailServer, count: usize) -> Duration {
    let since = Instant::now();
    within(Duration::from_secs(10), "the letters of honest recipients", || {
        let arrived = recipients(server).iter().filter(|to| to.starts_with("honest")).count();
        (arrived == count).then_some(())
    });
    since.elapsed()
}

/// Letters of this kind to these recipients, from this number on.
fn queue_all(house: &House, from: usize, (kind, recipients): (&str, &[String])) -> usize {
    for (number, recipient) in (from..).zip(recipients) {
        queue(house, number, (recipient, &letter(kind)));
    }
    from + recipients.len()
}

fn to(names: &[&str], domain: impl Fn(usize) -> String) -> Vec<String> {
    names.iter().enumerate().map(|(at, name)| format!("{name}{at}@{}", domain(at))).collect()
}

#[test]
fn recipients_that_stall_at_every_step_delay_no_honest_one_and_postpone_nobody() {
    let (house, server) = house_with(Closed::Clear);
    // Strangers' and offices' letters, each domain another one, all of them queued first; one beside honest ones.
    let steps = ["stall", "hush", "drop", "slow", "stall", "hush", "drop", "slow"];
    let apart = |at: usize| format!("tarpit{at}.example");
    let next = queue_all(&house, 1, ("confirm_address", &to(&steps, apart)));
    let next = queue_all(&house, next, ("renewal_due", &to(&steps[..6], |at| format!("slow{at}.example"))));
    let next = queue_all(&house, next, ("renewal_due", &["stall@example.jp".to_owned()]));
    let honest_ones = to(&["honest"; 10], |_| "example.jp".to_owned());
    let next = queue_all(&house, next, ("certificate_works", &honest_ones));
    assert_eq!(next, 26);
    let _desk = house.serve("desk.sock");
    honest(&server, 10);
    let letters = house.done("mail list");
    for letter in letters.as_array().unwrap() {
        let problem = letter["problem"].as_str().unwrap_or_default();
        if letter["recipient"].as_str().unwrap().starts_with("honest") {
            // The last of them may not have been recorded yet.
            assert_eq!((&letter["tries"], problem), (&json!(1), ""), "{letter}");
        } else {
            // What stands in the way of a letter is its recipient's, and nobody calls the house's server away.
            assert!(["", "slow", "dropped"].contains(&problem.split(':').next().unwrap()), "{letter}");
        }
    }
}

#[test]
fn two_who_stall_at_one_domain_leave_its_others_a_way_within_seconds() {
    let (house, server) = house_with(Closed::Clear);
    let stalling = to(&["stall", "stall", "stall", "stall"], |_| "example.jp".to_owned());
    let next = queue_all(&house, 1, ("renewal_due", &stalling));
    queue_all(&house, next, ("renewal_due", &to(&["honest"; 10], |_| "EXAMPLE.jp".to_owned())));
    let _desk = house.serve("desk.sock");
    // Two hold the domain's places for four seconds each time.
    honest(&server, 10);
}

#[test]
fn a_stalling_recipient_that_holds_the_only_connection_is_not_taken_for_the_server() {
    let (house, server) = house_with(Closed::Single);
    queue(&house, 1, ("stall@tarpit.example", &letter("renewal_due")));
    queue_all(&house, 2, ("renewal_due", &to(&["honest"; 10], |at| format!("d{at}.example"))));
    let _desk = house.serve("desk.sock");
    honest(&server, 10);
}

#[test]
fn what_is_urgent_leaves_before_what_waited_longer_and_strangers_come_last() {
    let (house, server) = house_with(Closed::Clear);
    queue(&house, 1, ("c1@example.jp", &letter("confirm_address")));
    for number in 2..=12 {
        queue(&house, number, (&format!("b{number}@example.jp"), &letter("renewal_due")));
    }
    let urgent = ["device_on_hold", "used_elsewhere", "certificate_revoked", "device_resumed", "office_mail_changed"];
    for (number, kind) in (13..).zip(urgent) {
        queue(&house, number, (&format!("a{number}@example.jp"), &letter(kind)));
    }
    let _desk = house.serve("desk.sock");
    server.keeps(17);
    let first: String = server.named().iter().filter_map(|address| address.chars().next()).collect();
    assert_eq!(first, format!("{}{}c", "a".repeat(5), "b".repeat(11)));
}

#[test]
fn a_letter_that_failed_goes_behind_those_that_wait_and_is_tried_by_itself() {
    let (house, server) = house_with(Closed::Clear);
    queue(&house, 1, ("never1@example.jp", &letter("renewal_due")));
    queue(&house, 2, ("later1@example.jp", &letter("renewal_due")));
    queue(&house, 3, (ADDRESS, &letter("renewal_due")));
    let _desk = house.serve("desk.sock");
    until("the letter that was told to come later", || {
        (recipients(&server) == [ADDRESS, "later1@example.jp"]).then_some(())
    });
    let named = server.named();
    assert_eq!(&named[..3], ["never1@example.jp", "later1@example.jp", ADDRESS]);
    let waiting = house.done("mail show 1");
    assert_eq!(waiting["state"], "queued");
    assert_eq!(waiting["problem"], "later: transient error (451): 4.7.1 come again later");
    assert!(waiting["next_at"].is_string(), "{waiting}");
    let sent = until("it to be recorded", || Some(house.done("mail show 3")).filter(|mail| mail["state"] == "sent"));
    assert_eq!((&sent["next_at"], &sent["tries"]), (&Json::Null, &json!(1)));
}

#[test]
fn a_letter_is_tried_for_seven_days_and_its_end_is_told_everywhere() {
    for house in House::both() {
        let house = house.furnish();
        let mut server = MailServer::away(Closed::Clear, &house.folder);
        server.come();
        house.send_through(&server, Closed::Clear);
        queue(&house, 1, ("never1@example.jp", &letter("renewal_due")));
        queue(&house, 2, ("never2@example.jp", &letter("renewal_due")));
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
        house.meddle(&format!("UPDATE mails SET queued_at = {} WHERE mail = 1", now - 7 * 86_400));
        house.meddle(&format!("UPDATE mails SET queued_at = {} WHERE mail = 2", now - 7 * 86_400 + 3_600));
        let desk = house.serve("desk.sock");
        let ended = until("the end", || Some(house.done("mail show 1")).filter(|mail| mail["state"] == "given_up"));
        assert_eq!((&ended["next_at"], &ended["tries"]), (&Json::Null, &json!(1)));
        let young = until("a try", || Some(house.done("mail show 2")).filter(|mail| !mail["problem"].is_null()));
        assert_eq!(young["state"], "queued");
        assert_eq!(house.done("mail list --state given-up").as_array().unwrap().len(), 1);
        assert_eq!(house.done("mail list --state refused"), json!([]));
        assert_eq!(house.answer("SELECT COUNT(*) FROM events WHERE action = 'mail.given-up'"), "1");
        let metrics = house.program("curl", "-s --unix-socket desk.sock http://desk/metrics");
        assert!(metrics.contains("ca_mails_total{kind=\"renewal_due\",outcome=\"given_up\"} 1"), "{metrics}");
        let told = house.done("doctor");
        let codes: Vec<_> = told["findings"].as_array().unwrap().iter().map(|finding| &finding["code"]).collect();
        assert!(codes.contains(&&json!("mail_given_up")) && codes.contains(&&json!("mail_waiting")), "{told}");
        assert_eq!(told["sound"], true);
        let shown = house.run(&["--config", "ca/ca.toml", "--operator", "setup", "mail", "list"]);
        assert!(shown.out.contains("7日間試してあきらめた") && shown.out.contains("いまは受け取れないと"), "{shown:?}");
        // An operator who tries again gives it another seven days.
        house.done("mail retry 1");
        let again = until("another try", || {
            Some(house.done("mail show 1")).filter(|mail| mail["state"] == "queued" && mail["tries"] == json!(1))
        });
        assert!(again["tried_since"].is_string(), "{again}");
        drop(desk);
    }
}

#[test]
fn a_server_of_before_ehlo_is_spoken_to_in_its_own_words_on_this_machine_alone() {
    let (house, server) = house_with(Closed::Old);
    queue(&house, 1, (ADDRESS, &letter("device_on_hold")));
    queue(&house, 2, (ADDRESS, &letter("renewal_due")));
    let desk = house.serve("desk.sock");
    assert_eq!(server.keeps(2).len(), 2);
    drop(desk);

    // Where TLS or a login is required, nothing is said to it, and the reason is told in Japanese.
    let house = House::furnished();
    house.configure(&format!("[mail]\nsmtp = \"smtp://127.0.0.1:{}\"", server.port));
    queue(&house, 1, (ADDRESS, &letter("device_on_hold")));
    let _desk = house.serve("desk.sock");
    until("a problem", || {
        let problem = house.done("mail show 1")["problem"].as_str().map(str::to_owned)?;
        problem.starts_with("no_ehlo: ").then_some(())
    });
    let shown = house.run(&["--config", "ca/ca.toml", "--operator", "setup", "mail", "show", "1"]);
    assert!(shown.out.contains("EHLO を知らないため、暗号化もログインもできません"), "{shown:?}");
    assert_eq!(server.kept().len(), 2);
}

#[test]
fn a_house_whose_server_is_away_waits_for_seconds_and_says_why_of_every_letter() {
    let house = House::furnished();
    let mut server = MailServer::away(Closed::Clear, &house.folder);
    house.send_through(&server, Closed::Clear);
    for number in 1..=5 {
        queue(&house, number, (ADDRESS, &letter("renewal_due")));
    }
    let _desk = house.serve("desk.sock");
    until("every letter to say why", || {
        let waiting = house.done("mail list --state queued");
        let said = |mail: &Json| mail["problem"].as_str().is_some_and(|problem| problem.starts_with("connect: "));
        waiting.as_array().unwrap().iter().all(said).then_some(())
    });
    server.come();
    within(Duration::from_secs(30), "every letter", || (server.kept().len() == 5).then_some(()));
}
