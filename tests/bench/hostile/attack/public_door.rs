//! Two addresses send files to the public door that stop one octet before their end. One that is answered begins anew.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout_at};

use super::{Assault, SOURCES, Told, ready};
use crate::dial::{Certificate, Dialer, Speech};
use crate::wire::AGAIN;

/// Files at a time from one address.
const OF_EACH: usize = 32;
/// The largest file the public door takes.
const FILE: usize = 1 << 20;

pub(super) async fn run(assault: Assault) -> io::Result<Told> {
    let held = Arc::new(AtomicU64::new(0));
    let mut uploading = JoinSet::new();
    for source in &SOURCES[..2] {
        let dialer = Dialer::of(&assault.env, "HELP_URL", Certificate::Nobody, *source)?;
        for _ in 0..OF_EACH {
            uploading.spawn(upload(dialer.clone(), assault.until, Arc::clone(&held)));
        }
    }
    ready();
    let (mut seen, mut looks) = (0, 0);
    while !assault.is_over() {
        seen += held.load(Relaxed);
        looks += 1;
        sleep(AGAIN * 5).await;
    }
    let mut begun = 0;
    while let Some(of_one) = uploading.join_next().await {
        begun += of_one.unwrap_or_default();
    }
    let told = json!({ "held_on_average": seen / looks.max(1), "begun": begun });
    Ok(told.as_object().cloned().unwrap_or_default())
}

async fn upload(dialer: Dialer, until: Instant, held: Arc<AtomicU64>) -> u64 {
    let head = format!(
        "POST /apply HTTP/1.1\r\nhost: {}\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: {FILE}\r\n\r\n",
        dialer.authority()
    );
    let file = vec![b'x'; FILE - 1];
    let mut begun = 0;
    while Instant::now() < until {
        let sent = async {
            let mut tls = dialer.tls(Speech::H1).await?;
            tls.write_all(head.as_bytes()).await?;
            tls.write_all(&file).await?;
            tls.flush().await?;
            io::Result::Ok(tls)
        };
        if let Ok(Ok(mut tls)) = timeout_at(until, sent).await {
            begun += 1;
            held.fetch_add(1, Relaxed);
            let _ = timeout_at(until, tls.read(&mut [0; 1024])).await;
            held.fetch_sub(1, Relaxed);
        }
        sleep(AGAIN).await;
    }
    begun
}
