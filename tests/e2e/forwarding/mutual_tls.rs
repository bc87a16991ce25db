//! The desk may be on another machine: the gateway shows it a certificate of the house's own CA, and never a device's.

use std::path::Path;

use certs::DeviceNo;
use gateway::config::{Config, Mistake};
use gateway::rules::Rules;
use house::{Ca, Credentials, House, Leaf, Plan, Receiver};
use rcgen::{ExtendedKeyUsagePurpose, SanType};
use tokio::net::TcpListener;

/// A certificate for machines of the house, as the profile `internal` has it.
fn internal(ca: &Ca, name: &str) -> Credentials {
    let usages = vec![ExtendedKeyUsagePurpose::ClientAuth, ExtendedKeyUsagePurpose::ServerAuth];
    let names = vec![SanType::IpAddress([127, 0, 0, 1].into())];
    let leaf = Leaf { usages, names, common_name: Some(name.to_owned()), ..Leaf::default() };
    ca.sign(DeviceNo::new(1).unwrap(), &leaf)
}

fn files(dir: &Path, credentials: &Credentials) -> (String, String) {
    let (cert, key) = (dir.join("internal.pem"), dir.join("internal.key"));
    std::fs::write(&cert, &credentials.chain_pem).unwrap();
    std::fs::write(&key, &credentials.key_pem).unwrap();
    (cert.display().to_string(), key.display().to_string())
}

/// A house whose reports go to `https://127.0.0.1:PORT`, with these keys beside.
async fn house_with(identity: &str, address: std::net::SocketAddr, ca: &Ca, dir: &Path) -> House {
    let root = dir.join("house-root.pem");
    std::fs::write(&root, &ca.root_pem).unwrap();
    let more = format!(
        "[[upstream]]\nname = \"far-desk\"\nurl = \"https://{address}\"\nca = \"{}\"\n{identity}",
        root.display()
    );
    House::planned(Plan { extra: "[reports]\ndesk = \"far-desk\"\n".into(), more, ..Plan::default() }).await
}

/// A directory of its own, which goes with the test's house.
struct Scratch(std::path::PathBuf);

impl Scratch {
    fn new() -> Self {
        let mut name = [0; 8];
        aws_lc_rs::rand::fill(&mut name).unwrap();
        let path = std::env::temp_dir().join(format!("sekisho-internal-{}", u64::from_ne_bytes(name)));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn reports_reach_a_far_desk_by_mutual_tls() {
    let (ca, dir) = (Ca::new("House"), Scratch::new());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (cert, key) = files(&dir.0, &internal(&ca, "gw-test"));
    let identity = format!("cert = \"{cert}\"\nkey = \"{key}\"\n");
    let house = house_with(&identity, listener.local_addr().unwrap(), &ca, &dir.0).await;
    let receiver = Receiver::over_tls(listener, house.ops_address(), (&internal(&ca, "desk"), &ca));
    let settled = house.settle().await;
    receiver.applied(house.version().await).await;
    let mut talk = house.talk(&settled.credentials).await;
    house.get(&mut talk, "/.gateway/check", None).await;
    receiver.told("sightings", |sighting| sighting["device"] == settled.device.to_string()).await;
}

#[tokio::test]
async fn a_far_desk_that_is_shown_no_certificate_takes_nothing_and_reports_are_kept() {
    let (ca, dir) = (Ca::new("House"), Scratch::new());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let house = house_with("", listener.local_addr().unwrap(), &ca, &dir.0).await;
    let receiver = Receiver::over_tls(listener, house.ops_address(), (&internal(&ca, "desk"), &ca));
    let settled = house.settle().await;
    let mut talk = house.talk(&settled.credentials).await;
    house.get(&mut talk, "/.gateway/check", None).await;
    house::until("the gateway was turned away", async || receiver.turned_away() > 0).await;
    assert!(receiver.tries().is_empty());
    let tally = house.gateway.state().reports.stats();
    assert!(tally.spooled > 0 && tally.taken == 0 && tally.refused == 0, "{tally:?}");
}

#[tokio::test]
async fn a_certificate_of_the_device_ca_is_refused_and_so_is_half_a_pair() {
    let house = House::open().await;
    let own = Ca::new("House");
    let root = house.dir.join("web-root.pem");
    std::fs::write(&root, &own.root_pem).unwrap();
    let checked = |url: &str, identity: &str| -> Result<(), Vec<Mistake>> {
        let ca = if url.starts_with("https") { format!("ca = \"{}\"\n", root.display()) } else { String::new() };
        let far = format!("[[upstream]]\nname = \"far\"\nurl = \"{url}\"\n{ca}{identity}");
        let configuration = house.configuration.replacen("[[upstream]]", &format!("{far}[[upstream]]"), 1);
        Config::parse(&configuration).and_then(Rules::load).map(drop)
    };
    let told = |url: &str, identity: &str| -> Vec<String> {
        checked(url, identity).err().unwrap_or_default().iter().map(ToString::to_string).collect()
    };
    let pair = |credentials: &Credentials| {
        let (cert, key) = files(&house.dir, credentials);
        format!("cert = \"{cert}\"\nkey = \"{key}\"\n")
    };
    const FAR: &str = "https://desk.example.jp:8443";
    assert_eq!(told(FAR, &pair(&internal(&own, "gw-test"))), [""; 0]);
    let device = house.ca.sign(DeviceNo::new(1).unwrap(), &Leaf::default());
    for credentials in [&device, &internal(&house.ca, "gw-test"), &internal(&Ca::new("Device"), "a twin's")] {
        let told = told(FAR, &pair(credentials));
        assert!(
            matches!(&told[..], [told] if told.starts_with("upstream[0].cert: chains to the device CA")),
            "{told:?}"
        );
    }
    let half = told(FAR, "cert = \"/x\"\n");
    assert!(matches!(&half[..], [told] if told.starts_with("upstream[0].key: is required with cert")), "{half:?}");
    let clear = told("http://127.0.0.1:9", &pair(&internal(&own, "gw-test")));
    assert!(
        matches!(&clear[..], [told] if told.starts_with("upstream[0].cert: cert and key stand beside")),
        "{clear:?}"
    );
    let (cert, _) = files(&house.dir, &internal(&own, "one"));
    let other = house.dir.join("other.key");
    std::fs::write(&other, &internal(&own, "other").key_pem).unwrap();
    let mixed = told(FAR, &format!("cert = \"{cert}\"\nkey = \"{}\"\n", other.display()));
    assert!(matches!(&mixed[..], [told] if told.contains("its cert and key cannot be used")), "{mixed:?}");
}
