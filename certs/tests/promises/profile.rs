//! Every limit of a profile is held against its rule, all mistakes at once.

use certs::profile::{Host, Profile, ProfileMistake, Purpose, Subject, SubjectRefusal};
use certs::{KeyKind, KeyRefusal, Timestamp};

use crate::made::{device_no, profile};

const ALL: [Purpose; 7] = [
    Purpose::Root,
    Purpose::Issuing,
    Purpose::Device,
    Purpose::Signing,
    Purpose::HouseRoot,
    Purpose::Internal,
    Purpose::Site,
];

const DEVICE: &str = include_str!("../../profiles/device.toml");

#[test]
fn every_profile_that_comes_with_the_program_holds() {
    for purpose in ALL {
        assert_eq!(profile(purpose).purpose(), purpose);
    }
    assert_eq!(profile(Purpose::Root).made_key(), KeyKind::P384);
    assert_eq!(profile(Purpose::Issuing).made_key(), KeyKind::P256);
    assert_eq!(profile(Purpose::Device).made_key(), KeyKind::P256);
}

#[test]
fn rsa_3072_can_be_made_the_device_s_key() {
    let rsa = Profile::read(&DEVICE.replace(r#"made = "P-256""#, r#"made = "RSA-3072""#)).unwrap();
    assert_eq!(rsa.made_key(), KeyKind::Rsa { bits: 3072 });
    let bits = |bits| rsa.accepted_keys().admit(KeyKind::Rsa { bits });
    assert_eq!(bits(3071), Err(KeyRefusal::NotAccepted(KeyKind::Rsa { bits: 3071 })));
    assert_eq!((bits(3072), bits(8192)), (Ok(()), Ok(())));
    assert_eq!(bits(8193), Err(KeyRefusal::NotAccepted(KeyKind::Rsa { bits: 8193 })));
}

#[test]
fn all_mistakes_are_told_at_once() {
    let toml = DEVICE
        .replace("months = 25", "months = 30")
        .replace("\"JP\"", "\"jp\"")
        .replace("{device}", "{person}")
        .replace("least = 3072", "least = 2048")
        .replace("06-30", "06-31");
    assert_eq!(
        Profile::read(&toml).unwrap_err(),
        [
            ProfileMistake::RsaTooSmall(2048),
            ProfileMistake::Months {
                months: 30,
                most: 29,
                rule: "25 months, and 4 at most to leave the change of the fiscal year"
            },
            ProfileMistake::KeepOutDays,
            ProfileMistake::Country,
            ProfileMistake::CommonName(Purpose::Device, "{expiry} {device}"),
        ]
    );
}

#[test]
fn each_mistake_has_its_name() {
    let mistakes = |from: &str, to: &str| {
        assert!(DEVICE.contains(from), "{from}");
        Profile::read(&DEVICE.replace(from, to)).unwrap_err()
    };
    assert_eq!(mistakes("months = 25\n", "months = 0\n"), [ProfileMistake::NoMonths]);
    assert_eq!(mistakes("most_months = 29", "most_months = 28"), [ProfileMistake::KeepOutTooShort(28, 29)]);
    assert_eq!(mistakes("first = \"03-01\"", "first = \"07-01\""), [ProfileMistake::KeepOutDays]);
    assert_eq!(mistakes("\"P-384\"", "\"Ed25519\""), [ProfileMistake::UnknownKeyKind("Ed25519".into())]);
    assert_eq!(mistakes("rsa_bits", "# rsa_bits"), [ProfileMistake::RsaWithoutSizes]);
    assert_eq!(mistakes("most = 8192", "most = 16384"), [ProfileMistake::RsaTooLarge(16384)]);
    let made = ProfileMistake::MadeKeyNotAccepted(KeyKind::P256);
    assert_eq!(mistakes("accepted = [\"P-256\", ", "accepted = ["), [made]);
    assert_eq!(mistakes("Kashiwa City", "柏市"), [ProfileMistake::NamePart("organization")]);
    assert_eq!(mistakes("Kashiwa City", ""), [ProfileMistake::NamePart("organization")]);
    assert_eq!(mistakes("[subject]", "crl_url = \"https://x/\"\n[subject]"), [ProfileMistake::CrlUrl]);
    let unknown = mistakes("[keys]", "[keys]\nfoo = 1");
    assert!(matches!(&unknown[..], [ProfileMistake::Unreadable(text)] if text.contains("foo")), "{unknown:?}");
}

#[test]
fn a_subject_of_another_kind_is_refused() {
    let end = Timestamp::from_unix(1_860_000_000);
    let device = Subject::Device(device_no());
    assert_eq!(profile(Purpose::Root).subject_name(&device, end), Err(SubjectRefusal::OtherKind(Purpose::Root)));
    let named = |name: &str| profile(Purpose::Root).subject_name(&Subject::Named(name.into()), end);
    assert_eq!(named("1").unwrap().common_name, "Kashiwani-Net Device Root 1");
    assert_eq!(named(&"1".repeat(40)), Err(SubjectRefusal::CommonName));
    assert_eq!(named("1\0"), Err(SubjectRefusal::CommonName));
    let site = |hosts| profile(Purpose::Site).subject_name(&Subject::Machine { name: "localhost".into(), hosts }, end);
    assert_eq!(site(vec![]), Err(SubjectRefusal::NoHost));
    for host in ["*.example", "a..b", "A.example", "", "a b"] {
        assert_eq!(site(vec![Host::Dns(host.into())]), Err(SubjectRefusal::Host(host.into())));
    }
    assert!(site(vec![Host::Dns("localhost".into()), Host::Ip([127, 0, 0, 1].into())]).is_ok());
}
