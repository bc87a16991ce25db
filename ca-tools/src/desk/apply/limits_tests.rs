//! Who pays for what, as tables.

use certs::Timestamp;
use registry::OfficeNo;

use super::limits::{Addressee, Limits, Sender, TooOften};
use crate::application::{Kind, Mailbox};
use crate::desk::source::Source;

const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);
const HOUR: i64 = 60 * 60;

fn from(address: &str) -> Source {
    Source::of_address(address)
}

fn office(number: u32) -> OfficeNo {
    format!("12722{number:05}").parse().unwrap()
}

fn stranger(address: &str) -> Sender {
    Sender::Stranger(Mailbox::of(address))
}

/// How many of so many go through.
fn through(many: u32, once: impl Fn(u32) -> Result<(), TooOften>) -> usize {
    (0..many).filter(|number| once(*number).is_ok()).count()
}

/// Strangers of so many sources, each as greedy as it may be.
fn crowd(limits: &Limits, sources: u32) {
    for source in 0..sources {
        let source = from(&format!("198.{}.{}.1", 18 + source / 250, source % 250));
        let mailbox = stranger(&format!("{source:?}@crowd.example"));
        while limits.ask(&source, NOW).is_ok() {}
        while limits.keep(&mailbox, &source, NOW).is_ok() {}
    }
}

#[test]
fn one_48_at_full_strength_has_its_share_and_takes_nothing_from_anybody() {
    let limits = Limits::default();
    let of_one_48 = |number: u32| from(&format!("2001:db8:7:{:x}::{number:x}", number % 65_536));
    for (asks, most) in [
        (through(20_000, |number| limits.ask(&of_one_48(number), NOW)), 80),
        (through(20_000, |number| limits.ask_of_office(&of_one_48(number), NOW)), 80),
        (through(20_000, |number| limits.look(&of_one_48(number), NOW)), 1_200),
        (
            through(20_000, |number| limits.keep(&stranger(&format!("a{number}@x.example")), &of_one_48(number), NOW)),
            80,
        ),
    ] {
        assert_eq!(asks, most);
    }
    let honest = from("2001:db8:8::1");
    assert_eq!(limits.ask(&honest, NOW), Ok(()));
    assert_eq!(limits.keep(&stranger("honest@example.jp"), &honest, NOW), Ok(()));
    let wait = limits.ask(&of_one_48(0), NOW).unwrap_err();
    assert!(wait.0 <= 180, "and not until tomorrow: {wait:?}");
}

#[test]
fn one_mailbox_keeps_its_share_of_forms_from_wherever_it_sends_them() {
    let limits = Limits::default();
    let anywhere = |number: u32| from(&format!("198.18.{}.{}", number / 250, number % 250));
    let spelled = |number: u32| stranger(["greedy@x.example", "Greedy+1@X.example"][(number % 2) as usize]);
    assert_eq!(through(2_000, |number| limits.keep(&spelled(number), &anywhere(number), NOW)), 60);
    assert_eq!(limits.keep(&stranger("honest@example.jp"), &anywhere(0), NOW), Ok(()));
}

#[test]
fn a_crowd_of_strangers_leaves_less_to_each_and_nothing_to_nobody() {
    let limits = Limits::default();
    crowd(&limits, 2_000);
    // Whoever comes new is heard at once, and again; not a tenth time in an hour.
    let newcomer = from("192.0.2.1");
    assert_eq!(through(10, |_| limits.ask(&newcomer, NOW)), 2);
    assert_eq!(through(10, |_| limits.keep(&stranger("new@example.jp"), &newcomer, NOW)), 3);
    for (wait, most) in [
        (limits.ask(&newcomer, NOW).unwrap_err(), HOUR / 2),
        (limits.keep(&stranger("another@example.jp"), &newcomer, NOW).err().unwrap_or(TooOften(0)), HOUR),
    ] {
        assert!(wait.0 <= most, "{wait:?}");
    }
    // An office of the registry does not even notice.
    assert_eq!(through(20, |_| limits.ask_of_office(&newcomer, NOW)), 20);
    assert_eq!(through(60, |_| limits.keep(&Sender::Office(office(1)), &newcomer, NOW)), 60);
}

#[test]
fn what_a_stranger_names_pays_for_nothing() {
    let limits = Limits::default();
    let greedy = from("198.18.0.1");
    while limits.look(&greedy, NOW).is_ok() {}
    while limits.ask(&greedy, NOW).is_ok() {}
    while limits.ask_of_office(&greedy, NOW).is_ok() {}
    while limits.keep(&stranger("greedy@x.example"), &greedy, NOW).is_ok() {}
    // Their neighbour behind the same address, with the link that went to their office.
    assert_eq!(limits.judge(&Sender::Office(office(1)), &greedy, NOW), Ok(()));
    assert_eq!(limits.keep(&Sender::Office(office(1)), &greedy, NOW), Ok(()));
}

#[test]
fn a_mailbox_gets_no_more_letters_however_it_is_spelled_and_each_form_and_office_has_its_own() {
    let limits = Limits::default();
    let spelled = ["x@example.jp", "X@example.jp", "x+1@EXAMPLE.jp", "ｘ＠example.jp"];
    let write = |address: &str, office: Option<&OfficeNo>, kind| {
        limits.write_to(Addressee::of(address, office, Some(kind)), NOW).is_ok()
    };
    let first = |address: &&&str| write(address, None, Kind::FirstRegistration);
    assert_eq!(spelled.iter().cycle().take(50).filter(first).count(), 3);
    let (one, other) = (office(1), office(2));
    assert_eq!((0..9).filter(|_| write("x@example.jp", Some(&one), Kind::Ids)).count(), 3);
    assert!(write("x@example.jp", Some(&one), Kind::Certificate), "somebody else's wish is not in its way");
    assert!(write("x@example.jp", Some(&other), Kind::Ids), "nor the neighbour's with the same mailbox");
}

#[test]
fn a_crowd_of_newcomers_washes_no_bound_away() {
    let limits = Limits::default();
    let greedy = from("192.0.2.1");
    while limits.look(&greedy, NOW).is_ok() {}
    let victim = || limits.write_to(Addressee::of("victim@example.jp", None, Some(Kind::FirstRegistration)), NOW);
    while victim().is_ok() {}
    for number in 0..50_000_u32 {
        let _ =
            limits.look(&from(&format!("198.{}.{}.{}", 18 + number / 65_536, number / 256 % 256, number % 256)), NOW);
        let fresh = Addressee::of(&format!("a{number}@x.example"), None, Some(Kind::FirstRegistration));
        let _ = limits.write_to(fresh, NOW);
    }
    assert!(limits.look(&greedy, NOW).is_err() && victim().is_err());
}
