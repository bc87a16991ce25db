//! Backends as they are: what one says oddly is said soundly behind the gate, or refused with the cause in the log; and
//! what it says is about the request that was asked, and not about the next one, the connection or the whole site.

mod answers;
mod foreign;
mod logins;
mod once_more;
mod paths;
mod told;

use super::{Lived, lived_in};

impl Lived {
    fn target(&self, alpn: &str, path: &str) -> String {
        if alpn == "h2" { format!("https://{}{path}", self.house.host()) } else { path.to_owned() }
    }
}

const PROTOCOLS: [&str; 2] = ["http/1.1", "h2"];
const ANYWHERE: &str = "127.0.0.1:0";
