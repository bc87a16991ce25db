//! Carries due letters until the desk closes: one after the other while that goes well, several at once while one is slow.
//!
//! A letter is taken for a while, handed over, and then recorded: dying in between leads to one repeat under the same
//! Message-ID, never to a loss. A letter whose recipient's server fails waits by itself; only where the house's own server
//! cannot be talked to, on a new line while no other stands, do all of them wait.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use lettre::Message;
use lettre::message::Mailbox;
use tokio::sync::watch;
use tokio::task::{self, JoinSet};

use super::envelope::{self, Packing, Sender};
use super::outbox;
use super::server::{MailFileRefusal, Server};
use super::smtp::{HandOver, SmtpSession};
use super::trouble::{Obstacle, Trouble};
use crate::acts::{Outcome, Writer};
use crate::clock::now;
use crate::config::{Contact, Links, Mail, MailWay};
use crate::language::Text;
use crate::letters::{LetterKind, Letterhead, NextLetter, Patience, UnderWay, Urgency, enough, rest_after, wait_after};
use crate::refusal::Refusal;
use crate::rows::Due;

/// How often the queue is looked into: other programs put letters there.
const LOOK: Duration = Duration::from_secs(1);
/// After which a letter is slow: the next one does not wait for it.
const SLOW: Duration = Duration::from_millis(250);
/// What letters under way may still take once the desk closes; recorded or not, they are due again.
const TO_FINISH: Duration = Duration::from_secs(5);

/// Who carries letters.
#[derive(Debug)]
pub struct Courier {
    writer: Writer,
    transport: Transport,
    sender: Sender,
    contact: Contact,
    links: Links,
}

#[derive(Clone, Debug)]
enum Transport {
    Outbox(PathBuf),
    Smtp(Arc<Server>),
}

/// What the couriers do at the moment.
#[derive(Default)]
struct Crew {
    under_way: UnderWay,
    running: JoinSet<Came>,
    /// Which letter each of them carries.
    whose: HashMap<task::Id, i64>,
    /// Lines that nobody uses.
    open: Vec<SmtpSession>,
    /// How often the house's server failed since it was last talked to, and when last.
    failures: i64,
    failed_at: Option<Instant>,
}

/// A courier comes back.
struct Came {
    due: Due,
    set_out: Instant,
    handed: HandOver,
    line: Option<SmtpSession>,
}

type Joined = Result<(task::Id, Came), task::JoinError>;

impl Courier {
    /// A courier of this house.
    ///
    /// # Errors
    /// A file of `[mail]` cannot be used, or nobody is named as sender.
    pub fn new(writer: Writer, mail: &Mail, (contact, links): (Contact, Links)) -> Result<Self, MailFileRefusal> {
        let city: Option<Mailbox> = contact.mail.parse().ok();
        let named = |mailbox: Mailbox| Mailbox::new(Some("カシワニネット".to_owned()), mailbox.email);
        let from = mail.from.clone().or_else(|| city.clone().map(named));
        let transport = match &mail.way {
            MailWay::Outbox(folder) => Transport::Outbox(folder.clone()),
            MailWay::Smtp(smtp) => Transport::Smtp(Arc::new(Server::new(smtp)?)),
        };
        let refused = |ja: &str, en: String| MailFileRefusal("mail.from".to_owned(), Text::new(ja, en));
        let from = match (from, &transport) {
            (Some(from), _) => from,
            // Nobody answers a file.
            (None, Transport::Outbox(_)) => "カシワニネット <kashiwani@localhost>"
                .parse()
                .map_err(|why| refused("差出人の形ではありません", format!("{why}")))?,
            (None, Transport::Smtp(_)) => {
                return Err(refused(
                    "差出人がありません。mail.from か contact.mail を書いてください。",
                    "nobody is named as sender: write mail.from or contact.mail".to_owned(),
                ));
            }
        };
        Ok(Self { writer, transport, sender: Sender { from, reply_to: city }, contact, links })
    }

    /// Carries letters until the sender of `ended` is gone.
    pub async fn carry(self, mut ended: watch::Receiver<()>) {
        let open = ended.clone();
        let closing = async {
            let _ = ended.changed().await;
            tokio::time::sleep(TO_FINISH).await;
        };
        tokio::select! {
            () = self.work(open) => {}
            () = closing => {}
        }
    }

