//! Every field, and every wish, that cannot stand as it is.

use super::{Malformed, device, person};
use crate::application::{Detail, RoomFact};
use crate::spelling;

every!(malformed: Malformed {
    Malformed::AlreadyHeld(_) => [Malformed::AlreadyHeld("I-000001".to_owned())],
    Malformed::NotHeld(_) => [Malformed::NotHeld("I-000001".to_owned())],
    Malformed::MonthBefore(_) => [Malformed::MonthBefore("2026-01".to_owned())],
    Malformed::MonthNotOver(_) => [Malformed::MonthNotOver("2026-01".to_owned())],
    Malformed::NoInspector => [Malformed::NoInspector],
    Malformed::ReportToCome => [Malformed::ReportToCome],
    Malformed::MonthReviewed(..) => [Malformed::MonthReviewed("2026-01".to_owned(), "1".to_owned())],
    Malformed::BothWays(_) => [Malformed::BothWays(person())],
    Malformed::DayToCome(_) => RoomFact::ALL.map(Malformed::DayToCome),
    Malformed::DeviceWithoutLabel => [Malformed::DeviceWithoutLabel],
    Malformed::EndIsPast => [Malformed::EndIsPast],
    Malformed::HoldToCome(_) => ["2027-01-01".parse().map(Malformed::HoldToCome).unwrap()],
    Malformed::HouseInUse => [Malformed::HouseInUse],
    Malformed::MailIsOver => [Malformed::MailIsOver],
    Malformed::NoAuthority(_) => [Malformed::NoAuthority("1".to_owned())],
    Malformed::NoDay(_) => RoomFact::ALL.map(Malformed::NoDay),
    Malformed::NoRole(_) => [Malformed::NoRole("1".to_owned())],
    Malformed::NobodyConsented => [Malformed::NobodyConsented],
    Malformed::NobodyInvited => [Malformed::NobodyInvited],
    Malformed::NobodyLeft(_) => [Malformed::NobodyLeft(device())],
    Malformed::NothingChanges => [Malformed::NothingChanges],
    Malformed::NotPassed => [Malformed::NotPassed],
    Malformed::OfficeWithout(_) => [Malformed::OfficeWithout(Detail::Name)],
    Malformed::PersonWithoutName => [Malformed::PersonWithoutName],
    Malformed::ReaderOfFile => [Malformed::ReaderOfFile],
    Malformed::RoomLacks(_) => RoomFact::ALL.map(Malformed::RoomLacks),
    Malformed::RoomWithoutName => [Malformed::RoomWithoutName],
    Malformed::SameDevice(_) => [Malformed::SameDevice(device())],
    Malformed::ServesEveryone(_) => [Malformed::ServesEveryone(device())],
    Malformed::Strange(..) => [Malformed::Strange("--name", spelling::line("\u{202e}").unwrap_err())],
    Malformed::TicketIsDead(_) => [Malformed::TicketIsDead("T-1".to_owned())],
    Malformed::TicketIsOver(_) => [Malformed::TicketIsOver("T-1".to_owned())],
    Malformed::TooLong(..) => [Malformed::TooLong("--name", 200)],
    Malformed::TooManyInvited(_) => [Malformed::TooManyInvited(60)],
});
