//! One issuing CA follows on another at a real gateway: both are hinted and trusted until the last certificate of the
//! old one has ended. The clock is moved by issuing in the past; how the commands walk the years is promised in
//! `ca-tools/tests/promises/certificates/rollover.rs`.

use ca_tools::acts::By;
use ca_tools::key::{self, PrivateKey};
use ca_tools::refusal::{IssuerRefusal, Refusal};
use ca_tools::rows::{Authority as Known, AuthorityKind};
use ca_tools::rows::{Intent, KeyOrigin, Purpose, Signed, Term};
use ca_tools::sign::{
    Authority, HolderKey, Order, Prepared, certificate_pem, make_issuing, make_root, prepare, read_certificate_pem,
    sign,
};
use certs::profile::{Profile, Purpose as Of};
use certs::{DeviceNo, Timestamp};
use gateway::config::Config;
use house::{Credentials, House, by};
use registry::Assurance;
use registry::change::IllegalChange;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::fixtures::newcomer::Newcomer;

const DAY: i64 = 86_400;

/// A root and two issuing CAs of it, the older one past the half of its life.
struct Hierarchy {
    root: Authority,
    old: Authority,
    new: Authority,
    profile: Profile,
}

impl Hierarchy {
    async fn known_to(house: &House) -> Self {
        let now = house::now();
        let root = make_root("R1", now.plus(-950 * DAY)).unwrap();
        let old = make_issuing("1", &root, now.plus(-950 * DAY)).unwrap();
        let new = make_issuing("2", &root, now.plus(-20 * DAY)).unwrap();
        for (name, issuing) in [("1", &old), ("2", &new)] {
            let certificate = issuing.certificate();
            let pem = certificate_pem(certificate.der()).unwrap();
            let known = Known { fingerprint: certificate.fingerprint(), kind: AuthorityKind::Issuing, pem };
            house.writer.add_issuing(&by(), (name, certificate), known).await.unwrap();
        }
        assert_eq!(house.writer.ledger().issuer().await.unwrap(), new.certificate().fingerprint(), "the newest signs");
        Self { root, old, new, profile: Profile::built_in(Of::Device).unwrap() }
    }

    /// Issues to the device at this moment, and makes it known.
    async fn issue(
        &self,
        house: &House,
        (device, issuing): (DeviceNo, &Authority),
        (at, purpose): (Timestamp, Purpose),
    ) -> Credentials {
        let (key, prepared) = self.prepared(device, issuing, at);
        let by = By { at: house::now(), ..by() };
        let receipt = house.writer.intend(&by, &Self::intent(&prepared), purpose).await.unwrap();
        let issued = sign(prepared.recorded(receipt).unwrap(), issuing).unwrap();
        let signed = Signed {
            serial: issued.serial(),
            fingerprint: issued.fingerprint(),
            key: issued.key(),
            pem: issued.pem().to_owned(),
        };
        house.writer.record(&by, device, &signed, purpose).await.unwrap();
        house.applied().await;
        let chain_pem = format!("{}{}", issued.pem(), certificate_pem(issuing.certificate().der()).unwrap());
        let key_pem = key::plain(&key).unwrap().to_string();
        Credentials {
            chain: vec![
                CertificateDer::from(issued.der().to_vec()),
                CertificateDer::from(read_certificate_pem(&chain_pem[issued.pem().len()..]).unwrap()),
            ],
            key: PrivateKeyDer::from_pem_slice(key_pem.as_bytes()).unwrap(),
            serial: issued.serial(),
            fingerprint: issued.fingerprint(),
            validity: issued.validity(),
            chain_pem,
            key_pem,
        }
    }

    fn prepared(&self, device: DeviceNo, issuing: &Authority, at: Timestamp) -> (PrivateKey, Prepared) {
        let key = PrivateKey::make(self.profile.made_key()).unwrap();
        let order = Order { device, key: HolderKey::Made(&key), now: at, asked_days: None };
        let prepared = prepare(&order, &self.profile, issuing.certificate()).unwrap();
        (key, prepared)
    }

    fn intent(prepared: &Prepared) -> Intent {
        Intent {
            serial: prepared.serial(),
            device: prepared.device(),
            validity: prepared.validity(),
            term: Term::Full,
            key: prepared.key().unwrap(),
            assurance: Assurance::Swk,
            key_origin: KeyOrigin::Server,
            issuer: prepared.issuer(),
            to_be_signed: prepared.to_be_signed(),
        }
    }