    async fn work(&self, mut open: watch::Receiver<()>) {
        match self.writer.seal_mails_of_before().await {
            Ok(0) => {}
            Ok(letters) => tracing::info!(letters, "letters queued in the open were sealed"),
            Err(why) => tracing::error!(%why, "letters that were queued in the open could not be sealed"),
        }
        let mut crew = Crew::default();
        loop {
            let still = open.has_changed().is_ok();
            let set_out = match if still { self.send_out(&mut crew).await } else { Ok(false) } {
                Ok(set_out) => set_out,
                Err(why) => {
                    tracing::warn!(%why, "letters wait: the registry does not answer");
                    false
                }
            };
            if !still && crew.under_way.is_empty() {
                break;
            }
            // With nothing more to take, lines are given back; with somebody on the way, only a slow one is not waited for.
            if !set_out && crew.under_way.is_empty() {
                crew.take_leave();
            }
            let wait = if set_out { SLOW } else { LOOK };
            tokio::select! {
                Some(came) = crew.running.join_next_with_id() => self.came_back(&mut crew, came).await,
                () = tokio::time::sleep(wait) => {}
                _ = open.changed(), if still => {}
            }
        }
        crew.take_leave();
    }

    /// Sends a courier out with the next letter, if one is due and may be taken; whether it did.
    async fn send_out(&self, crew: &mut Crew) -> Result<bool, Refusal> {
        while let Some(wanted) = self.wanted(&crew.under_way) {
            let Some(due) = self.writer.take_due_mail(now(), &wanted).await? else { return Ok(false) };
            // An operator had it tried again while it is: one try is enough.
            if crew.under_way.holds(due.mail) {
                continue;
            }
            match self.written(&due).await? {
                None => {}
                Some(message) => {
                    let urgency = LetterKind::of(&due.kind).map_or(Urgency::InTurn, LetterKind::urgency);
                    crew.under_way.add(due.mail, (&due.recipient, urgency));
                    let line = crew.open.pop();
                    let mail = due.mail;
                    let courier = crew.running.spawn(carried(self.transport.clone(), due, message, line));
                    crew.whose.insert(courier.id(), mail);
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn wanted(&self, under_way: &UnderWay) -> Option<NextLetter> {
        match self.transport {
            // A disk is not made quicker by asking twice.
            Transport::Outbox(_) if !under_way.is_empty() => None,
            Transport::Outbox(_) | Transport::Smtp(_) => under_way.wanted(),
        }
    }

    /// The message to be carried. One that can never be carried, or would tell what is over, has ended here.
    async fn written(&self, due: &Due) -> Result<Option<Message>, Refusal> {
        let letter = match envelope::facts(self.writer.opened(due)) {
            Ok(letter) if letter.over(now()) => {
                tracing::info!(mail = due.mail, kind = letter.kind(), "a letter is no longer needed");
                let ended = Outcome::Dropped(Trouble::new(Obstacle::Over, "").kept());
                return self.writer.end_mail(due, &ended, now()).await.map(|()| None);
            }
            Ok(letter) => letter,
            Err(trouble) => return self.unwritten(due, trouble).await.map(|()| None),
        };
        let head = Letterhead { contact: &self.contact, links: &self.links };
        let packing = match self.transport {
            Transport::Outbox(_) => Packing::Plain,
            Transport::Smtp(_) => Packing::Ascii,
        };
        match envelope::message(due, &letter, (&head, &self.sender), packing) {
            Ok(message) => Ok(Some(message)),
            Err(trouble) => self.unwritten(due, trouble).await.map(|()| None),
        }
    }

    /// A key that cannot be used may be mended; all else that keeps a letter from being written is for good.
    async fn unwritten(&self, due: &Due, trouble: Trouble) -> Result<(), Refusal> {
        let mendable = trouble.obstacle == Obstacle::Key;
        self.settle(due, if mendable { HandOver::Later(trouble) } else { HandOver::Refused(trouble) }).await
    }

    async fn came_back(&self, crew: &mut Crew, came: Joined) {
        let (courier, came) = match came {
            Ok((courier, came)) => (courier, Some(came)),
            Err(why) => (why.id(), None),
        };
        if let Some(mail) = crew.whose.remove(&courier) {
            crew.under_way.remove(mail);
        }
        let Some(Came { due, set_out, handed, line }) = came else {
            tracing::error!("a delivery task panicked; its letter is tried again");
            return;
        };
        crew.open.extend(line);
        let settled = match handed {
            HandOver::Away(trouble) => self.away(crew, (&due, set_out), trouble).await,
            HandOver::Taken | HandOver::Refused(_) | HandOver::Later(_) => {
                crew.failures = 0;
                self.settle(&due, handed).await
            }
        };
        if let Err(why) = settled {
            tracing::warn!(%why, mail = due.mail, "what became of a letter could not be recorded; it is due again");
        }
    }

    /// The house's server cannot be talked to: all letters wait a little. While another line stands, only this one does, for
    /// the server may have room for so many lines and no more, and a recipient may hold them.
    async fn away(&self, crew: &mut Crew, (due, set_out): (&Due, Instant), trouble: Trouble) -> Result<(), Refusal> {
        let others = match &self.transport {
            Transport::Outbox(_) => false,
            Transport::Smtp(server) => server.has_lines(),
        };
        if others {
            let next = now().plus(rest_after(1));
            return Ok(self.writer.postpone_mail(due.mail, next, &trouble.kept()).await?);
        }
        // Couriers who were under way at the same time found the same server away.
        if crew.failed_at.is_none_or(|at| at <= set_out) {
            crew.failures = crew.failures.saturating_add(1);
            crew.failed_at = Some(Instant::now());
        }
        let next = now().plus(rest_after(crew.failures));
        tracing::warn!(why = %trouble, failures = crew.failures, "letters wait: they cannot be handed over");
        if enough(due.since, now()) {
            self.give_up(due, &trouble).await?;
        } else {
            self.writer.postpone_mail(due.mail, next, &trouble.kept()).await?;
        }
        Ok(self.writer.postpone_all_mail(next, &trouble.kept()).await?)
    }

    /// Records what became of a letter, where that is about the letter alone.
    async fn settle(&self, due: &Due, handed: HandOver) -> Result<(), Refusal> {
        let (mail, about, kind) = (due.mail, &due.about, &due.kind);
        match handed {
            HandOver::Taken => {
                self.writer.end_mail(due, &Outcome::Sent, now()).await?;
                tracing::info!(mail, about, kind, "a letter was sent");
                Ok(())
            }
            HandOver::Refused(why) => {
                tracing::error!(mail, about, kind, %why, "a letter cannot be delivered; look at: ca-tools mail show");
                self.writer.end_mail(due, &Outcome::Refused(why.kept()), now()).await
            }
            HandOver::Later(why) | HandOver::Away(why) if enough(due.since, now()) => self.give_up(due, &why).await,
            HandOver::Later(why) | HandOver::Away(why) => {
                tracing::warn!(mail, about, kind, %why, tries = due.tries, "a letter is tried again later");
                let next = now().plus(wait_after(due.tries));
                Ok(self.writer.postpone_mail(mail, next, &why.kept()).await?)
            }
        }
    }

    async fn give_up(&self, due: &Due, why: &Trouble) -> Result<(), Refusal> {
        let (mail, about, kind, tries) = (due.mail, &due.about, &due.kind, due.tries);
        tracing::error!(mail, about, kind, tries, %why, "a letter was given up after 7 days; look at: ca-tools mail show");
        self.writer.end_mail(due, &Outcome::GivenUp(why.kept()), now()).await
    }
}

impl Crew {
    /// Lines that nobody needs now are given back.
    fn take_leave(&mut self) {
        for line in self.open.drain(..) {
            tokio::spawn(line.quit());
        }
    }
}

async fn carried(transport: Transport, due: Due, message: Message, line: Option<SmtpSession>) -> Came {
    let set_out = Instant::now();
    let (handed, line) = match transport {
        Transport::Smtp(server) => SmtpSession::carry(&server, line, (&message, Patience::at(due.tries))).await,
        Transport::Outbox(folder) => {
            let (queued_at, name) = (due.queued_at, due.message_id.clone());
            let put = move || outbox::put(&folder, (queued_at, &name), &message.formatted());
            let why = match task::spawn_blocking(put).await {
                Ok(Ok(())) => None,
                Ok(Err(why)) => Some(why.to_string()),
                Err(why) => Some(why.to_string()),
            };
            (why.map_or(HandOver::Taken, |why| HandOver::Away(Trouble::new(Obstacle::Outbox, &why))), None)
        }
    };
    Came { due, set_out, handed, line }
}
