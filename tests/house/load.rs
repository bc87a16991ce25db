//! Clients that ask without end while a test breaks something, and note what each request came to.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use http::Method;
use tokio::task::JoinSet;

use crate::{Answer, Opening, Talk, empty, request};

/// What one request came to.
#[derive(Clone, Debug)]
pub struct Seen {
    /// When it was asked.
    pub asked: Instant,
    /// When its answer, or its end, was there.
    pub told: Instant,
    /// Status and, for a refusal, its reason; `None` for an answer that did not come, or not to its end.
    pub answer: Option<(u16, String)>,
    /// How many octets a whole answer's body had.
    pub octets: usize,
}

/// The clients at work.
#[derive(Debug)]
pub struct Load {
    seen: Arc<Mutex<Vec<Seen>>>,
    over: Arc<AtomicBool>,
    clients: JoinSet<()>,
}

impl Load {
    /// One client for each cookie asks for `target`, again and again, over a connection of its own.
    #[must_use]
    pub fn start(opening: &Opening, host: &str, target: &str, cookies: &[String]) -> Self {
        let (seen, over) = (Arc::default(), Arc::new(AtomicBool::new(false)));
        let mut clients = JoinSet::new();
        for cookie in cookies {
            let client = Client {
                opening: opening.clone(),
                host: host.to_owned(),
                target: target.to_owned(),
                cookie: cookie.clone(),
                seen: Arc::clone(&seen),
                over: Arc::clone(&over),
            };
            clients.spawn(client.ask());
        }
        Self { seen, over, clients }
    }

    /// What was seen so far.
    #[must_use]
    pub fn so_far(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Waits until so many requests in all were answered whole with 200.
    pub async fn passed(&self, count: usize) {
        crate::until("so many requests passed", async || {
            self.so_far().iter().filter(|seen| seen.answer.as_ref().is_some_and(|(status, _)| *status == 200)).count()
                >= count
        })
        .await;
    }

    /// Ends the clients and hands over what they saw.
    pub async fn end(mut self) -> Vec<Seen> {
        self.over.store(true, Ordering::Release);
        while let Some(client) = self.clients.join_next().await {
            client.unwrap();
        }
        self.so_far()
    }
}

struct Client {
    opening: Opening,
    host: String,
    target: String,
    cookie: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    over: Arc<AtomicBool>,
}

impl Client {
    async fn ask(self) {
        let mut talk = None;
        while !self.over.load(Ordering::Acquire) {
            let asked = Instant::now();
            let answer = match talk.take() {
                Some(open) => self.once(open).await,
                None => match Talk::open(&self.opening).await {
                    Ok(open) => self.once(open).await,
                    Err(_) => None,
                },
            };
            let octets = answer.as_ref().map_or(0, |(answer, _)| answer.body.len());
            let seen = answer.map(|(answer, open)| {
                talk = Some(open);
                let reason = if answer.status == 200 { String::new() } else { answer.problem().2 };
                (answer.status.as_u16(), reason)
            });
            let pause = seen.is_none();
            self.seen.lock().unwrap().push(Seen { asked, told: Instant::now(), answer: seen, octets });
            if pause {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        }
    }

    async fn once(&self, mut open: Talk) -> Option<(Answer, Talk)> {
        let request = request(Method::GET, &self.host, &self.target, Some(&self.cookie)).body(empty()).unwrap();
        open.ask(request).await.ok().map(|answer| (answer, open))
    }
}
