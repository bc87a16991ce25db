//! A gateway that has just started knows who is revoked before it lets anybody in, or lets nobody in.
//!
//! Class 9 of the attacks that gateways have fallen to: revocation that is read late, or not at all.

use gateway::config::Config;
use gateway::run::Running;
use house::{Credentials, House, OFFICE, Opening, Plan, Settled, Talk, by, until};

type Told = (u16, String, String);

fn stale() -> Told {
    (503, "KW-301".into(), "registry_stale".into())
}

fn revoked() -> Told {
    (403, "KW-103".into(), "revoked".into())
}

fn no_session() -> Told {
    (401, "KW-207".into(), "no_session".into())
}

/// A house with a device that is revoked.
async fn with_a_lost_device(plan: Plan) -> (House, Settled, Credentials) {
    let house = House::planned(plan).await;
    let settled = house.settle().await;
    let (lost, stolen) = house.device(OFFICE).await;
    house.writer.revoke(&by(), lost, None, registry::change::RevokedReason::Lost).await.unwrap();
    house.applied().await;
    (house, settled, stolen)
}

/// Starts another gateway and does not wait for it to know anything; `registry` in place of the house's.
async fn start(house: &House, name: &str, registry: &str) -> Running {
    start_by(&house.configuration.replace(&house.registry_url(), registry), name).await
}

async fn start_by(configuration: &str, name: &str) -> Running {
    let mut configuration = configuration.to_owned();
    for file in ["gateway.state", "access.log", "checkpoints.log"] {
        configuration = configuration.replace(file, &format!("{name}-{file}"));
    }
    Running::with(Config::parse(&configuration).unwrap()).await.unwrap()
}

async fn asked(house: &House, gateway: &Running, credentials: Option<&Credentials>) -> Told {
    let opening = Opening { address: gateway.addresses()[0], ..house.opening(credentials) };
    let mut talk = Talk::open(&opening).await.unwrap();
    let host = format!("localhost:{}", gateway.addresses()[0].port());
    let request = house::request(http::Method::GET, &host, "/rooms/r-hanako/echo", None);
    talk.ask(request.body(house::empty()).unwrap()).await.unwrap().problem()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_device_is_refused_at_the_very_first_request_after_a_start() {
    for postgres in [false, true] {
        let (house, settled, stolen) = with_a_lost_device(Plan { postgres, ..Plan::default() }).await;
        for time in 0..5 {
            let gateway = start(&house, &format!("cold{time}"), &house.registry_url()).await;
            let first = asked(&house, &gateway, Some(&stolen)).await;
            assert_eq!(first, revoked(), "the doors open once the registry has been read");
            assert_eq!(asked(&house, &gateway, Some(&settled.credentials)).await, no_session());
            gateway.stop().await;
        }
        assert_eq!(house.backend.entered(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn started_without_its_registry_a_gateway_lets_nobody_in_until_it_has_read_it() {
    let (house, settled, stolen) = with_a_lost_device(Plan::default()).await;
    let late = house.dir.join("late.db");
    let nowhere = "postgres://nobody@127.0.0.1:1/none".to_owned();
    for (name, registry) in [("missing", format!("sqlite:{}", late.display())), ("unreachable", nowhere)] {
        let gateway = start(&house, name, &registry).await;
        for _ in 0..20 {
            for credentials in [Some(&stolen), Some(&settled.credentials), None] {
                assert_eq!(asked(&house, &gateway, credentials).await, stale(), "{name}");
            }
        }
        if name == "missing" {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(house.dir.join("registry.db"));
            let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
            let order = format!("VACUUM INTO '{}'", late.display());
            sqlx::query(sqlx::AssertSqlSafe(order)).execute(&mut connection).await.unwrap();
            let told = async |credentials| asked(&house, &gateway, credentials).await;
            until("it has read its registry", async || told(Some(&settled.credentials)).await == no_session()).await;
            assert_eq!(told(Some(&stolen)).await, revoked());
        }
        gateway.stop().await;
    }
    assert_eq!(house.backend.entered(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn started_with_a_silent_session_store_a_gateway_says_so_in_readyz_and_in_pages_and_not_with_a_closed_door() {
    let (house, settled, stolen) = with_a_lost_device(Plan::default()).await;
    let nowhere = format!("redis+unix://{}", house.dir.join("nobody.sock").display());
    let configuration = house.configuration.replace("\"memory:\"", &format!("{nowhere:?}"));
    let gateway = start_by(&configuration, "silent").await;
    let (status, said) = house::operations(*gateway.addresses().last().unwrap(), "/readyz").await;
    assert!(status == 503 && said.contains("sessions: "), "{said}");
    let silent: Told = (503, "KW-301".into(), "session_store_unavailable".into());
    assert_eq!(asked(&house, &gateway, Some(&settled.credentials)).await, silent);
    assert_eq!(asked(&house, &gateway, Some(&stolen)).await, revoked());
    gateway.stop().await;
}
