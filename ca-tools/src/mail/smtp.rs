//! Letters to a mail server, over a way that is closed to others.
//!
//! What is wrong with a letter and what is wrong with the way are told apart by when the server
//! says it: before a recipient is named, no letter is to blame (RFC 5321 §4.2).

use std::time::Duration;

use lettre::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Quit, Rcpt, Rset};
use lettre::transport::smtp::extension::ClientId;
use tokio::time::timeout;

use crate::config::{Closed, Smtp};
use crate::whole;

/// For the TCP connection: what takes longer is not there.
const TO_CONNECT: Duration = Duration::from_secs(10);
/// For a greeting, TLS and a login, and then for a letter: shorter than a letter is held.
const TO_ANSWER: Duration = Duration::from_secs(30);

/// What became of a letter at the server.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Handed {
    /// The server has it.
    Taken,
    /// Not this letter, ever (5yz to its recipient or its content).
    Refused(String),
    /// Not this letter now (4yz).
    Later(String),
    /// The server cannot be talked to, as a whole.
    Away(String),
}

/// Everything needed to reach the server; made once, at the start.
pub(super) struct Server {
    host: String,
    port: u16,
    tls: Option<TlsParameters>,
    closed: Closed,
    login: Option<Credentials>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("host", &self.host).field("port", &self.port).finish_non_exhaustive()
    }
}

/// A file of `[mail]` that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}: {1}")]
pub struct MailFileRefusal(pub(super) String, pub(super) String);

impl Server {
    /// Reads the CA and the password.
    pub(super) fn new(settings: &Smtp) -> Result<Self, MailFileRefusal> {
        let read = |path: &std::path::Path, of| {
            whole::text(path, of).map_err(|why| MailFileRefusal(path.display().to_string(), why.to_string()))
        };
        let login = match &settings.login {
            Some((user, file)) => {
                Some(Credentials::new(user.clone(), read(file, whole::Of::Password)?.trim_end().to_owned()))
            }
            None => None,
        };
        let mut parameters = TlsParameters::builder(settings.host.clone());
        if let Some(ca) = &settings.ca {
            let unfit = |why: String| MailFileRefusal(ca.display().to_string(), why);
            let pem = read(ca, whole::Of::Certificates)?;
            if !pem.contains("-----BEGIN CERTIFICATE-----") {
                return Err(unfit("no certificate in PEM".to_owned()));
            }
            let certificate = Certificate::from_pem(pem.as_bytes()).map_err(|why| unfit(why.to_string()))?;
            parameters = parameters.certificate_store(CertificateStore::None).add_root_certificate(certificate);
        }
        let tls = match settings.closed {
            Closed::OnThisMachine => None,
            Closed::FromTheStart | Closed::ByStartTls => {
                let built = parameters.build();
                Some(built.map_err(|why| MailFileRefusal(settings.host.clone(), why.to_string()))?)
            }
        };
        Ok(Self { host: settings.host.clone(), port: settings.port, tls, closed: settings.closed, login })
    }

    /// A connection on which letters can be handed over; or why the server cannot be talked to.
    pub(super) async fn connect(&self) -> Result<Line, Handed> {
        match timeout(TO_ANSWER, self.greet()).await {
            Ok(Ok(connection)) => Ok(Line { connection }),
            Ok(Err(why)) => Err(Handed::Away(said(&why))),
            Err(_) => Err(Handed::Away("no answer in time".to_owned())),
        }
    }

    async fn greet(&self) -> Result<AsyncSmtpConnection, Error> {
        let place = (self.host.as_str(), self.port);
        let wrapped = self.tls.clone().filter(|_| self.closed == Closed::FromTheStart);
        let name = ClientId::default();
        let mut line = AsyncSmtpConnection::connect_tokio1(place, Some(TO_CONNECT), &name, wrapped, None).await?;
        if let Some(tls) = self.tls.clone().filter(|_| self.closed == Closed::ByStartTls) {
            line.starttls(tls, &name).await?;
        }
        if let Some(login) = &self.login {
            line.auth(DEFAULT_MECHANISMS, login).await?;
        }
        Ok(line)
    }
}

/// A connection to the server.
pub(super) struct Line {
    connection: AsyncSmtpConnection,
}

impl Line {
    /// Hands one letter over.
    pub(super) async fn hand_over(&mut self, message: &Message) -> Handed {
        match timeout(TO_ANSWER, self.try_to(message)).await {
            Ok(Ok(())) => Handed::Taken,
            Ok(Err(outcome)) => {
                // The server stands in the middle of a letter; the next one begins afresh.
                let _ = timeout(TO_ANSWER, self.connection.command(Rset)).await;
                outcome
            }
            Err(_) => Handed::Away("no answer in time".to_owned()),
        }
    }

    async fn try_to(&mut self, message: &Message) -> Result<(), Handed> {
        let envelope = message.envelope();
        let line = &mut self.connection;
        let sender = Mail::new(envelope.from().cloned(), Vec::new());
        line.command(sender).await.map_err(|why| Handed::Away(said(&why)))?;
        for recipient in envelope.to() {
            line.command(Rcpt::new(recipient.clone(), Vec::new())).await.map_err(|why| blamed(&why))?;
        }
        line.command(Data).await.map_err(|why| blamed(&why))?;
        line.message(&message.formatted()).await.map_err(|why| blamed(&why))?;
        Ok(())
    }

    /// Takes leave.
    pub(super) async fn quit(mut self) {
        let _ = timeout(TO_CONNECT, self.connection.command(Quit)).await;
    }
}

/// The server had heard of the letter: its answer is about that; no answer is about the way.
fn blamed(why: &Error) -> Handed {
    if why.is_permanent() {
        Handed::Refused(said(why))
    } else if why.is_transient() {
        Handed::Later(said(why))
    } else {
        Handed::Away(said(why))
    }
}

/// One line of what the server or the system said, with the cause below it.
fn said(why: &Error) -> String {
    /// Enough for what a server has to say.
    const LONGEST: usize = 300;
    let mut text = why.to_string();
    let mut cause = std::error::Error::source(why);
    while let Some(below) = cause {
        let more = below.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = below.source();
    }
    text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).take(LONGEST).collect()
}
