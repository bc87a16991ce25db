//! What is told at pick-up comes out of number and code, and is kept nowhere.
//!
//! The page that shows a file's password and the answer that carries the file are two requests; were
//! the password drawn, it would have to wait somewhere in between. HMAC-SHA256 (RFC 2104) under a key
//! of the desk and the ticket's 80 bits gives the same words to both, also after the desk was started anew.

use aws_lc_rs::hmac;
use zeroize::Zeroizing;

use super::signs::{ConfirmationCode, LossCode, TicketNumber};
use crate::container::FilePassword;

/// Which of the two files that a ticket may give.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Part {
    /// The container that fits the device.
    First,
    /// The other one, 「開けないとき」.
    Other,
}

/// What the desk puts in, so that number and code alone tell nothing: who reads the mail and holds the file would have to
/// find out the code only, which has 50 bits. Does not print and is wiped when dropped.
pub(crate) struct Pepper(Zeroizing<[u8; 32]>);

impl Pepper {
    /// Out of what the desk's key gives for this purpose.
    pub(crate) fn of(octets: [u8; 32]) -> Self {
        Self(Zeroizing::new(octets))
    }
}

impl std::fmt::Debug for Pepper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pepper(…)")
    }
}

/// A number and the code that was shown with it.
pub(crate) type Shown<'a> = (&'a TicketNumber, &'a ConfirmationCode);

/// The password of the file: 70 bits, for whoever lacks the desk's key, the number or the code.
pub(crate) fn file_password(pepper: &Pepper, shown: Shown<'_>, part: Part) -> FilePassword {
    let purpose = match part {
        Part::First => "file password 1",
        Part::Other => "file password 2",
    };
    FilePassword::of(&octets(pepper, shown, purpose))
}

/// The key under which the file waits for a second press.
pub(crate) fn file_key(pepper: &Pepper, shown: Shown<'_>, part: Part) -> Zeroizing<[u8; 32]> {
    let purpose = match part {
        Part::First => "kept file 1",
        Part::Other => "kept file 2",
    };
    octets(pepper, shown, purpose)
}

/// 利用停止コード of the device.
pub(crate) fn loss_code(pepper: &Pepper, shown: Shown<'_>) -> LossCode {
    LossCode::of(&octets(pepper, shown, "loss code"))
}

/// 確認コード that is told again on a reload, and kept nowhere: out of 80 bits that the desk's key gives for the device and
/// the day.
pub(crate) fn code_of(octets: &[u8; 10]) -> ConfirmationCode {
    ConfirmationCode::of(octets)
}

fn octets<const N: usize>(pepper: &Pepper, (number, code): Shown<'_>, purpose: &str) -> Zeroizing<[u8; N]> {
    let desk = hmac::Key::new(hmac::HMAC_SHA256, pepper.0.as_slice());
    let key = hmac::sign(&desk, number.signs().as_bytes());
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_ref());
    let said = Zeroizing::new(format!("sekisho pick-up\0{purpose}\0{}", code.signs()));
    let tag = hmac::sign(&key, said.as_bytes());
    let mut octets = Zeroizing::new([0; N]);
    octets.copy_from_slice(&tag.as_ref()[..N]);
    octets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_ticket_gives_the_same_words_and_no_two_purposes_share_one() {
        let pepper = Pepper::of([1; 32]);
        let number = TicketNumber::typed("abcdefghijkmnpqr").unwrap();
        let code = ConfirmationCode::typed("abcde-fghi9").unwrap();
        let told = |part| file_password(&pepper, (&number, &code), part).reveal().to_owned();
        assert_eq!(told(Part::First), told(Part::First));
        assert_ne!(told(Part::First), told(Part::Other));
        assert_eq!(told(Part::First).len(), 16);
        let other = ConfirmationCode::typed("abcde-fghi8").unwrap();
        assert_ne!(told(Part::First), file_password(&pepper, (&number, &other), Part::First).reveal());
        let loss = loss_code(&pepper, (&number, &code)).reveal();
        assert_eq!(loss.len(), 11);
        assert!(!told(Part::First).contains(loss.split('-').next().unwrap()));
        let key = |part| *file_key(&pepper, (&number, &code), part);
        assert_ne!(key(Part::First), key(Part::Other));
    }

    #[test]
    fn number_and_code_tell_nothing_without_the_desks_key() {
        let number = TicketNumber::typed("abcdefghijkmnpqr").unwrap();
        let code = ConfirmationCode::typed("abcde-fghi9").unwrap();
        let (one, other) = (Pepper::of([1; 32]), Pepper::of([2; 32]));
        let shown = (&number, &code);
        assert_ne!(
            file_password(&one, shown, Part::First).reveal(),
            file_password(&other, shown, Part::First).reveal()
        );
        assert_ne!(*file_key(&one, shown, Part::First), *file_key(&other, shown, Part::First));
        assert_ne!(loss_code(&one, shown).reveal(), loss_code(&other, shown).reveal());
        assert_eq!(format!("{one:?}"), "Pepper(…)");
    }
}
