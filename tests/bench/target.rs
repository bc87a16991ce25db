//! Makes a gateway ready to be measured beside others: devices, people and sessions that a load generator
//! already holds are written into a registry and into Redis, and the configuration that serves them.
//!
//! `bench-target DIR` reads from the environment `GW_ADDR` (where to listen), `GW_PKI` (`devices.tsv` with index,
//! name, serial, SHA-1, SHA-256, cookie and user; the CAs' and the site's certificates), `GW_REGISTRY` (the SHA-256
//! of every registered certificate), `GW_REDIS`, `GW_BACKEND` and `GW_ACCESS_LOG`, and writes `DIR/gateway.toml`.
//! The gateway answers to the names `gateway.test`, `localhost` and `127.0.0.1`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a tool of the bench; its input is the environment"
)]

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use ca_tools::acts::{Founding, Writer};
use ca_tools::config::DatabaseUrl;
use house::{by, now};
use sqlx::Connection;

const OFFICE: &str = "1272200001";

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let dir = PathBuf::from(std::env::args().nth(1).expect("bench-target DIR"));
    let pki = PathBuf::from(variable("GW_PKI"));
    let registered: HashSet<String> = std::fs::read_to_string(variable("GW_REGISTRY"))
        .unwrap()
        .lines()
        .filter_map(|line| line.split_whitespace().next().map(str::to_lowercase))
        .collect();
    let devices: Vec<Device> =
        std::fs::read_to_string(pki.join("devices.tsv")).unwrap().lines().skip(1).map(Device::read).collect();
    let database = dir.join("registry.db");
    write_registry(&database, &devices, &registered).await;
    write_sessions(&devices).await;
    std::fs::write(dir.join("gateway.toml"), configuration(&dir, &pki)).unwrap();
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set"))
}

struct Device {
    number: u32,
    serial: String,
    fingerprint: String,
    cookie: String,
    login_id: String,
}

impl Device {
    fn read(line: &str) -> Self {
        let mut fields = line.split('\t').map(str::to_owned);
        let mut next = || fields.next().unwrap();
        let number = next().parse::<u32>().unwrap() + 1;
        let (_, serial, _, fingerprint, cookie) = (next(), next(), next(), next(), next());
        Self { number, serial, fingerprint, cookie, login_id: next() }
    }
}

/// Everything in one transaction of plain SQL: what is measured is the gateway, not the writer.
async fn write_registry(path: &Path, devices: &[Device], registered: &HashSet<String>) {
    let place: DatabaseUrl = format!("sqlite:{}", path.display()).parse().unwrap();
    let founding = Founding { id: &"ab".repeat(16), authorities: &[], reader: None };
    let journal = ca_tools::config::JournalFiles::in_folder(path.parent().unwrap());
    drop(Writer::init(&place, &journal, (&by(), &founding)).await.unwrap());
    let mut database = sqlx::SqliteConnection::connect(&format!("sqlite:{}", path.display())).await.unwrap();
    let mut all = database.begin().await.unwrap();
    let (from, until) = (now().unix() - 86_400, now().unix() + 700 * 86_400);
    let mut sql =
        format!("INSERT INTO offices VALUES ('{OFFICE}','c','n','k','m','t','a','p','registered',NULL,'A-1',2,'');\n");
    for Device { number, serial, fingerprint, login_id, .. } in devices {
        writeln!(
            sql,
            "INSERT INTO system_users VALUES ('{login_id}','{OFFICE}','n','p','','active','-',0,1,0,'[]','A-1',2,NULL,'',0,NULL,NULL);\n\
             INSERT INTO devices VALUES ({number},'{OFFICE}','l','windows','office','approved',0,1,'b','{{}}',1,'b',NULL,'A-1',2);"
        )
        .unwrap();
        if registered.contains(fingerprint) {
            writeln!(
                sql,
                "INSERT INTO certificates (serial, device, fingerprint, state, not_before, not_after, superseded_from, \
                 successor, revoked_at, revoked_reason, assurance, key_origin, issuer, to_be_signed, certificate, application, \
                 version) VALUES ('{serial}',{number},'{fingerprint}','issued',{from},{until},NULL,NULL,\
                 NULL,NULL,'swk','server','i','t',NULL,NULL,2);"
            )
            .unwrap();
        }
    }
    sql.push_str("UPDATE registry SET version = 2;");
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut *all).await.unwrap();
    all.commit().await.unwrap();
}

/// As the gateway's own record says it: version 2, not ended, password set at 1, never logged in before, of the era 1 that
/// the store is said to be in.
async fn write_sessions(devices: &[Device]) {
    let client = redis::Client::open(format!("redis://{}", variable("GW_REDIS"))).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let era = ["number", "1", "mark", "0000000000000001", "count", "0"];
    let () = redis::cmd("HSET").arg("b:store").arg(&era).query_async(&mut connection).await.unwrap();
    for device in devices {
        let key = gateway::session::CookieValue::read(device.cookie.as_bytes()).unwrap().key();
        let mut record = vec![2, 0];
        record.extend_from_slice(&0_i64.to_be_bytes());
        record.extend_from_slice(&1_i64.to_be_bytes());
        record.extend_from_slice(&now().unix().to_be_bytes());
        record.extend_from_slice(&i64::MIN.to_be_bytes());
        record.extend_from_slice(&device.number.to_be_bytes());
        record.extend_from_slice(&[1_u64.to_be_bytes(), 1_u64.to_be_bytes()].concat());
        record.extend_from_slice(device.login_id.as_bytes());
        let () = redis::cmd("SET").arg(format!("s:{key}")).arg(record).query_async(&mut connection).await.unwrap();
        let () =
            redis::cmd("SET").arg(format!("l:{key}")).arg(now().unix()).query_async(&mut connection).await.unwrap();
    }
}

fn configuration(dir: &Path, pki: &Path) -> String {
    let key = |name: &str| {
        let path = dir.join(name);
        std::fs::write(&path, rcgen::KeyPair::generate().unwrap().serialize_pem()).unwrap();
        path.display().to_string()
    };
    let (assertion, log) = (key("assertion.pem"), key("log.pem"));
    let (dir, pki) = (dir.display(), pki.display());
    let (address, redis, backend) = (variable("GW_ADDR"), variable("GW_REDIS"), variable("GW_BACKEND"));
    let lines = variable("GW_ACCESS_LOG");
    format!(
        r#"name = "gw-bench"
[ops]
listen = "127.0.0.1:0"
[registry]
url = "sqlite:{dir}/registry.db"
state = "{dir}/gateway.state"
[sessions]
url = "redis://{redis}"
[devices]
roots = ["{pki}/device-root.crt"]
issuing = ["{pki}/ca.crt"]
[assertion]
issuer = "https://localhost"
key = "{assertion}"
[log]
file = "{lines}"
checkpoints = "{dir}/checkpoints.log"
key = "{log}"
[limits]
connections = 20000
connections_per_source = 20000
handshakes = 20000
keep_alive = "3600s"
first_request = "3600s"
[[upstream]]
name = "backend"
url = "http://{backend}"
[[site]]
name = "service"
kind = "service"
listen = "{address}"
hosts = ["gateway.test", "localhost", "127.0.0.1"]
certificate = "{pki}/web-server.crt"
key = "{pki}/server.key"
hsts = false
[[site.route]]
path = "/**"
upstream = "backend"
area = "record"
"#
    )
}
