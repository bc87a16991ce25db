//! Whoever reads the registry, its files or its backup reads no secret of a letter, and sends none elsewhere.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;

use serde_json::{Value as Json, json};
use servers::blocking::until;
use servers::mail::{Closed, MailServer, header, letters_in};

use super::letters::{ADDRESS, NUMBER, letter, queue};
use crate::fixtures::house::{House, Told};

/// A house with a queued letter that holds the number of a ticket; that number, and the code.
pub(crate) fn with_ticket(house: House) -> (House, [String; 2]) {
    let house = house.furnish();
    house.done("office update 1272200001 --mail yamada@example.jp");
    let ticket = house.done("ticket issue --device DEV-000001 --application A-9");
    let code = ticket["confirmation_code"].as_str().unwrap().to_owned();
    assert_eq!((code.len(), &ticket["number"]), (11, &Json::Null), "{ticket}");
    let letters = house.letters();
    let (_, _, facts) = letters.iter().find(|(kind, ..)| kind == "ticket_issued").unwrap();
    let facts: Json = serde_json::from_str(facts).unwrap();
    let number = facts["number"].as_str().unwrap().to_owned();
    assert_eq!(number.len(), 19, "{facts}");
    (house, [number, code])
}

/// Whether it stands there as it is told, or its signs alone.
pub(crate) fn holds(file: &Path, secret: &str) -> bool {
    let octets = std::fs::read(file).unwrap();
    let stands = |text: &str| octets.windows(text.len()).any(|window| window == text.as_bytes());
    stands(secret) || stands(&secret.replace('-', ""))
}

#[test]
fn the_number_of_a_ticket_stands_nowhere_in_the_registry_or_its_backup_and_arrives() {
    for house in House::both() {
        let (house, secrets) = with_ticket(house);
        house.done("backup --out whole");
        let mut looked_at = 0;
        for path in letters_in(&house.folder.join("ca")).into_iter().chain([house.folder.join("whole")]) {
            if path.is_file() {
                looked_at += 1;
                assert!(!secrets.iter().any(|secret| holds(&path, secret)), "{}", path.display());
            }
        }
        assert!(looked_at > 5);
        let told = house.ask("SELECT letter FROM mails WHERE kind = 'ticket_issued'");
        let [number, _] = secrets;
        assert!(told.starts_with("sealed:1:") && !told.contains(&number), "{told}");
        for line in ["mail list", "mail show 1", "mail show 2", "audit verify", "doctor"] {
            assert!(!house.tell(line).out.contains(&number), "{line}");
        }
        let _desk = house.serve("desk.sock");
        until("the letter", || {
            let files = letters_in(&house.folder.join("ca/outbox"));
            files.iter().any(|file| holds(file, &number)).then_some(())
        });
        assert_eq!(house.done("doctor")["sound"], true);
    }
}

#[test]
fn a_letter_moved_to_another_recipient_is_sent_to_nobody_and_that_is_told() {
    for house in House::both() {
        let (house, [number, _]) = with_ticket(house);
        let mut server = MailServer::away(Closed::Clear, &house.folder);
        server.come();
        house.send_through(&server, Closed::Clear);
        // As its own row, and as the letter of one that somebody asked for.
        house.meddle("UPDATE mails SET recipient = 'thief@example.com' WHERE kind = 'ticket_issued'");
        queue(&house, 90, ("thief@example.com", &letter("confirm_address")));
        house.meddle(
            "UPDATE mails SET letter = (SELECT letter FROM mails WHERE kind = 'ticket_issued') WHERE mail = 90",
        );
        let _desk = house.serve("desk.sock");
        let refused = until("both to be refused", || {
            Some(house.done("mail list --state refused")).filter(|list| list.as_array().unwrap().len() == 2)
        });
        for mail in refused.as_array().unwrap() {
            assert!(mail["problem"].as_str().unwrap().starts_with("sealed: "), "{mail}");
        }
        assert!(server.kept().iter().all(|message| header(message, "To") != "thief@example.com"));
        assert!(server.named().iter().all(|address| address != "thief@example.com"), "{number}");
        let told = house.tell("doctor");
        assert!(told.code == 1 && told.out.contains("mail_key_lost"), "{told:?}");
    }
}

