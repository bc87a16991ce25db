//! The numbers, names and days of a letter once more, under what it says in short: whoever reads that alone has to know what it
//! is about, until when, and where to go.

use certs::Timestamp;
use pages::{Language, calendar};
use registry::change::RevokedReason;

use super::application::{ApplicationStep, NextStep};
use super::facts::{DeviceFacts, Hold};
use super::letter::Letter;
use super::letterhead::Letterhead;
use super::unanswered::Unanswered;
use crate::application::{Item, Kind};
use crate::calendar::{day, last_day, minute};
use crate::language::reason_in_japanese;

/// One of them: what it is called and what it says, in やさしい日本語 and in English.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct ShortFact {
    pub(super) easy: (&'static str, String),
    pub(super) english: (&'static str, String),
}

/// The same in both.
fn same((easy, english): (&'static str, &'static str), text: impl Into<String>) -> ShortFact {
    let text = text.into();
    ShortFact { easy: (easy, text.clone()), english: (english, text) }
}

/// A sentence of ours.
fn told((easy, english): (&'static str, &'static str), said: (&str, &str)) -> ShortFact {
    ShortFact { easy: (easy, said.0.to_owned()), english: (english, said.1.to_owned()) }
}

fn moment(name: (&'static str, &'static str), second: i64) -> ShortFact {
    let at = Timestamp::from_unix(second);
    ShortFact { easy: (name.0, minute(at)), english: (name.1, calendar::minute(Language::English, at)) }
}

fn on_day(name: (&'static str, &'static str), second: i64) -> ShortFact {
    let at = Timestamp::from_unix(second);
    ShortFact { easy: (name.0, day(at)), english: (name.1, calendar::day(Language::English, at)) }
}

fn of_device(device: &DeviceFacts) -> ShortFact {
    let DeviceFacts { device, label, .. } = device;
    ShortFact { easy: ("端末", format!("{label}（{device}）")), english: ("Device", format!("{label} ({device})")) }
}

const PAGE: (&str, &str) = ("ページ", "Page");
const UNTIL: (&str, &str) = ("いつまで", "Until");
const WHEN: (&str, &str) = ("いつ", "When");
const NEXT: (&str, &str) = ("次にすること", "What to do");
const WHY: (&str, &str) = ("理由", "Reason");
const NUMBER: (&str, &str) = ("番号", "Number");
const OFFICE: (&str, &str) = ("事業所番号", "Office number");
const LAST: (&str, &str) = ("最後の日", "Last day");
const PICK_UP: (&str, &str) = ("取得用番号", "Pick-up number");
const COUNT: (&str, &str) = ("いくつ", "How many");

/// What of this letter its reader needs.
#[expect(clippy::too_many_lines, reason = "one table: a row a letter")]
pub(super) fn short_facts(letter: &Letter, head: &Letterhead<'_>) -> Vec<ShortFact> {
    let help = |page: &str| same(PAGE, format!("{}{page}", head.links.help));
    let office = |page: &str| same(PAGE, head.links.office_page(page));
    match letter {
        Letter::TicketIssued { device, number, until } | Letter::RenewalAfterEnd { device, number, until } => {
            let page = help(&format!("/pickup?number={number}"));
            vec![of_device(device), same(PICK_UP, number), moment(UNTIL, *until), page]
        }
        Letter::CertificateWorks { device, not_after } => vec![of_device(device), on_day(LAST, *not_after)],
        Letter::RenewalDue { device, not_after, .. } => {
            vec![of_device(device), on_day(LAST, *not_after), office("renew")]
        }
        Letter::CertificateRevoked { device, at, reason } => {
            vec![of_device(device), moment(WHEN, *at), revoked(reason), help("/apply")]
        }
        Letter::DeviceOnHold { device, at } | Letter::DeviceResumed { device, at } => {
            vec![of_device(device), moment(WHEN, *at)]
        }
        Letter::Application { application, step } => {
            let mut facts = vec![same(("申請番号", "Application number"), &application.application)];
            let kind = Kind::ALL.iter().find(|kind| kind.japanese() == application.kind);
            facts.extend(
                kind.map(|kind| told(("申請の種類", "Application"), (kind.japanese(), kind.name(Language::English)))),
            );
            facts.extend(application.device.as_ref().map(|device| ShortFact {
                easy: ("端末", format!("{}（{}）", device.label, device.number)),
                english: ("Device", format!("{} ({})", device.label, device.number)),
            }));
            facts.extend(decided(step, head));
            facts
        }
        Letter::ConfirmAddress { token, until, .. } => {
            vec![moment(UNTIL, *until), help(&format!("/apply/form?t={token}"))]
        }
        Letter::ApplyByLogin { .. } => vec![office("apply")],
        Letter::UsedElsewhere { device, at, hold, .. } => {
            let mut facts = vec![of_device(device), moment(WHEN, *at)];
            facts.extend(match hold {
                Hold::Held => Some(told(
                    NEXT,
                    ("端末を止めました。柏市へ電話してください。", "The device is on hold. Please call Kashiwa City."),
                )),
                Hold::NotHeld => None,
            });
            facts
        }
        Letter::RoomInvited { login_id, room, until, .. }
        | Letter::InvitationExtended { login_id, room, until, .. } => vec![
            same(("だれ", "Who"), login_id),
            same(("部屋の番号", "Room number"), room),
            invited_until(*until),
            same(PAGE, format!("{}/rooms/{room}", head.links.service)),
        ],
        Letter::OfficeClosed { office: closed, at, replaced_by, .. } => {
            let mut facts = vec![same(OFFICE, &closed.number), moment(WHEN, *at)];
            if let Some(new) = replaced_by {
                let apply =
                    ("新しい番号で、申請してください。", "Please apply for IDs and devices under the new number.");
                facts.extend([same(("新しい事業所番号", "New office number"), new), told(NEXT, apply), help("/apply")]);
            }
            facts
        }
        Letter::StatusReportDue { office: asked, due, .. } => {
            vec![same(OFFICE, &asked.number), on_day(LAST, *due), office("campaign")]
        }
        Letter::StatusReportUnanswered { office: asked, what, people, devices } => {
            let mut facts = vec![same(OFFICE, &asked.number), counted(people.len() + devices.len())];
            facts.extend(follows(*what, head));
            facts
        }
        Letter::OfficeMailChanged { before, after, at, .. } => vec![
            moment(WHEN, *at),
            same(("前のメールアドレス", "Mail address before"), before),
            same(("新しいメールアドレス", "New mail address"), after),
        ],
        Letter::OfficeOnHold { office: held, at } | Letter::OfficeResumed { office: held, at } => {
            vec![same(OFFICE, &held.number), moment(WHEN, *at)]
        }
        Letter::PasswordReset { person, at, hold, .. } => {
            let mut facts = vec![same(("だれ", "Who"), person), moment(WHEN, *at)];
            facts.extend(match hold {
                Hold::Held => Some(told(
                    NEXT,
                    ("IDを止めてあります。柏市へ電話してください。", "The ID is on hold. Please call Kashiwa City."),
                )),
                Hold::NotHeld => None,
            });
            facts
        }
        Letter::ProposalWaits { number, touches, until, .. } => vec![
            same(NUMBER, number),
            counted(*touches),
            moment(UNTIL, *until),
            same(PAGE, format!("{}/console/proposals/{number}", head.links.service)),
        ],
        Letter::GlassBroken { number, at, until, .. } => vec![
            same(NUMBER, number),
            moment(WHEN, *at),
            moment(("いつまでに確かめるか", "To be reviewed by"), *until),
            same(PAGE, format!("{}/console/proposals/{number}", head.links.service)),
        ],
        Letter::TrainingHeld { year, on, place, .. } => {
            let mut facts = vec![of_year(*year), on_day(WHEN, *on)];
            facts.extend((!place.is_empty()).then(|| same(("場所", "Where"), place)));
            facts
        }
        Letter::TrainingMissing { year, people, .. } => vec![of_year(*year), counted(people.len()), office("training")],
        Letter::ApprovalEnding { until, devices, .. } => vec![
            counted(devices.len()),
            on_day(LAST, *until),
            told(
                NEXT,
                (
                    "まだ使う端末は、現況届で「継続する」を選んでください。急ぐときは、柏市へ電話してください。",
                    "For devices that go on, choose “Continue” in the yearly report. If it is urgent, please call Kashiwa City.",
                ),
            ),
        ],
    }
}

fn counted(count: usize) -> ShortFact {
    same(COUNT, count.to_string())
}

fn of_year(year: i64) -> ShortFact {
    ShortFact { easy: ("年度", format!("{year}年度")), english: ("Year from April", year.to_string()) }
}

fn revoked(reason: &str) -> ShortFact {
    let Ok(known) = reason.parse::<RevokedReason>() else { return same(WHY, reason) };
    let english = match known {
        RevokedReason::Lost => "lost or stolen",
        RevokedReason::Replaced => "replaced by another device",
        RevokedReason::Left => "its person left or moved",
        RevokedReason::Ended => "no longer used",
        RevokedReason::Other => "other",
    };
    told(WHY, (reason_in_japanese(known), english))
}

fn invited_until(until: Option<i64>) -> ShortFact {
    let Some(until) = until else { return told(UNTIL, ("ありません", "it has no end")) };
    // What ends at midnight lasts until the day before.
    let end = Timestamp::from_unix(until);
    let last = end.plus(-1);
    let whole = day(last) != day(end);
    let english = if whole { calendar::day(Language::English, last) } else { calendar::minute(Language::English, end) };
    ShortFact { easy: (UNTIL.0, last_day(end)), english: (UNTIL.1, english) }
}

fn decided(step: &ApplicationStep, head: &Letterhead<'_>) -> Vec<ShortFact> {
    let because = |why: &String| (!why.is_empty()).then(|| same(WHY, why));
    match step {
        ApplicationStep::Received | ApplicationStep::Inspected => Vec::new(),
        ApplicationStep::NotPassed { failed, why } => {
            let found = (!failed.is_empty()).then(|| ShortFact {
                easy: ("直すところ", failed.join("、")),
                english: (
                    "To be put right",
                    failed.iter().map(|item| Item::in_english(item)).collect::<Vec<_>>().join("; "),
                ),
            });
            let next =
                told(NEXT, ("直してから、柏市へ電話してください。", "Put it right, and then contact Kashiwa City."));
            found.into_iter().chain(because(why)).chain([next]).collect()
        }
        ApplicationStep::Approved { next } => next_step(*next, head),
        ApplicationStep::Rejected { why } => because(why).into_iter().collect(),
    }
}

fn next_step(next: NextStep, head: &Letterhead<'_>) -> Vec<ShortFact> {
    match next {
        NextStep::Told => vec![told(
            NEXT,
            ("することがあるときは、別のメールで知らせます。", "If there is something to do, another mail tells you."),
        )],
        NextStep::PasswordsThenDevices => vec![
            told(
                NEXT,
                (
                    "IDと最初のパスワードを、郵便などで送ります。届いたら、使う端末ごとに、電子証明書を申請してください。",
                    "IDs and first passwords come by post or another way than mail. Then apply for the certificate of each device.",
                ),
            ),
            same(PAGE, format!("{}/apply", head.links.help)),
        ],
        NextStep::Passwords => vec![told(
            NEXT,
            (
                "IDと最初のパスワードを、郵便などで送ります。届いたら、その人に渡してください。",
                "IDs and first passwords come by post or another way than mail. Please give them to their people.",
            ),
        )],
        NextStep::Nothing => vec![told(NEXT, ("することはありません。", "Nothing."))],
    }
}

fn follows(what: Unanswered, head: &Letterhead<'_>) -> Vec<ShortFact> {
    let answer = || same(PAGE, head.links.office_page("campaign"));
    let mut facts = Vec::new();
    match what {
        Unanswered::Warned { suspend_on } => {
            facts.extend(suspend_on.map(|second| on_day(("いつから止まるか", "On hold from"), second)));
            facts.push(told(NEXT, ("すぐに、現況届に答えてください。", "Please answer the yearly report at once.")));
            facts.push(answer());
        }
        Unanswered::OnHold { delete_on } => {
            facts.extend(delete_on.map(|second| on_day(("いつから消すか", "Deleted from"), second)));
            facts.push(told(
                NEXT,
                (
                    "止めました。まだ使うときは、柏市へ電話してください。消したIDは、元に戻せません。",
                    "It is on hold. To go on, please call Kashiwa City. A deleted ID cannot be brought back.",
                ),
            ));
        }
        Unanswered::Deleted => {
            facts.push(told(
                NEXT,
                (
                    "消しました。端末に残っている電子証明書も、消してください。まだ使うときは、新しく申請してください。",
                    "It is deleted. Please delete the certificates that are left on the devices. To go on, apply anew.",
                ),
            ));
            facts.push(same(PAGE, format!("{}/apply", head.links.help)));
        }
        Unanswered::WarningTakenBack => facts.push(told(
            NEXT,
            ("前のメールは、間違いでした。止めません。", "The earlier mail is taken back: nothing is put on hold."),
        )),
        Unanswered::HoldTakenBack => {
            facts.push(told(
                NEXT,
                (
                    "また使えます。まだ答えていないものは、答えてください。",
                    "They can be used again. Please still answer what is not answered.",
                ),
            ));
            facts.push(answer());
        }
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::super::facts::OfficeFacts;
    use super::*;
    use crate::config::{Contact, Links};

    fn device() -> DeviceFacts {
        let word = |text: &str| text.to_owned();
        DeviceFacts { office: word("事"), contact: word("佐"), device: word("DEV-000001"), label: word("青") }
    }

    /// What stands under a letter, in やさしい日本語 and in English.
    fn short(letter: &Letter) -> (String, String) {
        let (telephone, hours) = ("04-7197-1510".to_owned(), "9:00-17:00".to_owned());
        let contact = Contact { telephone, hours, ..Contact::default() };
        let [help, service] = ["https://h.example.jp", "https://s.example.jp"].map(str::to_owned);
        let links = Links { help, service, ..Links::default() };
        let body = letter.written(&Letterhead { contact: &contact, links: &links }).body;
        let (_, short) = body.split_once("\n--------------------\n").unwrap();
        let (easy, english) = short.split_once("\nEnglish: ").unwrap();
        (easy.to_owned(), english.to_owned())
    }

    #[test]
    fn who_reads_the_short_words_alone_knows_what_it_is_about_until_when_and_where_to_go() {
        let (at, number) = (1_795_338_330, "abcd-efgh".to_owned());
        let page = "https://h.example.jp/pickup?number=abcd-efgh";
        for letter in [
            Letter::TicketIssued { device: device(), number: number.clone(), until: at },
            Letter::RenewalAfterEnd { device: device(), number, until: at },
        ] {
            let (easy, english) = short(&letter);
            for fact in ["青（DEV-000001）", "abcd-efgh", "2026年11月22日 18時05分", page, "04-7197-1510（9:00-17:00）"]
            {
                assert!(easy.contains(fact), "{fact}: {easy}");
            }
            for fact in ["青 (DEV-000001)", "abcd-efgh", "22 November 2026, 18:05", page, "04-7197-1510 (9:00-17:00)"]
            {
                assert!(english.contains(fact), "{fact}: {english}");
            }
        }
        let (easy, english) = short(&Letter::RenewalDue { device: device(), not_after: at, days: 30 });
        for text in [&easy, &english] {
            assert!(text.contains("https://s.example.jp/office/renew"), "{text}");
        }
        assert!(easy.contains("2026年11月22日") && english.contains("22 November 2026"), "{easy} {english}");
    }

    #[test]
    fn what_was_not_answered_says_what_follows_when_and_where_it_is_answered() {
        let word = |text: &str| text.to_owned();
        let office = OfficeFacts { number: word("1272200001"), name: word("事"), contact: word("佐") };
        let what = Unanswered::Warned { suspend_on: Some(1_795_338_330) };
        let (people, devices) = (vec![word("佐")], vec![word("青")]);
        let (easy, english) = short(&Letter::StatusReportUnanswered { office, what, people, devices });
        for fact in ["On hold from: 22 November 2026", "1272200001", "https://s.example.jp/office/campaign"] {
            assert!(english.contains(fact), "{fact}: {english}");
        }
        assert!(easy.contains("2026年11月22日") && easy.contains("https://s.example.jp/office/campaign"), "{easy}");
    }

    #[test]
    fn an_invitation_that_ends_at_midnight_lasts_until_the_day_before_in_both() {
        let fact = invited_until(Some(1_795_359_600));
        assert_eq!((fact.easy.1.as_str(), fact.english.1.as_str()), ("2026年11月22日", "22 November 2026"));
        assert_eq!(invited_until(None).english.1, "it has no end");
    }
}
