//! Every session that ends leaves one line that says so: why, and how long it lasted.
//!
//! Whoever ends one in a request tells of it there (`serve`). Here are those of which nobody would: left alone for too long,
//! over their longest time, ended by a change of the registry or by the end of a window that stands there, or left untold by a
//! gateway that died. The store gives each to
//! one gateway only. Nothing of it stands in a request's way.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use access_log::{Kind, LeftSession, Line, LogUnavailable, SessionMark};
use certs::{DeviceNo, Timestamp};
use registry::{CertificateState, Snapshot};
use tokio::time::MissedTickBehavior;

use crate::gateway::{Gateway, now};
use crate::policy::{SessionStanding, ended_by_time, session_standing};
use crate::session::{Ended, LivePage, SessionEnd, SessionKey, SessionRecord, StoreSilent, UntoldEnd};

/// How often the store is asked, and how long after a change of the registry at most.
const TICK: Duration = Duration::from_secs(2);
/// When those are looked at again of which it is known in a while only.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// A registry that has not been checked for longer ends nobody's session.
const FRESH: Duration = Duration::from_secs(2);

/// Longer than an end is one gateway's to tell.
const COMES_BACK: Duration = Duration::from_secs(600);

/// What a line says of an end; the rest is whoever's it is who writes it.
pub fn say_of<'a>(line: &mut Line<'a>, key: &SessionKey, record: Option<&'a SessionRecord>) {
    line.session = Some(SessionMark(key.first_octets()));
    let Some(record) = record else {
        line.reason = Some(SessionEnd::Forgotten.reason());
        return;
    };
    line.user = Some(record.login_id().as_str());
    if let Some(ended) = record.ended() {
        line.reason = Some(ended.why.reason());
        let seconds = ended.at.unix().saturating_sub(record.opened_at().unix());
        line.duration_us = Some(u64::try_from(seconds).unwrap_or(0).saturating_mul(1_000_000));
    }
}

/// Tells of ends for as long as the gateway runs.
pub async fn tell(gateway: Arc<Gateway>) {
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // What the gateway before wrote and could not tell the store of any more. It comes back within the time it was given for it.
    let mut told: HashSet<SessionMark> = gateway.log.left().told.iter().copied().collect();
    let begun = Instant::now();
    let mut judged: Option<Judged> = None;
    loop {
        tick.tick().await;
        // Without its line no end is taken from the store, nor brought about.
        if gateway.log.ready().is_err() {
            continue;
        }
        if begun.elapsed() > COMES_BACK {
            told = HashSet::new();
        }
        let newest = gateway.feed.newest().filter(|_| gateway.feed.silent_for(Instant::now()) < FRESH);
        if let Some(registry) = newest
            && judged.is_none_or(|judged| !judged.holds(&registry, now()))
        {
            let (version, at) = (registry.version(), now());
            match end_by_registry(&gateway, (&registry, at)).await {
                Ok(Rest::Settled) => judged = Some(Judged { version, at, again: None }),
                Ok(Rest::Waits) => judged = Some(Judged { version, at, again: Some(Instant::now() + LOOK_AGAIN) }),
                Err(silent) => tracing::debug!(%silent, "sessions cannot be judged by the registry now"),
            }
        }
        if let Err(silent) = tell_due(&gateway, &told).await {
            tracing::debug!(%silent, "ends of sessions cannot be told now");
        }
    }
}

/// Those that time has ended, or that were left untold.
async fn tell_due(gateway: &Gateway, told: &HashSet<SessionMark>) -> Result<(), StoreSilent> {
    let lasting = gateway.rules.load().lasting();
    loop {
        let due = gateway.sessions.due(now(), lasting).await?;
        if due.is_empty() {
            return Ok(());
        }
        let (known, news): (Vec<_>, Vec<_>) =
            due.into_iter().partition(|end| told.contains(&SessionMark(end.key.first_octets())));
        known.iter().for_each(|end| gateway.sessions.told(&end.key));
        write(gateway, &news).await;
    }
}

/// All sessions were judged.
#[derive(Clone, Copy)]
struct Judged {
    /// By this version.
    version: u64,
    /// At this moment.
    at: Timestamp,
    /// When some of them are to be again.
    again: Option<Instant>,
}

impl Judged {
    /// Whether nothing can have ended one since.
    fn holds(&self, registry: &Snapshot, now: Timestamp) -> bool {
        self.version == registry.version()
            && self.again.is_none_or(|again| Instant::now() < again)
            && !ended_by_time(registry, (self.at, now))
    }
}

