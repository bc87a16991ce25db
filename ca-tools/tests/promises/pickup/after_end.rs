//! An ended certificate: for 30 days its device gets the next one on the gateway's word, a mail and a code; nobody else does.

use std::time::SystemTime;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use serde_json::{Value as Json, json};

use crate::desk::assertion::jwks;
use crate::fixtures::open::*;

const DAY: i64 = 86_400;
const HERE: (&str, &str) = (LINUX, "192.0.2.1");

/// A gateway whose word this desk believes, and a device that holds a certificate.
struct Ended {
    open: Open,
    gateway: EcdsaKeyPair,
    device: String,
    number: String,
}

fn now() -> i64 {
    i64::try_from(SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap()
}

impl Ended {
    /// So many seconds ago.
    async fn ago(seconds: i64) -> Self {
        let open = Open::new();
        let gateway = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        std::fs::write(open.house.folder.join("jwks.json"), jwks(&gateway)).unwrap();
        let (device, number, code) = open.ticket("linux");
        let given = [("number", number.as_str()), ("code", code.as_str())];
        assert_eq!(open.post("/pickup/file", &given, HERE).await.status, 200);
        let ended = Self { open, gateway, device, number };
        ended.meddle(&format!(
            "UPDATE certificates SET not_before = {}, not_after = {} WHERE fingerprint IS NOT NULL",
            now() - 400 * DAY,
            now() - seconds
        ));
        ended.meddle(&format!("UPDATE tickets SET issued_at = {}", now() - 400 * DAY));
        ended
    }

    /// The registry, behind the desk's back.
    fn meddle(&self, sql: &str) {
        tokio::task::block_in_place(|| self.open.house.meddle(sql));
    }

    fn word(&self, change: impl FnOnce(&mut Json)) -> String {
        let mut claims = json!({ "iss": "https://gate", "aud": "renewal-after-end", "iat": now(), "exp": now() + 60,
            "device": self.device });
        change(&mut claims);
        let header = json!({ "alg": "ES256", "kid": "now" });
        let said = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()));
        let signature = self.gateway.sign(&SystemRandom::new(), said.as_bytes()).unwrap();
        format!("{said}.{}", BASE64.encode(signature))
    }

    async fn ask(&self) -> Answer {
        self.open.post("/pickup/renew", &[("for", &self.word(|_| ()))], HERE).await
    }

    fn tickets(&self) -> usize {
        let listed = self.open.house.done(&format!("ticket list --device {}", self.device));
        listed["tickets"].as_array().or(listed.as_array()).unwrap().len()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_the_gateways_word_a_number_goes_to_the_contact_and_the_code_stays_on_the_page() {
    let ended = Ended::ago(2 * DAY).await;
    let open = &ended.open;
    let offered = open.get(&format!("/pickup/renew?for={}", ended.word(|_| ())), LINUX).await;
    assert!(offered.text().contains(&ended.device) && offered.text().contains("新しい電子証明書を申し込む"));
    assert_eq!(ended.tickets(), 1, "to look asks for nothing");
    let asked = ended.ask().await;
    assert_eq!(asked.status, 303, "{}", asked.text());
    let place = asked.headers["location"].to_str().unwrap().to_owned();
    let page = open.get(&place, LINUX).await;
    let code = page.between("<p class=\"secret\">", "</p>");
    let number = open.newest_number(&ended.device, &ended.number);
    assert!(!page.text().contains(&number), "the number goes by mail alone");
    // Pressed once more, on another page of the same day: nothing new, and the same code.
    assert_eq!(ended.ask().await.status, 303);
    assert_eq!(ended.tickets(), 2);
    let again = open.get(&format!("/pickup/renew/asked?for={}", ended.word(|_| ())), LINUX).await;
    assert_eq!(again.between("<p class=\"secret\">", "</p>"), code);
    let given = [("number", number.as_str()), ("code", code.as_str())];
    assert_eq!(open.post("/pickup/file", &given, HERE).await.status, 200);
    let next = ended.ask().await;
    assert!(next.status == 409 && next.text().contains("すでに新しい電子証明書"), "{}", next.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_bring_the_gateways_word_of_this_hour_is_offered_nothing() {
    let ended = Ended::ago(2 * DAY).await;
    let good = ended.word(|_| ());
    let unsigned = format!("{}.", good.rsplit_once('.').unwrap().0);
    let words = [
        String::new(),
        "x.y.z".to_owned(),
        unsigned,
        ended.word(|claims| claims["aud"] = "desk".into()),
        ended.word(|claims| claims["iss"] = "https://other".into()),
        ended.word(|claims| claims["iat"] = (now() - 3_700).into()),
        ended.word(|claims| claims["iat"] = (now() + 60).into()),
        ended.word(|claims| claims["device"] = "DEV-000099".into()),
        ended.word(|claims| claims["device"] = Json::Null),
    ];
    for word in words {
        let told = ended.open.post("/pickup/renew", &[("for", &word)], HERE).await;
        assert!(told.status == 403 && told.text().contains("期限が切れた端末で"), "{word}: {}", told.text());
        let told = ended.open.get(&format!("/pickup/renew/asked?for={word}"), LINUX).await;
        assert!(!told.text().contains("class=\"secret\"") && !told.text().contains(&ended.device), "{word}");
    }
    assert_eq!(ended.tickets(), 1);
    assert_eq!(ended.open.post("/pickup/renew", &[("for", &good)], HERE).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn too_late_on_hold_withdrawn_or_beside_the_citys_own_ticket_nothing_is_given_and_it_is_said() {
    let late = Ended::ago(31 * DAY).await;
    let told = late.ask().await;
    assert!(told.status == 409 && told.text().contains("30日を過ぎた"), "{}", told.text());
    let ended = Ended::ago(2 * DAY).await;
    let house = &ended.open.house;
    house.done(&format!("device suspend {} --why 確認", ended.device));
    let told = ended.ask().await;
    assert!(told.status == 409 && told.text().contains("一時停止中"), "{}", told.text());
    house.done(&format!("device resume {}", ended.device));
    ended.meddle("UPDATE certificates SET shortened = 1");
    let told = ended.ask().await;
    assert!(told.status == 409 && told.text().contains("短い期限で発行されたもの"), "{}", told.text());
    ended.meddle("UPDATE certificates SET shortened = 0");
    house.done(&format!("ticket issue --device {}", ended.device));
    let told = ended.ask().await;
    assert!(told.status == 409 && told.text().contains("すでにお送りしています"), "{}", told.text());
    ended.meddle("UPDATE tickets SET state = 'killed'");
    ended.meddle("UPDATE certificates SET state = 'revoked' WHERE fingerprint IS NOT NULL");
    let told = ended.ask().await;
    assert!(told.status == 409 && told.text().contains("無効になっている"), "{}", told.text());
    assert_eq!(ended.tickets(), 2, "the pick-up's and the city's");
    ended.meddle("UPDATE certificates SET state = 'issued' WHERE fingerprint IS NOT NULL");
    assert_eq!(ended.ask().await.status, 303);
}
