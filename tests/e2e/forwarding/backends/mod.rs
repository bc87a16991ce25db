//! Backends as they are: what one says oddly is said soundly behind the gate, or refused with the cause in the log; and
//! what it says is about the request that was asked, and not about the next one, the connection or the whole site.

mod answers;
mod foreign;
mod logins;
mod once_more;
mod paths;
mod told;

use house::{House, Opening, Plan, Settled, Talk};

/// A settled house in front of a backend, whose worker is logged in.
struct Lived {
    house: House,
    settled: Settled,
    cookie: String,
}

async fn lived_in(plan: Plan) -> Lived {
    let house = House::planned(plan).await;
    let settled = house.settle().await;
    let cookie = house.login(&mut house.talk(&settled.credentials).await, Settled::WORKER).await;
    Lived { house, settled, cookie }
}

impl Lived {
    fn opening(&self, alpn: &str) -> Opening {
        Opening { alpn: vec![alpn.into()], ..self.house.opening(Some(&self.settled.credentials)) }
    }

    async fn talk(&self, alpn: &str) -> Talk {
        Talk::open(&self.opening(alpn)).await.unwrap()
    }

    fn target(&self, alpn: &str, path: &str) -> String {
        if alpn == "h2" { format!("https://{}{path}", self.house.host()) } else { path.to_owned() }
    }
}

const PROTOCOLS: [&str; 2] = ["http/1.1", "h2"];
const ANYWHERE: &str = "127.0.0.1:0";
