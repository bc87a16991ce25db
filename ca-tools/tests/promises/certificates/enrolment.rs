//! Who gets a certificate, and what stands in it (SECURITY.md#what-others-fell-to): only whom the registry lets, and only
//! what the profile and the registry say.

use serde_json::json;

use crate::fixtures::house::{House, Told};
use crate::people::passwords::EVERY_ROLE;

fn as_operator(house: &House, operator: &str, line: &str) -> Told {
    let mut arguments = vec!["--config", "ca/ca.toml", "--json", "--yes"];
    if !operator.is_empty() {
        arguments.extend(["--operator", operator]);
    }
    arguments.extend(line.split(' '));
    house.run(&arguments)
}

/// Two devices, the second with a certificate; people of every standing who may not issue.
fn house() -> House {
    let house = House::furnished();
    house.device();
    house.done("cert issue --device DEV-000002 --format pem --out held.pem");
    let add = "user add --office 1272200001 --name 職員 --profession 行政 --application A-9";
    house.done(&format!("{add} --id setup {EVERY_ROLE}"));
    for (id, role) in
        [("auditor", "auditor"), ("keeper", "ca_custodian"), ("held", "ra_approver"), ("gone", "ra_clerk")]
    {
        house.done(&format!("{add} --id {id} --role {role}"));
    }
    for id in ["held", "gone"] {
        assert!(house.proof_of(id).is_some());
    }
    house.chooses("k.sato", "雨の7川-と舟歌");
    for id in ["k.sato", "nobody"] {
        house.proves(id, "雨の7川-と舟歌");
    }
    house.done("user suspend held --break-glass --why 試験");
    house.done("user delete gone");
    house.secret("second", "雨の7川-と舟歌\n");
    house
}

#[test]
fn nobody_but_an_operator_in_service_gets_a_certificate_by_any_command() {
    let house = house();
    let before = house.done("cert list");
    let ways = [
        "cert issue --device DEV-000001 --format pem --out x.pem",
        "cert renew --device DEV-000002 --format pem --out x.pem",
        "cert reissue DEV-000002 --to DEV-000001 --application A --why x --format pem --out x.pem",
        "cert emergency --device DEV-000001 --second setup --second-password-file second --why x --format pem --out x.pem",
        "example devices --office 1272200001 --count 1 --application A",
    ];
    for operator in ["nobody", "k.sato", "auditor", "keeper", "held", "gone"] {
        for way in ways {
            let told = as_operator(&house, operator, way);
            assert_eq!(
                (told.code, &told.json()["refused"]),
                (1, &json!("operator_may_not")),
                "{operator} {way}: {told:?}"
            );
        }
    }
    for way in ways {
        let told = as_operator(&house, "", way);
        assert!(told.code == 2 && told.err.contains("--operator"), "{way}: {told:?}");
    }
    assert_eq!(house.done("cert list"), before);
    assert!(!house.files().iter().any(|name| name.starts_with("x.pem")), "{:?}", house.files());
}

#[test]
fn a_certificate_that_is_revoked_suspended_superseded_or_expired_is_not_renewed() {
    let house = House::furnished();
    let renew = |device: &str| house.tell(&format!("cert renew --device {device} --format pem --out r.pem"));
    let issued = |days: &str| {
        let device = house.device();
        house.done(&format!("cert issue --device {device} --format pem --out {device}.pem{days}"));
        device
    };
    let revoked = issued("");
    house.done(&format!("cert revoke --device {revoked} --reason lost"));
    let told = renew(&revoked);
    assert_eq!((told.code, &told.json()["refused"]), (1, &json!("no_certificate")), "{told:?}");
    let suspended = issued("");
    house.done(&format!("device suspend {suspended}"));
    let told = renew(&suspended);
    assert!(told.code == 1 && told.err.contains("端末は一時停止中です。"), "{told:?}");
    let lost = issued("");
    house.done(&format!("device report-lost {lost} --why 置き忘れ"));
    let told = renew(&lost);
    assert!(told.code == 1 && told.err.contains("端末は一時停止中です。"), "{told:?}");
    let short = issued(" --days 1");
    let told = house.later(2, &format!("cert renew --device {short} --format pem --out r.pem"));
    assert_eq!((told.code, &told.json()["refused"]), (1, &json!("shortened_not_renewed")), "{told:?}");
    let told = house.later(32, &format!("cert renew --device {short} --format pem --out r.pem --why 再開"));
    assert_eq!((told.code, &told.json()["refused"]), (1, &json!("no_certificate")), "{told:?}");
    let office = issued("");
    house.done("office suspend 1272200001");
    let told = renew(&office);
    assert!(told.code == 1 && told.err.contains("事業所は一時停止中です。"), "{told:?}");
    house.done("office withdraw 1272200001");
    let told = renew(&office);
    assert!(told.code == 1 && told.err.contains("事業所は「利用終了」で、元に戻せません。"), "{told:?}");
    assert!(!house.files().contains(&"r.pem".to_owned()));
}

