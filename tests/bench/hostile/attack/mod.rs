//! The attacks: each in a file of its own, at full strength, for a bounded time. All that one has open ends with its
//! process. What comes back are its own figures, by name.

mod dripping_bodies;
mod endless_answers;
mod held_requests;
mod known_refusals;
mod login_resets;
mod many_sessions;
mod public_door;
mod resets;
mod silent_handshakes;
mod strangers_heads;
mod unread_answers;
mod unreadable_frames;

use std::io;
use std::net::Ipv4Addr;

use serde_json::{Map, Value};
use tokio::time::Instant;

use crate::ask;
use crate::dial::{Certificate, Dialer};
use crate::environment::Environment;
use crate::frames::Head;

/// An attack by name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub(crate) enum Attack {
    /// Logins on other people's IDs, taken back before they are counted against the device.
    LoginResets,
    /// Large answers that are asked for and not read.
    UnreadAnswers,
    /// Answers that never end, on as many connections as are let in.
    EndlessAnswers,
    /// Requests of a device that is suspended.
    KnownRefusals,
    /// Requests of nobody's device, thirteen octets each, their lines as long as can be.
    StrangersHeads,
    /// A first message of a handshake each, and then nothing, from four addresses.
    SilentHandshakes,
    /// The same from the honest device's own address.
    NeighboursHandshakes,
    /// Files to the public door that stop one octet short.
    PublicDoor,
    /// Thousands of requests whose bodies do not come.
    HeldRequests,
    /// One person's logins without end.
    ManySessions,
    /// What is no HTTP/2.
    UnreadableFrames,
    /// Requests that are taken back once they have reached the backend.
    Resets,
    /// Bodies of one octet a second.
    DrippingBodies,
}

/// What an attack has to tell.
pub(crate) type Told = Map<String, Value>;

/// Who attacks whom, and until when.
#[derive(Clone, Debug)]
pub(crate) struct Assault {
    pub(crate) env: Environment,
    pub(crate) until: Instant,
}

/// Attackers come from these addresses.
pub(crate) const SOURCES: [Ipv4Addr; 4] = [
    Ipv4Addr::new(127, 0, 0, 11),
    Ipv4Addr::new(127, 0, 0, 12),
    Ipv4Addr::new(127, 0, 0, 13),
    Ipv4Addr::new(127, 0, 0, 14),
];

impl Attack {
    /// Does it. Says `ready` on its output once it is at full strength.
    pub(crate) async fn run(self, assault: Assault) -> io::Result<Told> {
        match self {
            Self::LoginResets => login_resets::run(assault).await,
            Self::UnreadAnswers => unread_answers::run(assault).await,
            Self::EndlessAnswers => endless_answers::run(assault).await,
            Self::KnownRefusals => known_refusals::run(assault).await,
            Self::StrangersHeads => strangers_heads::run(assault).await,
            Self::SilentHandshakes => silent_handshakes::run(assault, &SOURCES).await,
            Self::NeighboursHandshakes => silent_handshakes::run(assault, &[Ipv4Addr::LOCALHOST]).await,
            Self::PublicDoor => public_door::run(assault).await,
            Self::HeldRequests => held_requests::run(assault).await,
            Self::ManySessions => many_sessions::run(assault).await,
            Self::UnreadableFrames => unreadable_frames::run(assault).await,
            Self::Resets => resets::run(assault).await,
            Self::DrippingBodies => dripping_bodies::run(assault).await,
        }
    }
}

impl Assault {
    /// The service site, with the attacker's certificate.
    fn device(&self) -> io::Result<Dialer> {
        Dialer::of(&self.env, "SITE_URL", Certificate::Attacker, SOURCES[0])
    }

    /// The service site, with none.
    fn nobody(&self) -> io::Result<Dialer> {
        Dialer::of(&self.env, "SITE_URL", Certificate::Nobody, SOURCES[0])
    }

    fn is_over(&self) -> bool {
        Instant::now() >= self.until
    }

    /// A head for a path in the attacker's own room, with a session.
    async fn in_room(&self, dialer: &Dialer, (method, below): (&str, &str)) -> io::Result<Head> {
        let cookie = ask::login(&self.env, dialer, ("OTHER_LOGIN_ID", "OTHER_PASSWORD")).await?;
        let path = format!("{}{below}", self.env.value("FOREIGN_ROOM_PATH")?);
        let base = base(dialer, (method, &path));
        Ok(Head::of(&[&base[..], &[("cookie", cookie.as_str())]].concat()))
    }
}

/// What every request says.
fn base<'a>(dialer: &'a Dialer, (method, path): (&'a str, &'a str)) -> [(&'a str, &'a str); 4] {
    [(":method", method), (":scheme", "https"), (":authority", dialer.authority()), (":path", path)]
}

/// At full strength: whoever measures may begin.
fn ready() {
    println!("ready");
}
