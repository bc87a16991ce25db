//! Old lines of the access log are ended by the policy of `[log]`, each hour and by `gateway log end`; never what is on hold.
//!
//! What is on hold stands in the registry: an incident that is open holds the lines of its time. A registry that does not answer
//! does not say that nothing is: then nothing is ended.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use access_log::{EndedFile, end_old, log_goes_on};
use registry::reader::{ReadRefusal, Reader, Source};

use crate::config::Config;
use crate::gateway::Gateway;

/// How often it is looked for what is older than the policy says: it goes by days.
const LOOKS_FOR_OLD: Duration = Duration::from_secs(3_600);

/// Ends what it is time for; of a dry run nothing is changed.
///
/// # Errors
/// The registry does not say what is on hold, or a file is not ended.
pub async fn end_old_lines(config: &Config, dry: bool) -> Result<Vec<EndedFile>, String> {
    let mut old = config.log.old_lines(&config.name);
    let held = held_from(&config.registry.url).await;
    old.policy.held_from = held.map_err(|why| format!("the registry does not say which lines are on hold: {why}"))?;
    // A file is read whole before it goes, and nobody waits for that.
    let ended = tokio::task::spawn_blocking(move || end_old(&old, SystemTime::now(), dry)).await;
    ended.map_err(|fell| fell.to_string())?.map_err(|why| why.to_string())
}

async fn held_from(url: &str) -> Result<Option<SystemTime>, String> {
    let source: Source = url.parse().map_err(|refused| format!("{refused}"))?;
    let asked = async {
        let mut reader = Reader::open(&source).await?;
        let held = reader.held_from().await?;
        reader.close().await;
        Ok::<_, ReadRefusal>(held)
    };
    let held = asked.await.map_err(|refused| refused.to_string())?;
    // From before there were clocks is from ever.
    let moment = |unix: i64| UNIX_EPOCH + Duration::from_secs(u64::try_from(unix).unwrap_or_default());
    Ok(held.map(|held| moment(held.unix())))
}

/// Ends what it is time for, where the clock by which it is fits what was written before: nothing that is ended comes back.
async fn ended_by_the_clock(config: &Config) -> Result<Vec<EndedFile>, String> {
    if end_old_lines(config, true).await?.is_empty() {
        return Ok(Vec::new());
    }
    let file = config.log.old_lines(&config.name).file;
    let goes_on = tokio::task::spawn_blocking(move || log_goes_on(&file, SystemTime::now())).await;
    if goes_on.map_err(|fell| fell.to_string())?.map_err(|why| why.to_string())? {
        return end_old_lines(config, false).await;
    }
    Err("the clock is months ahead of the lines of before; is it right?".to_owned())
}

/// Does so by the policy in force, for as long as the gateway runs.
pub async fn each_hour(gateway: Arc<Gateway>) {
    let mut hours = tokio::time::interval(LOOKS_FOR_OLD);
    loop {
        hours.tick().await;
        let rules = gateway.rules.load_full();
        match ended_by_the_clock(&rules.config).await {
            Ok(ended) if ended.is_empty() => {}
            Ok(ended) => {
                tracing::info!(files = ended.len(), "old lines of the access log were ended; their heads are kept");
            }
            Err(why) => tracing::warn!(%why, "old lines of the access log wait for the next hour"),
        }
    }
}