#[test]
fn letters_that_were_queued_in_the_open_are_sealed_when_a_desk_opens_and_sent() {
    for house in House::both() {
        let house = house.furnish();
        let mut server = MailServer::away(Closed::Clear, &house.folder);
        house.send_through(&server, Closed::Clear);
        queue(&house, 1, (ADDRESS, &letter("ticket_issued")));
        queue(&house, 2, (ADDRESS, &letter("ticket_issued")));
        house.meddle("UPDATE mails SET state = 'refused', ended_at = queued_at WHERE mail = 2");
        assert!(house.ask("SELECT letter FROM mails").contains(NUMBER));
        let _desk = house.serve("desk.sock");
        until("both to be sealed", || (!house.ask("SELECT letter FROM mails").contains(NUMBER)).then_some(()));
        server.come();
        house.done("mail retry 2");
        assert_eq!(server.keeps(2).len(), 2);
    }
}

#[test]
fn a_key_that_was_lost_is_told_and_a_letter_is_sent_once_it_is_back() {
    let (house, [number, _]) = with_ticket(House::new());
    let key = house.folder.join("ca/mail.key");
    assert_eq!(key.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(key.metadata().unwrap().len(), 32);
    let kept = std::fs::read(&key).unwrap();
    std::fs::remove_file(&key).unwrap();
    let told = house.tell("doctor");
    assert!(told.code == 1 && told.out.contains("mail_key_lost") && told.out.contains("mail.key"), "{told:?}");
    assert!(!key.exists(), "looking makes no key");
    // The desk opens all the same, with a new key for what comes.
    let mut desk = house.serve("desk.sock");
    let refused = |mail: &Json| mail["kind"] == "ticket_issued" && mail["state"] == "refused";
    let mail = until("the letter to be refused", || {
        let mails = house.done("mail list");
        mails.as_array().unwrap().iter().find(|mail| refused(mail)).map(|mail| mail["mail"].to_string())
    });
    let shown = house.run(&["--config", "ca/ca.toml", "--operator", "setup", "mail", "show", &mail]);
    assert!(shown.out.contains("mail.key を控えから戻し"), "{shown:?}");
    desk.kill();
    house.secret("ca/mail.key", "");
    std::fs::write(&key, &kept).unwrap();
    house.done(&format!("mail retry {mail}"));
    let _desk = house.serve("desk.sock");
    until("the letter", || {
        letters_in(&house.folder.join("ca/outbox")).iter().any(|file| holds(file, &number)).then_some(())
    });
}

#[test]
fn a_key_or_a_password_that_others_can_read_is_refused_with_what_to_do() {
    let house = House::furnished();
    let open = |name: &str| {
        std::fs::set_permissions(house.folder.join(name), std::fs::Permissions::from_mode(0o640)).unwrap();
    };
    open("ca/mail.key");
    house.done("office update 1272200001 --contact 山田");
    // Nothing is changed untold: what would be told by mail is refused, and nothing else.
    let told = house.tell("office update 1272200001 --mail yamada@example.jp");
    assert_eq!((told.code, &told.json()["refused"]), (1, &json!("mail_key")), "{told:?}");
    assert!(told.err.contains("mail.key") && told.err.contains("0600"), "{told:?}");
    assert_eq!(house.done("office show 1272200001")["mail"], "");
    let path = house.folder.join("ca/mail.key");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();

    let server = MailServer::away(Closed::StartTls, &house.folder);
    house.send_through(&server, Closed::StartTls);
    open("mail-password");
    house.configure("[desk]\njwks_file = \"../jwks.json\"\nissuer = \"https://gate\"");
    std::fs::write(house.folder.join("jwks.json"), "{\"keys\":[]}").unwrap();
    let mut desk = house.command(&["--config", "ca/ca.toml", "serve", "--socket", "desk.sock"]);
    let mut desk = desk.stderr(Stdio::piped()).spawn().unwrap();
    until("it ends", || desk.try_wait().unwrap());
    let told = Told::of(desk.wait_with_output().unwrap());
    assert_eq!(told.code, 2, "{told:?}");
    assert!(told.err.contains("mail-password") && told.err.contains("chmod 600"), "{told:?}");
}
