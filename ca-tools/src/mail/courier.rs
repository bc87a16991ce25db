//! Carries due letters, one after the other, until the desk closes.
//!
//! A letter is taken for a while, handed over, and then recorded: dying in between leads to one
//! repeat under the same Message-ID, never to a loss.

use std::path::PathBuf;
use std::time::Duration;

use lettre::message::Mailbox;
use tokio::sync::watch;

use super::envelope::{self, Packing, Sender};
use super::outbox;
use super::patience::wait_after;
use super::smtp::{Handed, Line, MailFileRefusal, Server};
use super::{Letter, Letterhead};
use crate::command::now;
use crate::config::{Contact, Links, Mail, MailWay};
use crate::writer::{Due, Outcome, Refusal, Writer};

/// How often the queue is looked into: other programs put letters there.
const LOOK: Duration = Duration::from_secs(1);
/// What a letter under way may still take once the desk closes; recorded or not, it is due again.
const TO_FINISH: Duration = Duration::from_secs(5);
/// How long a letter is held, in seconds: longer than the longest try (connecting and handing over, 30 s each).
pub(crate) const LEASE: i64 = 90;

/// Who carries letters.
#[derive(Debug)]
pub struct Courier {
    writer: Writer,
    way: Way,
    sender: Sender,
    contact: Contact,
    links: Links,
}

#[derive(Debug)]
enum Way {
    Outbox(PathBuf),
    Smtp(Server),
}

impl Courier {
    /// A courier of this house.
    ///
    /// # Errors
    /// A file of `[mail]` cannot be used, or nobody is named as sender.
    pub fn new(writer: Writer, mail: &Mail, (contact, links): (Contact, Links)) -> Result<Self, MailFileRefusal> {
        let city: Option<Mailbox> = contact.mail.parse().ok();
        let named = |mailbox: Mailbox| Mailbox::new(Some("カシワニネット".to_owned()), mailbox.email);
        let from = mail.from.clone().or_else(|| city.clone().map(named));
        let way = match &mail.way {
            MailWay::Outbox(folder) => Way::Outbox(folder.clone()),
            MailWay::Smtp(smtp) => Way::Smtp(Server::new(smtp)?),
        };
        let from = match (from, &way) {
            (Some(from), _) => from,
            // Nobody answers a file.
            (None, Way::Outbox(_)) => "カシワニネット <kashiwani@localhost>"
                .parse()
                .map_err(|why| MailFileRefusal("mail.from".to_owned(), format!("{why}")))?,
            (None, Way::Smtp(_)) => {
                let why = "nobody is named as sender: write mail.from or contact.mail";
                return Err(MailFileRefusal("mail.from".to_owned(), why.to_owned()));
            }
        };
        Ok(Self { writer, way, sender: Sender { from, reply_to: city }, contact, links })
    }

    /// Carries letters until the sender of `ended` is gone.
    pub async fn carry(self, mut ended: watch::Receiver<()>) {
        loop {
            let still = ended.clone();
            let closing = async {
                let _ = ended.changed().await;
                tokio::time::sleep(TO_FINISH).await;
            };
            tokio::select! {
                () = self.look(&still) => {}
                () = closing => return,
            }
            if still.has_changed().is_err() {
                return;
            }
        }
    }

    async fn look(&self, open: &watch::Receiver<()>) {
        if let Err(why) = self.round(open).await {
            tracing::warn!(%why, "letters wait: the registry does not answer");
        }
        let mut open = open.clone();
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            _ = open.changed() => {}
        }
    }

    /// Carries everything that is due now.
    async fn round(&self, open: &watch::Receiver<()>) -> Result<(), Refusal> {
        let mut line = None;
        while open.has_changed().is_ok() {
            let Some(due) = self.writer.take_due_mail(now(), LEASE).await? else { break };
            let handed = match envelope::facts(&due) {
                Err(why) => Handed::Refused(why.to_string()),
                Ok(letter) if letter.over(now()) => {
                    tracing::info!(mail = due.mail, kind = letter.kind(), "a letter is no longer needed");
                    let ended = Outcome::Dropped("what it tells is over".to_owned());
                    self.writer.end_mail(&due, &ended, now()).await?;
                    continue;
                }
                Ok(letter) => self.hand_over(&due, &letter, &mut line).await,
            };
            if let Then::Rest = self.settle(&due, handed).await? {
                line = None;
                break;
            }
        }
        if let Some(line) = line {
            line.quit().await;
        }
        Ok(())
    }

    async fn hand_over(&self, due: &Due, letter: &Letter, line: &mut Option<Line>) -> Handed {
        let head = Letterhead { contact: &self.contact, links: &self.links };
        let packing = match self.way {
            Way::Outbox(_) => Packing::Plain,
            Way::Smtp(_) => Packing::Ascii,
        };
        let message = match envelope::message(due, letter, (&head, &self.sender), packing) {
            Ok(message) => message,
            Err(why) => return Handed::Refused(why.to_string()),
        };
        match &self.way {
            Way::Outbox(folder) => {
                let (folder, name) = (folder.clone(), (due.queued_at, due.message_id.clone()));
                let put = move || outbox::put(&folder, (name.0, &name.1), &message.formatted());
                match tokio::task::spawn_blocking(put).await {
                    Ok(Ok(())) => Handed::Taken,
                    Ok(Err(why)) => Handed::Away(why.to_string()),
                    Err(why) => Handed::Away(why.to_string()),
                }
            }
            Way::Smtp(server) => {
                if line.is_none() {
                    match server.connect().await {
                        Ok(fresh) => *line = Some(fresh),
                        Err(away) => return away,
                    }
                }
                match line {
                    Some(line) => line.hand_over(&message).await,
                    None => Handed::Away("no connection".to_owned()),
                }
            }
        }
    }

    /// Records what became of a letter; whether to go on with the next.
    async fn settle(&self, due: &Due, handed: Handed) -> Result<Then, Refusal> {
        let (mail, about) = (due.mail, &due.about);
        let next = now().plus(wait_after(due.tries));
        match handed {
            Handed::Taken => {
                self.writer.end_mail(due, &Outcome::Sent, now()).await?;
                tracing::info!(mail, about, "a letter was sent");
                Ok(Then::GoOn)
            }
            Handed::Refused(why) => {
                tracing::error!(mail, about, why, "a letter cannot be delivered; look at: ca-tools mail show");
                self.writer.end_mail(due, &Outcome::Refused(why), now()).await?;
                Ok(Then::GoOn)
            }
            Handed::Later(why) => {
                tracing::warn!(mail, about, why, tries = due.tries, "a letter is tried again later");
                self.writer.postpone_mail(mail, next, &why).await?;
                Ok(Then::GoOn)
            }
            Handed::Away(why) => {
                tracing::warn!(why, tries = due.tries, "letters wait: they cannot be handed over");
                self.writer.postpone_mail(mail, next, &why).await?;
                self.writer.postpone_all_mail(next).await?;
                Ok(Then::Rest)
            }
        }
    }
}

/// What a courier does after a letter.
enum Then {
    GoOn,
    Rest,
}