    /// The gateway reads a configuration that names these issuing CAs.
    fn trusted(&self, house: &House, issuing: &[&Authority]) {
        let write = |name: &str, authority: &Authority| {
            let path = house.dir.join(name);
            house::write(&path, &certificate_pem(authority.certificate().der()).unwrap());
            format!("\"{}\"", path.display())
        };
        let named = |file: &str| format!("\"{}\"", house.dir.join(file).display());
        let files: Vec<_> = issuing.iter().enumerate().map(|(at, ca)| write(&format!("rolled-{at}.pem"), ca)).collect();
        let configuration = house
            .configuration
            .replace(&named("root.pem"), &write("rolled-root.pem", &self.root))
            .replace(&named("issuing.pem"), &files.join(", "));
        assert!(configuration.contains("rolled-root.pem") && configuration.contains("rolled-0.pem"));
        house.gateway.reload_with(Config::parse(&configuration).unwrap()).unwrap();
    }
}

/// Somebody whose device holds a certificate of this CA.
async fn with(house: &House, ca: (&Hierarchy, &Authority), (number, days_ago): (usize, i64)) -> Newcomer {
    let newcomer = Newcomer::of(house, number).await;
    let at = house::now().plus(-days_ago * DAY);
    let credentials = ca.0.issue(house, (newcomer.device, ca.1), (at, Purpose::Renewal { grace: 0 })).await;
    Newcomer { credentials, ..newcomer }
}

fn passes() -> (u16, String, String) {
    (200, String::new(), String::new())
}

fn foreign() -> (u16, String, String) {
    (403, "KW-101".into(), "foreign_cert".into())
}

#[tokio::test(flavor = "multi_thread")]
async fn both_issuing_cas_are_hinted_and_trusted_until_the_last_certificate_of_the_old_one_has_ended() {
    let house = House::open().await;
    let cas = Hierarchy::known_to(&house).await;
    let stays = with(&house, (&cas, &cas.old), (1, 300)).await;
    let renews = with(&house, (&cas, &cas.old), (2, 300)).await;
    let comes = with(&house, (&cas, &cas.new), (3, 0)).await;

    cas.trusted(&house, &[&cas.old]);
    assert_eq!(stays.refusal(&house).await, passes());
    assert_eq!(comes.refusal(&house).await, foreign(), "a gateway that was not told of the new CA");

    cas.trusted(&house, &[&cas.new, &cas.old]);
    for newcomer in [&stays, &renews, &comes] {
        assert_eq!(newcomer.refusal(&house).await, passes(), "{}", newcomer.office);
    }
    let hinted = crate::tls::handshake::hinted(&house, house.address(), "localhost").await;
    let names = [&cas.root, &cas.old, &cas.new].map(|ca| ca.certificate().subject().to_vec());
    assert_eq!(hinted.len(), 3);
    assert!(names.iter().all(|name| hinted.contains(name)), "{hinted:?}");

    // Renewed under the new CA: for the grace both certificates open the door, and the session goes on.
    let grace = Purpose::Renewal { grace: 14 * DAY };
    let renewed = cas.issue(&house, (renews.device, &cas.new), (house::now(), grace)).await;
    assert_eq!(renews.refusal(&house).await, passes(), "the one that is renewed");
    let renews = Newcomer { credentials: renewed, ..renews };
    assert_eq!(renews.refusal(&house).await, passes(), "the one that renews");

    let old = cas.old.certificate().fingerprint();
    let refused = house.writer.retire_issuing(&by(), &old).await.unwrap_err();
    assert!(matches!(refused, Refusal::Illegal(_, IllegalChange::AuthorityInUse(2))), "{refused:?}");
    let later = |days: i64| By { at: house::now().plus(days * DAY), ..by() };
    let refused = house.writer.retire_issuing(&later(15), &old).await.unwrap_err();
    assert!(matches!(refused, Refusal::Illegal(_, IllegalChange::AuthorityInUse(1))), "{refused:?}");
    house.writer.retire_issuing(&later(700), &old).await.unwrap();

    let (_, prepared) = cas.prepared(stays.device, &cas.old, house::now());
    let late = house.writer.intend(&by(), &Hierarchy::intent(&prepared), Purpose::Renewal { grace: 0 }).await;
    assert!(matches!(late, Err(Refusal::Issuer(IssuerRefusal::Retired(by))) if by == old), "{late:?}");

    cas.trusted(&house, &[&cas.new]);
    assert_eq!(stays.refusal(&house).await, foreign());
    for newcomer in [&renews, &comes] {
        assert_eq!(newcomer.refusal(&house).await, passes(), "{}", newcomer.office);
    }
    let hinted = crate::tls::handshake::hinted(&house, house.address(), "localhost").await;
    assert!(!hinted.contains(&names[1]), "a CA that went is hinted");
}
