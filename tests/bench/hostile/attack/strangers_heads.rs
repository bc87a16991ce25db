//! Who has no certificate asks as fast as answers come. Each request is a dozen octets, for its fields stand in the
//! gateway's own table from the first one on; each line tells its whole path.

use std::io;

use serde_json::json;
use tokio::task::JoinSet;

use super::{Assault, SOURCES, Told, base, ready};
use crate::frames::Head;
use crate::wire::flood;

/// As long as a line shows, and short enough for the table.
const PATH: usize = 2_000;

pub(super) async fn run(assault: Assault) -> io::Result<Told> {
    let dialer = assault.nobody()?;
    let path = format!("/{}", "a".repeat(PATH));
    let head = Head::of(&base(&dialer, ("HEAD", &path)));
    let mut flooding = JoinSet::new();
    for source in SOURCES {
        let (dialer, head) = (dialer.from(source), head.clone());
        flooding.spawn(async move { flood(&dialer, &head, assault.until).await });
    }
    ready();
    let (mut requests, mut connections) = (0, 0);
    while let Some(flooded) = flooding.join_next().await {
        let (of_one, opened) = flooded.unwrap_or_default();
        requests += of_one;
        connections += opened;
    }
    let told = json!({ "requests": requests, "connections": connections, "octets_each": 9 + head.again.len() });
    Ok(told.as_object().cloned().unwrap_or_default())
}
