//! What one decision costs: `cargo run --release -p policies --example cost`.

use std::hint::black_box;
use std::time::Instant;

use certs::Timestamp;
use policies::{Access, Area, AtDevice, PolicySet, Question, Who};
use registry::{Assurance, Os, Ownership};

const ROUNDS: u32 = 20_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let set = PolicySet::built_in().map_err(|mistakes| mistakes[0].to_string())?;
    let (login_id, office) = ("k.sato".parse()?, "1272201234".parse()?);
    let questions = [
        ("use_device", Question::UseDevice),
        ("enter_room", Question::EnterRoom { room: "r-0001", invited: true, open: true }),
        ("visit", Question::Visit { area: Area::Record }),
    ];
    for (name, question) in questions {
        let access = Access {
            who: Who { login_id: &login_id, office: &office, roles: &[], trained: &[2026] },
            device: AtDevice {
                device: "DEV-000001".parse()?,
                office: &office,
                users: None,
                os: Os::Windows,
                ownership: Ownership::Office,
                assurance: Assurance::Swk,
            },
            question,
            write: false,
            now: Timestamp::from_unix(1_787_000_000),
        };
        let started = Instant::now();
        for _ in 0..ROUNDS {
            let _ = black_box(set.decide(black_box(&access)))?;
        }
        println!("{name}: {:.1} µs", started.elapsed().as_secs_f64() * 1e6 / f64::from(ROUNDS));
    }
    Ok(())
}
