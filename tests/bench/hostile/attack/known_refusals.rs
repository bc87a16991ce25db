//! A device that is suspended, so that it is known and always refused, asks as fast as it is answered.

use std::io;

use serde_json::json;

use super::{Assault, Told, base, ready};
use crate::frames::Head;
use crate::wire::flood;

pub(super) async fn run(assault: Assault) -> io::Result<Told> {
    let dialer = assault.device()?;
    let head = Head::of(&base(&dialer, ("HEAD", "/rooms/none/")));
    ready();
    let ((first, one), (second, other)) =
        tokio::join!(flood(&dialer, &head, assault.until), flood(&dialer, &head, assault.until));
    let told = json!({ "requests": first + second, "connections": one + other });
    Ok(told.as_object().cloned().unwrap_or_default())
}
