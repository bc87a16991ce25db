//! One person, on one device, logs in again and again with the right password, and never out.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::{Assault, Told, ready};
use crate::ask;
use crate::dial::Dialer;
use crate::environment::Environment;
use crate::wire::AGAIN;

/// Logins at a time: a device's share of the password pool is spent by fewer.
const AT_A_TIME: usize = 32;
/// Sessions that are looked at afterwards.
const LOOKED_AT: usize = 400;

pub(super) async fn run(assault: Assault) -> io::Result<Told> {
    let dialer = assault.device()?;
    let cookies: Arc<Mutex<Vec<String>>> = Arc::default();
    let mut asking = JoinSet::new();
    for _ in 0..AT_A_TIME {
        asking.spawn(log_in(assault.env.clone(), dialer.clone(), assault.until, Arc::clone(&cookies)));
    }
    ready();
    while asking.join_next().await.is_some() {}
    let cookies = cookies.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let looked_at = cookies.len().min(LOOKED_AT);
    let live = alive(&dialer, &cookies[cookies.len() - looked_at..]).await?;
    let told = json!({ "logins": cookies.len(), "looked_at": looked_at, "live_sessions": live });
    Ok(told.as_object().cloned().unwrap_or_default())
}

async fn log_in(env: Environment, dialer: Dialer, until: Instant, cookies: Arc<Mutex<Vec<String>>>) {
    while Instant::now() < until {
        match ask::login(&env, &dialer, ("OTHER_LOGIN_ID", "OTHER_PASSWORD")).await {
            Ok(cookie) => cookies.lock().unwrap_or_else(PoisonError::into_inner).push(cookie),
            Err(_) => sleep(AGAIN).await,
        }
    }
}

/// How many of these sessions still open something: what is there for whoever is logged in, and for nobody else.
async fn alive(dialer: &Dialer, cookies: &[String]) -> io::Result<usize> {
    let kept = ask::keep(dialer).await?;
    let mut live = 0;
    for cookie in cookies {
        let request = ask::get_on(dialer, "/.gateway/password", cookie)?;
        live += usize::from(ask::ask_on(kept.clone(), request).await.is_ok_and(|answer| answer.status == 200));
    }
    Ok(live)
}
