//! A letter to a mail server: what is wrong with the letter, and what with the server?
//!
//! The two are told apart by when it is said: before a recipient is named, no letter is to blame (RFC 5321 §4.2); from then
//! on the fault is that letter's, a silence and a broken connection included, for a recipient's server can bring them about.

use std::sync::Arc;
use std::time::Duration;

use lettre::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Quit, Rcpt, Rset};
use tokio::time::timeout;

use super::server::{Server, said};
use super::trouble::{Obstacle, Trouble};
use crate::letters::{Patience, TO_ANSWER};

/// For taking a letter back: a server that thinks about that is left.
const TO_CLEAR: Duration = Duration::from_secs(2);

/// What became of a letter at the server.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum HandOver {
    /// The server has it.
    Taken,
    /// Not this letter, ever (5yz to its recipient or its content).
    Refused(Trouble),
    /// Not this letter now (4yz, no answer, a broken connection).
    Later(Trouble),
    /// The server cannot be talked to, as a whole.
    Away(Trouble),
}

/// A connection to the server.
pub(super) struct SmtpSession {
    connection: AsyncSmtpConnection,
    _stands: Arc<()>,
}

impl SmtpSession {
    pub(super) fn new(connection: AsyncSmtpConnection, stands: Arc<()>) -> Self {
        Self { connection, _stands: stands }
    }

    /// Hands one letter over, on a line that is open or a new one; what became of it, and the line if it still serves.
    pub(super) async fn carry(
        server: &Server,
        open: Option<Self>,
        (message, patience): (&Message, Patience),
    ) -> (HandOver, Option<Self>) {
        if let Some(mut line) = open
            // A line that was open for a while may have been closed there: that says nothing yet.
            && line.begin(message).await.is_ok()
        {
            return line.go_on(message, patience).await;
        }
        let mut line = match server.connect().await {
            Ok(line) => line,
            Err(trouble) => return (HandOver::Away(trouble), None),
        };
        match line.begin(message).await {
            Ok(()) => line.go_on(message, patience).await,
            Err(trouble) => (HandOver::Away(trouble), None),
        }
    }

    /// Names the sender, who is the same for every letter.
    async fn begin(&mut self, message: &Message) -> Result<(), Trouble> {
        let sender = Mail::new(message.envelope().from().cloned(), Vec::new());
        match timeout(TO_ANSWER, self.connection.command(sender)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(why)) if why.is_permanent() => Err(Trouble::new(Obstacle::Sender, &said(&why))),
            Ok(Err(why)) if why.is_transient() => Err(Trouble::new(Obstacle::Turned, &said(&why))),
            Ok(Err(why)) => Err(Trouble::new(Obstacle::Connect, &said(&why))),
            Err(_) => Err(Trouble::new(Obstacle::Silent, "no answer in time")),
        }
    }

    async fn go_on(mut self, message: &Message, patience: Patience) -> (HandOver, Option<Self>) {
        let Err((outcome, stands)) = self.hand_over(message, patience).await else {
            return (HandOver::Taken, Some(self));
        };
        // The server stands in the middle of a letter; the next one begins afresh, or on another line.
        let cleared = stands && matches!(timeout(TO_CLEAR, self.connection.command(Rset)).await, Ok(Ok(_)));
        (outcome, cleared.then_some(self))
    }

    /// From the recipient to the last dot; what went wrong, and whether the line may still stand.
    async fn hand_over(&mut self, message: &Message, patience: Patience) -> Result<(), (HandOver, bool)> {
        let line = &mut self.connection;
        let named = async {
            for recipient in message.envelope().to() {
                line.command(Rcpt::new(recipient.clone(), Vec::new())).await?;
            }
            line.command(Data).await.map(drop)
        };
        settled(timeout(patience.to_be_named, named).await)?;
        let octets = message.formatted();
        let sent = async {
            match std::str::from_utf8(&octets) {
                Ok(text) => line.command(WithItsEnd(text)).await.map(drop),
                Err(_) => line.message(&octets).await.map(drop),
            }
        };
        settled(timeout(patience.to_be_taken, sent).await)
    }

    /// Takes leave.
    pub(super) async fn quit(mut self) {
        let _ = timeout(TO_ANSWER, self.connection.command(Quit)).await;
    }
}

/// A letter as it goes over the line (RFC 5321 §4.5.2), and its end behind it, in one go. Sent by itself the end waits until the
/// server has acknowledged the letter, and a server puts that off by 40 ms: a city's letters are on the way for minutes then.
struct WithItsEnd<'a>(&'a str);

impl std::fmt::Display for WithItsEnd<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, line) in self.0.split("\r\n").enumerate() {
            let end = if at == 0 { "" } else { "\r\n" };
            let stuffed = if line.starts_with('.') { "." } else { "" };
            write!(f, "{end}{stuffed}{line}")?;
        }
        f.write_str("\r\n.\r\n")
    }
}

/// The server had heard of the letter: whatever it says, or does not say, is about that.
fn settled(answer: Result<Result<(), Error>, tokio::time::error::Elapsed>) -> Result<(), (HandOver, bool)> {
    match answer {
        Ok(Ok(())) => Ok(()),
        Ok(Err(why)) if why.is_permanent() => {
            Err((HandOver::Refused(Trouble::new(Obstacle::Refused, &said(&why))), true))
        }
        Ok(Err(why)) if why.is_transient() => Err((HandOver::Later(Trouble::new(Obstacle::Later, &said(&why))), true)),
        Ok(Err(why)) => Err((HandOver::Later(Trouble::new(Obstacle::Dropped, &said(&why))), false)),
        Err(_) => Err((HandOver::Later(Trouble::new(Obstacle::Slow, "no answer in time")), false)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_ends_where_it_ends_and_nowhere_before() {
        for (letter, line) in [
            ("Subject: a\r\n\r\nb", "Subject: a\r\n\r\nb\r\n.\r\n"),
            ("b\r\n", "b\r\n\r\n.\r\n"),
            (".a\r\n.\r\n..b\r\nc.\r\n", "..a\r\n..\r\n...b\r\nc.\r\n\r\n.\r\n"),
        ] {
            assert_eq!(WithItsEnd(letter).to_string(), line);
        }
    }
}