/// Whether some of them are to be judged once more without a change.
enum Rest {
    Settled,
    Waits,
}

/// Those whose person, window, device or office the registry has ended.
async fn end_by_registry(gateway: &Gateway, (registry, now): (&Arc<Snapshot>, Timestamp)) -> Result<Rest, StoreSilent> {
    let (mut in_service, mut rest) = (None, Rest::Settled);
    let mut page = Some(LivePage::FIRST);
    while let Some(this) = page {
        let (live, next) = gateway.sessions.live_page(this).await?;
        page = next;
        if live.is_empty() {
            continue;
        }
        let in_service = match &in_service {
            Some(known) => known,
            None => match devices_in_service(registry, now).await {
                Some(known) => in_service.insert(known),
                // In doubt nobody's session ends by it; the device is asked after at each request anyway.
                None => return Ok(Rest::Waits),
            },
        };
        let mut ended = Vec::new();
        for record in live {
            let why = match session_standing(&record, registry, in_service, now) {
                SessionStanding::Stands => continue,
                SessionStanding::Waits => {
                    rest = Rest::Waits;
                    continue;
                }
                SessionStanding::Over(why) => why,
            };
            if let Some(record) = gateway.sessions.end(record.key(), Ended { why, at: now }).await? {
                ended.push(UntoldEnd { key: *record.key(), record: Some(record) });
            }
        }
        write(gateway, &ended).await;
    }
    Ok(rest)
}

/// Devices with a certificate that was neither revoked nor followed by another. Whether its days are over is no end of a
/// session: who is in need not notice that theirs was renewed. There may be a million: beside those who serve.
async fn devices_in_service(registry: &Arc<Snapshot>, now: Timestamp) -> Option<HashSet<DeviceNo>> {
    let registry = Arc::clone(registry);
    let counted = tokio::task::spawn_blocking(move || {
        let counts = |state| match state {
            CertificateState::Issued => true,
            CertificateState::Superseded { since, .. } => now < since,
            CertificateState::Revoked => false,
        };
        registry.certificates().filter(|one| counts(one.state)).map(|one| one.device).collect()
    });
    counted.await.inspect_err(|fell| tracing::error!(%fell, "certificates could not be counted")).ok()
}

/// Writes their lines; when the last is on disk, so are all, and the store hears of it.
async fn write(gateway: &Gateway, ends: &[UntoldEnd]) {
    let registry = gateway.feed.newest();
    let mut last: Option<Result<(), LogUnavailable>> = None;
    for (at, end) in ends.iter().enumerate() {
        let record = end.record.as_deref();
        let user = record.and_then(|record| registry.as_ref()?.system_user(record.login_id().as_str()));
        let mut line = Line::of(Kind::SessionEnd, SystemTime::now());
        line.device = record.map(SessionRecord::device);
        line.office = user.map(|user| user.office.as_str());
        say_of(&mut line, &end.key, record);
        if at + 1 < ends.len() {
            gateway.log.append(&line);
        } else {
            last = Some(gateway.log.written(&line).await);
        }
    }
    if let Some(Err(unavailable)) = last {
        // They are not lost: they are written when that is possible again.
        tracing::warn!(%unavailable, "lines of sessions that ended wait for the disk");
    }
    ends.iter().for_each(|end| gateway.sessions.told(&end.key));
}

/// Sessions end with a gateway that kept them in its memory: at its end in order.
pub async fn end_with_us(gateway: &Gateway) {
    if !gateway.sessions.end_with_us() {
        return;
    }
    let Ok((live, _)) = gateway.sessions.live_page(LivePage::FIRST).await else { return };
    let ended = Ended { why: SessionEnd::GatewayEnded, at: now() };
    let mut ends = Vec::new();
    for record in live {
        if let Ok(Some(record)) = gateway.sessions.end(record.key(), ended).await {
            ends.push(UntoldEnd { key: *record.key(), record: Some(record) });
        }
    }
    write(gateway, &ends).await;
}

/// And at the next start where it was killed: its log says who had logged in.
pub fn ended_with_the_last(gateway: &Gateway) {
    if gateway.sessions.end_with_us() {
        for left in &gateway.log.left().logged_in {
            gateway.log.append(&LeftSession::line(left, SessionEnd::GatewayEnded.reason(), SystemTime::now()));
        }
    }
}