#[test]
fn one_offices_device_does_not_take_the_place_of_anothers() {
    let house = House::furnished();
    house.done("cert issue --device DEV-000001 --format pem --out d.pem");
    house.done("office register 1272200002 --name みどり薬局 --application A-4");
    let line = "device apply --office 1272200002 --label 別 --os ios --ownership office --application A-5";
    let other = house.done(line)["device"].as_str().unwrap().to_owned();
    house.done(&format!("device inspect {other} --result pass"));
    house.done(&format!("device approve {other}"));
    let told = house
        .tell(&format!("cert reissue DEV-000001 --to {other} --application A-6 --why 故障 --format pem --out x.pem"));
    assert_eq!((told.code, &told.json()["refused"]), (1, &json!("office_mismatch")), "{told:?}");
    let told = house
        .tell("device apply --office 1272200002 --label x --os ios --ownership byod --user k.sato --application A");
    assert_eq!((told.code, &told.json()["refused"]), (1, &json!("office_mismatch")), "{told:?}");
}

/// A request that asks for what is not its to have.
const GREEDY: &str = "[req]\ndistinguished_name = dn\nreq_extensions = asked\nprompt = no\n\
    [dn]\nC = JP\nO = Kashiwa City\nOU = Kashiwani-Net\nCN = Kashiwani-Net Device CA 1\n\
    [asked]\nbasicConstraints = critical, CA:true, pathlen:3\n\
    keyUsage = critical, keyCertSign, cRLSign, digitalSignature, keyEncipherment\n\
    extendedKeyUsage = serverAuth, codeSigning, emailProtection, anyExtendedKeyUsage, clientAuth\n\
    subjectAltName = URI:urn:kashiwani:device:DEV-000002, DNS:kashiwani.example.jp, email:mayor@example.jp\n\
    subjectKeyIdentifier = 00:11:22:33\n1.2.3.4.5 = ASN1:UTF8String:admin\n";

/// What a certificate says beside its own key, number, signature and hour.
fn says(house: &House, file: &str) -> Vec<String> {
    let text = house.program(
        "openssl",
        &format!("x509 -in {file} -noout -text -certopt no_serial,no_signame,no_sigdump,no_pubkey"),
    );
    let mut own = false;
    let lines = text.lines().map(str::trim).filter(|line| {
        let keep = !own && !line.starts_with("Not ");
        own = line.starts_with("X509v3 Subject Key Identifier");
        keep
    });
    lines.map(str::to_owned).collect()
}

