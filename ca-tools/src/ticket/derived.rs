//! What is told at pick-up comes out of number and code, and is kept nowhere.
//!
//! The page that shows a file's password and the answer that carries the file are two requests; were
//! the password drawn, it would have to wait somewhere in between. HMAC-SHA256 (RFC 2104) under the
//! ticket's 80 bits gives the same words to both, also after the desk was started anew.

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

/// The password of the file: 70 bits.
pub(crate) fn file_password(number: &TicketNumber, code: &ConfirmationCode, part: Part) -> FilePassword {
    let purpose = match part {
        Part::First => "file password 1",
        Part::Other => "file password 2",
    };
    FilePassword::of(&octets(number, code, purpose))
}

/// 利用停止コード of the device.
pub(crate) fn loss_code(number: &TicketNumber, code: &ConfirmationCode) -> LossCode {
    LossCode::of(&octets(number, code, "loss code"))
}

/// 確認コード that is told again on a reload, and kept nowhere: out of 80 bits that the desk's key gives for the device and
/// the day.
pub(crate) fn code_of(octets: &[u8; 10]) -> ConfirmationCode {
    ConfirmationCode::of(octets)
}

fn octets<const N: usize>(number: &TicketNumber, code: &ConfirmationCode, purpose: &str) -> Zeroizing<[u8; N]> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, number.signs().as_bytes());
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
        let number = TicketNumber::typed("abcdefghijkmnpqr").unwrap();
        let code = ConfirmationCode::typed("abcde-fghi9").unwrap();
        let told = |part| file_password(&number, &code, part).reveal().to_owned();
        assert_eq!(told(Part::First), told(Part::First));
        assert_ne!(told(Part::First), told(Part::Other));
        assert_eq!(told(Part::First).len(), 16);
        let other = ConfirmationCode::typed("abcde-fghi8").unwrap();
        assert_ne!(told(Part::First), file_password(&number, &other, Part::First).reveal());
        let loss = loss_code(&number, &code).reveal();
        assert_eq!(loss.len(), 11);
        assert!(!told(Part::First).contains(loss.split('-').next().unwrap()));
    }
}
