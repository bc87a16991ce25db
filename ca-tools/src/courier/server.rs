//! The mail server, over a way that is closed to others: reached, greeted, trusted, logged in at.
//!
//! What goes wrong here is the server's, whatever letter waits: no recipient has been named yet.

use std::sync::Arc;
use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::helo::OldWay;
use super::smtp::SmtpSession;
use super::trouble::{Obstacle, Trouble};
use crate::config::{MailTls, Smtp};
use crate::key::read_secret;
use crate::language::Text;
use crate::letters::TO_GREET;
use crate::whole;

/// For the TCP connection: what takes longer is not there.
const TO_CONNECT: Duration = Duration::from_secs(10);

/// Everything needed to reach the server; made once, at the start.
pub(super) struct Server {
    host: String,
    port: u16,
    tls: Option<TlsParameters>,
    closed: MailTls,
    login: Option<Credentials>,
    /// One more for each line that stands.
    lines: Arc<()>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("host", &self.host).field("port", &self.port).finish_non_exhaustive()
    }
}

/// A setting or file of `[mail]` that cannot be used.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{}: {}", .0, .1.en)]
pub struct MailFileRefusal(pub(super) String, pub(super) Text);

impl MailFileRefusal {
    /// For people.
    #[must_use]
    pub fn text(&self) -> Text {
        Text::new(format!("{}：{}", self.0, self.1.ja), self.to_string())
    }
}

impl Server {
    /// Reads the CA and the password.
    pub(super) fn new(settings: &Smtp) -> Result<Self, MailFileRefusal> {
        let login = match &settings.login {
            Some((user, file)) => {
                let password = read_secret(file).map_err(|why| {
                    let ja = "mail.password_file を使えません。所有者だけが読めるファイル（chmod 600）にしてください";
                    MailFileRefusal(file.display().to_string(), Text::new(format!("{ja}（{why}）"), why.to_string()))
                })?;
                Some(Credentials::new(user.clone(), password.trim_end().to_owned()))
            }
            None => None,
        };
        let mut parameters = TlsParameters::builder(settings.host.clone());
        if let Some(ca) = &settings.ca {
            let unfit = |why: Text| MailFileRefusal(ca.display().to_string(), why);
            let pem = whole::text(ca, whole::Of::Certificates)
                .map_err(|why| unfit(Text::new(format!("mail.ca を読めません（{why}）"), why.to_string())))?;
            if !pem.contains("-----BEGIN CERTIFICATE-----") {
                return Err(unfit(Text::new("PEM 形式の証明書がありません", "no certificate in PEM")));
            }
            let certificate = Certificate::from_pem(pem.as_bytes())
                .map_err(|why| unfit(Text::new(format!("証明書として読めません（{why}）"), why.to_string())))?;
            parameters = parameters.certificate_store(CertificateStore::None).add_root_certificate(certificate);
        }
        let tls = match settings.closed {
            MailTls::OnThisMachine => None,
            MailTls::FromTheStart | MailTls::ByStartTls => Some(parameters.build().map_err(|why| {
                let ja = format!("暗号化の用意ができません（{why}）");
                MailFileRefusal(settings.host.clone(), Text::new(ja, why.to_string()))
            })?),
        };
        Ok(Self {
            host: settings.host.clone(),
            port: settings.port,
            tls,
            closed: settings.closed,
            login,
            lines: Arc::default(),
        })
    }

    /// Whether a line stands, in use or not.
    pub(super) fn has_lines(&self) -> bool {
        Arc::strong_count(&self.lines) > 1
    }

    /// A connection on which letters can be handed over; or why the server cannot be talked to.
    pub(super) async fn connect(&self) -> Result<SmtpSession, Trouble> {
        match timeout(TO_GREET, self.greet()).await {
            Ok(greeted) => greeted.map(|connection| SmtpSession::new(connection, self.lines.clone())),
            Err(_) => Err(Trouble::new(Obstacle::Silent, "no answer in time")),
        }
    }

    async fn greet(&self) -> Result<AsyncSmtpConnection, Trouble> {
        let place = (self.host.as_str(), self.port);
        let name = ClientId::default();
        let wrapped = self.tls.clone().filter(|_| self.closed == MailTls::FromTheStart);
        let mut line = match AsyncSmtpConnection::connect_tokio1(place, Some(TO_CONNECT), &name, wrapped, None).await {
            Err(why) if knows_no_ehlo(&why) => match self.closed {
                MailTls::OnThisMachine if self.login.is_none() => self.greet_of_old(&name).await?,
                MailTls::OnThisMachine | MailTls::FromTheStart | MailTls::ByStartTls => {
                    return Err(Trouble::new(Obstacle::NoEhlo, &said(&why)));
                }
            },
            connected => connected.map_err(|why| not_greeted(&why))?,
        };
        if let Some(tls) = self.tls.clone().filter(|_| self.closed == MailTls::ByStartTls) {
            if !line.can_starttls() {
                return Err(Trouble::new(Obstacle::NoStartTls, "STARTTLS is not supported on this server"));
            }
            line.starttls(tls, &name).await.map_err(|why| not_greeted(&why))?;
        }
        if let Some(login) = &self.login {
            let opened = line.auth(DEFAULT_MECHANISMS, login).await;
            opened.map_err(|why| Trouble::new(Obstacle::Login, &said(&why)))?;
        }
        Ok(line)
    }

    /// Only on this machine and where nothing but HELO is needed.
    async fn greet_of_old(&self, name: &ClientId) -> Result<AsyncSmtpConnection, Trouble> {
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await;
        let stream = stream.map_err(|why| Trouble::new(Obstacle::Connect, &why.to_string()))?;
        let greeted = AsyncSmtpConnection::connect_with_transport(Box::new(OldWay::new(stream)), name).await;
        greeted.map_err(|why| not_greeted(&why))
    }
}

/// Unknown, not implemented, or not with these words (RFC 5321 §4.1.4).
fn knows_no_ehlo(why: &Error) -> bool {
    why.status().is_some_and(|code| ["500", "502", "504"].contains(&code.to_string().as_str()))
}

fn not_greeted(why: &Error) -> Trouble {
    let said = said(why);
    let obstacle = if why.is_permanent() || why.is_transient() {
        Obstacle::Turned
    } else if why.is_tls() || said.contains("certificate") {
        Obstacle::Untrusted
    } else if why.is_timeout() {
        Obstacle::Silent
    } else {
        Obstacle::Connect
    };
    Trouble::new(obstacle, &said)
}

/// What the server or the system said, with the cause below it.
pub(super) fn said(why: &Error) -> String {
    let mut text = why.to_string();
    let mut cause = std::error::Error::source(why);
    while let Some(below) = cause {
        let more = below.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = below.source();
    }
    text
}
