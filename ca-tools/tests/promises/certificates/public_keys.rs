//! A public key is certified once.

use serde_json::{Value as Json, json};

use crate::fixtures::house::House;

const EC: &str = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj /CN=x";

fn issue(house: &House, what: &str, (device, csr): (&str, &str)) -> (i32, Json, String) {
    let told =
        house.tell(&format!("cert {what} --device {device} --format pem --csr {csr} --out {what}-{device}-{csr}.pem"));
    let refused = if told.code == 0 { Json::Null } else { told.json()["refused"].clone() };
    (told.code, refused, told.err)
}

#[test]
fn a_key_that_had_a_certificate_gets_no_other_one() {
    for house in House::both() {
        let house = house.furnish();
        let other = house.device();
        house.program("openssl", &format!("req -new {EC} -keyout own.key -out own.csr"));
        house.program("openssl", "req -new -key own.key -subj /CN=again -out again.csr");
        house.program("openssl", &format!("req -new {EC} -keyout next.key -out next.csr"));
        assert_eq!(issue(&house, "issue", ("DEV-000001", "own.csr")).0, 0);
        // Not for another device, not for a renewal, by no other request.
        for (what, device) in [("issue", other.as_str()), ("renew", "DEV-000001")] {
            for csr in ["own.csr", "again.csr"] {
                let (code, refused, err) = issue(&house, what, (device, csr));
                assert_eq!((code, &refused), (1, &json!("key_certified")), "{what} {device}: {err}");
                assert!(err.contains("新しい鍵を作り") && err.contains("DEV-000001"), "{err}");
            }
        }
        // Not after it was lost, for anybody.
        house.done("cert revoke --device DEV-000001 --reason lost");
        for device in ["DEV-000001", other.as_str()] {
            assert_eq!(issue(&house, "issue", (device, "again.csr")).1, json!("key_certified"));
        }
        assert_eq!(issue(&house, "issue", ("DEV-000001", "next.csr")).0, 0, "a new key is welcome");
        assert_eq!(house.done("doctor")["sound"], json!(true));
    }
}

#[test]
fn a_ca_s_key_and_another_machine_s_of_the_house_are_no_device_s() {
    let house = House::furnished();
    house.program("openssl", "req -new -key ca/issuing.key -passin file:pass -subj /CN=x -out ca.csr");
    house.program("openssl", &format!("req -new {EC} -keyout gateway.key -out gateway.csr"));
    house.program("openssl", "req -x509 -key gateway.key -subj /CN=gateway -days 2 -out ca/gateway.pem");
    for csr in ["ca.csr", "gateway.csr"] {
        let (code, refused, err) = issue(&house, "issue", ("DEV-000001", csr));
        assert_eq!((code, &refused), (1, &json!("key_of_the_house")), "{csr}: {err}");
    }
    // Though its file be gone: the registry knows its CAs.
    let key = house.ask("SELECT CAST(COUNT(*) AS TEXT) FROM certificates");
    assert_eq!(key, "0", "no intent is left");
}

#[test]
fn keys_of_before_are_written_down_and_two_of_one_key_are_told() {
    for house in House::both() {
        let house = house.furnish();
        let other = house.device();
        house.program("openssl", &format!("req -new {EC} -keyout own.key -out own.csr"));
        assert_eq!(issue(&house, "issue", ("DEV-000001", "own.csr")).0, 0);
        let known = house.ask("SELECT key_print FROM certificates");
        house.meddle("UPDATE certificates SET key_print = NULL");
        assert_eq!(issue(&house, "issue", (&other, "own.csr")).1, json!("key_certified"), "it is read out of the PEM");
        assert_eq!(house.ask("SELECT key_print FROM certificates WHERE key_print IS NOT NULL"), known);
        house.done(&format!("cert issue --device {other} --format pem --out other.pem"));
        house.meddle(&format!("UPDATE certificates SET key_print = '{known}'"));
        let told = house.tell("doctor").json();
        let codes: Vec<_> =
            told["findings"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
        assert!(codes.contains(&"key_certified_twice") && codes.contains(&"certificate_disagrees"), "{told}");
        assert_eq!(told["sound"], json!(false));
    }
}