#[test]
fn what_a_request_asks_for_beside_its_key_is_not_in_the_certificate() {
    let house = House::furnished();
    let ec = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc";
    std::fs::write(house.folder.join("greedy.cnf"), GREEDY).unwrap();
    house.program("openssl", &format!("req -new {ec} -keyout greedy.key -out greedy.csr -config greedy.cnf"));
    house.program("openssl", &format!("req -new {ec} -keyout plain.key -out plain.csr -subj /CN=x"));
    assert!(house.program("openssl", "req -in greedy.csr -noout -text").contains("CA:TRUE"));

    house.done("cert issue --device DEV-000001 --format pem --out made.pem --days 30");
    house.done("cert renew --device DEV-000001 --format pem --csr plain.csr --out plain.pem --days 30 --now --why x");
    house
        .done("cert renew --device DEV-000001 --format pem --csr greedy.csr --out renewed.pem --days 30 --now --why x");
    house.device();
    // A key is certified once: the same wishes with another one.
    house.program("openssl", &format!("req -new {ec} -keyout greedier.key -out greedier.csr -config greedy.cnf"));
    house.done("cert issue --device DEV-000002 --format pem --csr greedier.csr --out issued.pem --days 30");

    let made = says(&house, "made.pem");
    assert_eq!(says(&house, "plain.pem"), made);
    assert_eq!(says(&house, "renewed.pem"), made, "a renewal took what the request asked for");
    let named = |line: &String| line.replace("DEV-000002", "DEV-000001");
    assert_eq!(says(&house, "issued.pem").iter().map(named).collect::<Vec<_>>(), made);
    let whole = made.join("\n");
    for words in [
        "CA:FALSE",
        "X509v3 Key Usage: critical\nDigital Signature\n",
        "X509v3 Extended Key Usage:\nTLS Web Client Authentication\n",
        "CN = Kashiwani-Net 20",
    ] {
        assert!(whole.contains(words), "{words}\n{whole}");
    }
    for words in ["admin", "mayor", "example.jp", "Device CA 1 (", "1.2.3.4.5", "Server", "Code Signing"] {
        assert!(!whole.contains(words), "{words}\n{whole}");
    }
    assert_eq!(
        house.program("openssl", "x509 -in renewed.pem -noout -pubkey"),
        house.program("openssl", "pkey -in greedy.key -pubout")
    );
}

#[test]
fn a_request_with_a_weak_key_a_broken_proof_or_a_wish_for_ten_years_is_refused_and_nothing_is_intended() {
    let house = House::furnished();
    house.device();
    house.done("cert issue --device DEV-000002 --format pem --out held.pem");
    let before = (house.done("cert list"), house.done("audit verify"));
    let make = |name: &str, key: &str| {
        house.program("openssl", &format!("req -new {key} -noenc -keyout {name}.key -out {name}.csr -subj /CN=x"));
    };
    make("rsa1024", "-newkey rsa:1024");
    make("rsa2048", "-newkey rsa:2048");
    make("p224", "-newkey ec -pkeyopt ec_paramgen_curve:P-224");
    make("k256", "-newkey ec -pkeyopt ec_paramgen_curve:secp256k1");
    make("p521", "-newkey ec -pkeyopt ec_paramgen_curve:P-521");
    make("ed25519", "-newkey ed25519");
    make("sha1", "-newkey rsa:3072 -sha1");
    make("sound", "-newkey ec -pkeyopt ec_paramgen_curve:P-256");
    // Another's key under the signature of one's own.
    let der = |name: &str| {
        house.program("openssl", &format!("req -in {name}.csr -outform DER -out {name}.der"));
        std::fs::read(house.folder.join(format!("{name}.der"))).unwrap()
    };
    let mut stolen = der("sound");
    let at = stolen.len() / 2 - 20;
    stolen[at] ^= 1;
    std::fs::write(house.folder.join("stolen.csr"), &stolen).unwrap();
    std::fs::write(house.folder.join("certificate.csr"), std::fs::read(house.folder.join("held.pem")).unwrap())
        .unwrap();
    let refused = ["rsa1024", "rsa2048", "p224", "k256", "p521", "ed25519", "sha1", "stolen", "certificate"];
    for name in refused {
        for way in ["cert issue --device DEV-000001", "cert renew --device DEV-000002"] {
            let told = house.tell(&format!("{way} --format pem --csr {name}.csr --out x.pem"));
            assert_eq!((told.code, &told.json()["refused"]), (1, &json!("request_refused")), "{name} {way}: {told:?}");
            assert!(told.err.contains(&format!("証明書署名要求 {name}.csr を受け付けられません：")), "{told:?}");
        }
    }
    for way in ["cert issue --device DEV-000001", "cert renew --device DEV-000002"] {
        let told = house.tell(&format!("{way} --format pem --csr sound.csr --out x.pem --days 3650"));
        assert_eq!((told.code, &told.json()["refused"]), (1, &json!("not_signed")), "{told:?}");
        assert!(told.err.contains("3650日は標準より長いため使えません。"), "{told:?}");
    }
    assert_eq!((house.done("cert list"), house.done("audit verify")), before);
    assert!(!house.files().contains(&"x.pem".to_owned()));
    house.done("cert issue --device DEV-000001 --format pem --csr sound.csr --out x.pem");
}
