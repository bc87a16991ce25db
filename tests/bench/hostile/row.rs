//! One row: the same honest people, first alone and then beside an attack.

use std::io;
use std::net::Ipv4Addr;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::ask;
use crate::attack::{Attack, Told};
use crate::bystander::{Bystander, Owner};
use crate::cut::{self, Connected, Cut};
use crate::dial::{Certificate, Dialer};
use crate::environment::{Environment, told};
use crate::honest::{AtWork, Device, Heard};
use crate::measure::{Cost, Span};

/// What was measured.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Row {
    pub(crate) attack: String,
    pub(crate) calm: Phase,
    pub(crate) attacked: Phase,
    /// What the attack says of itself.
    pub(crate) told: Told,
}

/// What everybody heard, what it cost, and how fast a third device was cut.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Phase {
    pub(crate) heard: Heard,
    pub(crate) cost: Cost,
    pub(crate) cuts: Vec<Cut>,
}

impl Phase {
    /// Honest requests that were not answered as they should be, and suspensions that were not made.
    pub(crate) fn lost(&self) -> usize {
        let lost = self.cuts.iter().filter(|cut| cut.kept_out || cut.not_done.is_some()).count();
        self.heard.kept.lost() + self.heard.fresh.lost() + self.heard.bystander.lost() + lost
    }
}

/// How long each phase lasts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lasts {
    pub(crate) calm: Duration,
    pub(crate) attacked: Duration,
}

/// Bystanders come from here, and the third device from the next.
const ELSEWHERE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 15);
const THIRD: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 16);
/// Cuts of a phase; between two of them everything settles.
const CUTS: usize = 3;
const SETTLES: Duration = Duration::from_millis(500);
/// A cut that begins later would not be over when the phase is.
const CUT_TAKES: Duration = Duration::from_secs(2);
/// An attack that is not at full strength by then is measured as it is.
const PREPARES: Duration = Duration::from_secs(15);
/// It has this long to count what it did.
const COUNTS: Duration = Duration::from_secs(30);

/// Measures one attack.
pub(crate) async fn measure(env: &Environment, attack: Attack, lasts: Lasts) -> io::Result<Row> {
    let device = Arc::new(honest(env, attack).await?);
    let third = Dialer::of(env, "SITE_URL", Certificate::Third, THIRD)?;
    let site = Watched { env, device: &device, third: &third };
    let calm = site.phase(lasts.calm, async || Ok(Connected::open(&third).await)).await?;
    sleep(SETTLES).await;
    let suspended = (attack == Attack::KnownRefusals).then(|| env.value("OTHER_DEVICE")).transpose()?;
    if let Some(suspended) = suspended {
        cut::of_device(env, "suspend", suspended).await?;
    }
    // There before the attack: its first cut is timed even if nobody gets in any more.
    let connected = Connected::open(&third).await;
    let mut attacker = Attacker::begin(env, attack, lasts.attacked)?;
    let attacked = site.phase(lasts.attacked, async || attacker.is_ready().await.map(|()| connected)).await?;
    let told = attacker.end().await?;
    if let Some(suspended) = suspended {
        cut::of_device(env, "resume", suspended).await?;
    }
    Ok(Row { attack: attack.name(), calm, attacked, told })
}

async fn honest(env: &Environment, attack: Attack) -> io::Result<Device> {
    let dialer = Dialer::of(env, "SITE_URL", Certificate::Honest, Ipv4Addr::LOCALHOST)?;
    let cookie = ask::login(env, &dialer, ("LOGIN_ID", "PASSWORD")).await?;
    let bystander = match attack {
        Attack::LoginResets | Attack::ManySessions | Attack::KnownRefusals => {
            Bystander::Owner(Arc::new(Owner::of(env, dialer.clone())?))
        }
        Attack::PublicDoor => Bystander::Reporter(Dialer::of(env, "HELP_URL", Certificate::Nobody, ELSEWHERE)?),
        Attack::UnreadAnswers
        | Attack::EndlessAnswers
        | Attack::StrangersHeads
        | Attack::SilentHandshakes
        | Attack::NeighboursHandshakes
        | Attack::HeldRequests
        | Attack::UnreadableFrames
        | Attack::Resets
        | Attack::DrippingBodies => Bystander::Newcomer(Dialer::of(env, "SITE_URL", Certificate::Nobody, ELSEWHERE)?),
    };
    Ok(Device { dialer, path: env.value("ROOM_PATH")?.to_owned(), cookie, bystander })
}

/// The third device's connection, if it got in.
type Third = io::Result<Connected>;

struct Watched<'a> {
    env: &'a Environment,
    device: &'a Arc<Device>,
    third: &'a Dialer,
}

impl Watched<'_> {
    /// Everybody at work for so long; cuts are timed once `ready` is through, the first of them on its connection.
    async fn phase(&self, lasts: Duration, ready: impl AsyncFnOnce() -> io::Result<Third>) -> io::Result<Phase> {
        let until = Instant::now() + lasts;
        let span = Span::begin(self.env).await?;
        let work = AtWork::begin(self.device, until);
        let cutting = async {
            let mut connected = ready().await?;
            let mut cuts = Vec::new();
            loop {
                sleep(SETTLES).await;
                cuts.push(cut::time(self.env, connected).await?);
                if cuts.len() == CUTS || Instant::now() + SETTLES + CUT_TAKES > until {
                    return io::Result::Ok(cuts);
                }
                connected = Connected::open(self.third).await;
            }
        };
        let costing = async {
            sleep_until(until).await;
            span.end().await
        };
        let (heard, cuts, cost) = tokio::join!(work.end(), cutting, costing);
        Ok(Phase { heard, cost: cost?, cuts: cuts? })
    }
}

/// An attack, in a process of its own: what it has open ends with it, and it yields the processor to everybody else, as
/// if it came from another machine.
struct Attacker {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Attacker {
    fn begin(env: &Environment, attack: Attack, lasts: Duration) -> io::Result<Self> {
        let mut child = Command::new("nice")
            .args(["-n", "19"])
            .arg(std::env::current_exe()?)
            .args(["attack", &attack.name(), "--seconds", &lasts.as_secs().to_string(), "--env"])
            .arg(env.file())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let output = child.stdout.take().ok_or_else(|| told("the attack has no output"))?;
        Ok(Self { child, lines: BufReader::new(output).lines() })
    }

    /// Its first line.
    async fn is_ready(&mut self) -> io::Result<()> {
        match timeout(PREPARES, self.lines.next_line()).await {
            Ok(Ok(Some(_))) | Err(_) => Ok(()),
            Ok(Ok(None)) => Err(told("the attack ended before it began")),
            Ok(Err(error)) => Err(error),
        }
    }

    /// Its last line.
    async fn end(mut self) -> io::Result<Told> {
        let mut last = String::new();
        let reading = async {
            while let Some(line) = self.lines.next_line().await? {
                last = line;
            }
            self.child.wait().await
        };
        timeout(COUNTS, reading).await.map_err(|_| told("the attack did not end"))??;
        serde_json::from_str(&last).map_err(|_| told(format!("the attack said: {last}")))
    }
}
