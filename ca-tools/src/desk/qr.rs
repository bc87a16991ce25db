//! An address as a picture that a telephone's camera reads (ISO/IEC 18004), drawn as one SVG path.

use std::fmt::Write;

use qrcodegen::{QrCode, QrCodeEcc};

use super::spoken::say;

/// Modules of silence around it (ISO/IEC 18004 §5.3.8).
const QUIET: i32 = 4;

/// The SVG of this address; `None` where it is too long for any.
pub(crate) fn qr(address: &str) -> Option<String> {
    let code = QrCode::encode_text(address, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let start = x;
            while x < code.size() && code.get_module(x, y) {
                x += 1;
            }
            if x > start {
                let _ = write!(path, "M{} {}h{}v1H{}z", start + QUIET, y + QUIET, x - start, start + QUIET);
            }
            x += 1;
        }
    }
    let side = code.size() + 2 * QUIET;
    let name = say("このページのQRコード", "このページのQRコード", "QR code of this page");
    Some(format!(
        "<svg viewBox=\"0 0 {side} {side}\" role=\"img\" aria-label=\"{name}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_becomes_a_small_picture_and_a_novel_does_not() {
        let svg = qr("https://help.kashiwani.example.jp/pickup?number=abcd-efgh-ijkm-npqr").unwrap();
        assert!(svg.starts_with("<svg viewBox=\"0 0 ") && svg.len() < 8_000, "{}", svg.len());
        assert!(qr(&"x".repeat(5_000)).is_none());
    }
}
