//! What a bad configuration is told.

use super::*;

const SOUND: &str = include_str!("../../../deploy/gateway.toml");

fn mistakes(text: &str) -> Vec<String> {
    Config::parse(text).unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn the_annotated_example_is_a_sound_configuration() {
    Config::parse(SOUND).unwrap();
}

#[test]
fn all_mistakes_are_told_at_once_with_their_places() {
    let wrong = SOUND
        .replace("max_age = \"60s\"", "max_age = \"never\"")
        .replace("absolute = \"12h\"", "absolute = \"72h\"\nidel = \"5m\"")
        .replace("kind = \"help\"", "kind = \"hlep\"");
    let told = mistakes(&wrong).join("\n");
    for place in ["registry.max_age", "sessions.absolute", "sessions.idel", "site[1].kind"] {
        assert!(told.contains(place), "{place} is missing in:\n{told}");
    }
}

#[test]
fn lines_are_kept_at_least_as_long_as_they_are_at_hand_and_the_archive_is_another_folder() {
    let wrong = SOUND
        .replace("keep_days = 1827", "keep_days = 30")
        .replace("# archive = \"/var/lib/sekisho/archive\"", "archive = \"/var/log/sekisho\"");
    let told = mistakes(&wrong).join("\n");
    assert!(told.contains("log.keep_days is shorter") || told.contains("log.keep_days: is shorter"), "{told}");
    assert!(told.contains("log.archive"), "{told}");
    let kept = Config::parse(SOUND).unwrap().log.retention;
    assert_eq!((kept.at_hand_days, kept.keep_days), (366, 1_827));
}

#[test]
fn on_which_page_of_the_printed_handbook_something_stands_is_the_citys_to_say() {
    let with = |said: &str| SOUND.replacen("# [guidance.handbook]", &format!("[guidance.handbook]\n{said}\n#"), 1);
    let all = HANDBOOK.map(|of| format!("{of} = \"of {of}\"")).join("\n");
    let handbook = Config::parse(&with(&all)).unwrap().guidance.handbook;
    assert!(HANDBOOK.iter().all(|of| handbook[of] == format!("of {of}")), "{handbook:?}");
    let told = mistakes(&with("formz = \"P4\"\nrooms = 9")).join("\n");
    assert!(told.contains("guidance.handbook.formz") && told.contains("guidance.handbook.rooms"), "{told}");
}

#[test]
fn a_file_that_is_no_toml_is_told_by_its_line() {
    assert_eq!(mistakes("name = \"a\"\n[ops\n").len(), 1);
    assert!(mistakes("name = \"a\"\n[ops\n")[0].starts_with("line 2"));
}

#[test]
fn a_registry_s_server_is_reached_by_a_closed_way_only() {
    let with = |url: &str| SOUND.replace("sqlite:/var/lib/sekisho/registry.db", url);
    for open in ["postgres://reader@db.example/sekisho", "postgres://reader@10.1.2.3/sekisho?sslmode=require"] {
        let told = mistakes(&with(open)).join("\n");
        assert!(told.contains("registry.url") && told.contains("sslmode=verify-full&sslrootcert="), "{told}");
    }
    Config::parse(&with("postgres://reader@db.example/sekisho?sslmode=verify-full")).unwrap();
    Config::parse(&with("postgres://reader@localhost/sekisho?host=/run/postgresql")).unwrap();
}

#[test]
fn tls_1_2_is_refused_without_a_reason() {
    let wrong = SOUND.replace("min = \"1.3\"", "min = \"1.2\"");
    assert!(mistakes(&wrong).iter().any(|told| told.starts_with("tls.exception_reason")));
}

#[test]
fn a_bound_that_would_bound_nothing_is_told() {
    for (key, there) in [
        ("handshakes_per_source = 256", "handshakes_per_source = 64"),
        ("handshake_crowded = \"121s\"", "handshake_crowded = \"10s\""),
        ("connections_per_device = 0", "connections_per_device = 64"),
        ("stranger_requests = 0", "stranger_requests = 20"),
    ] {
        assert!(SOUND.contains(there), "{there}");
        let told = mistakes(&SOUND.replace(there, key));
        let place = format!("limits.{}: ", key.split(' ').next().unwrap());
        assert!(told.len() == 1 && told[0].starts_with(&place), "{told:?}");
    }
}

#[test]
fn no_setting_switches_a_factor_off() {
    for key in ["require_certificate = false", "require_session = false", "anonymous = true", "public = true"] {
        let wrong = SOUND.replace("kind = \"service\"", &format!("kind = \"service\"\n{key}"));
        assert!(mistakes(&wrong).iter().any(|told| told.contains("is not a key we know")), "{key}");
    }
}

#[test]
fn a_reserved_header_that_is_none_is_told_with_all_other_mistakes() {
    let wrong = SOUND
        .replace("reserved = []", "reserved = [\"x-*\", \"Staff-No\", \"a b:\"]")
        .replace("max_age = \"60s\"", "max_age = \"never\"");
    let told = mistakes(&wrong);
    let names: Vec<_> = told.iter().filter(|told| told.starts_with("headers.reserved: ")).collect();
    assert!(
        matches!(names[..], [first, second] if first.contains("\"x-*\"") && second.contains("\"a b:\"")),
        "{told:?}"
    );
    assert!(told.iter().any(|told| told.starts_with("registry.max_age")), "{told:?}");
}

#[test]
fn the_way_to_a_renewal_leads_somewhere() {
    for (path, sound) in [("/office/renew", true), ("/renew", true), ("office/renew", false), ("/rooms/r 1", false)] {
        let told = Config::parse(&SOUND.replace("\"/office/renew\"", &format!("{path:?}"))).err().unwrap_or_default();
        assert_eq!(told.is_empty(), sound, "{path}: {told:?}");
        assert!(told.iter().all(|told| told.place == "guidance.renew_path"), "{path}: {told:?}");
    }
    let nowhere =
        SOUND.replace("path = \"/office/**\"", "path = \"/desk/**\"").replace("path = \"/**\"", "path = \"/x\"");
    assert!(
        mistakes(&nowhere).iter().any(|told| told.starts_with("guidance.renew_path: \"/office/renew\" is no path"))
    );
}

#[test]
fn the_way_to_an_office_is_a_path_of_the_service_site_or_an_address() {
    let given = "office_url = \"/office/\"";
    assert!(SOUND.contains(given));
    for (address, sound) in [
        ("/office/", true),
        ("https://desk.example.jp/office/", true),
        ("office/", false),
        ("ftp://desk.example.jp/", false),
        ("/rooms/r 1", false),
    ] {
        let told = Config::parse(&SOUND.replace(given, &format!("office_url = {address:?}"))).err().unwrap_or_default();
        assert_eq!(told.is_empty(), sound, "{address}: {told:?}");
        assert!(told.iter().all(|told| told.place == "guidance.office_url"), "{address}: {told:?}");
    }
}

#[test]
fn no_device_may_be_given_all_places_for_requests() {
    let with = |words: &str| SOUND.replace("requests_per_device = 128", words);
    assert!(
        mistakes(&with("requests_per_device = 8192")).iter().any(|told| told.starts_with("limits.requests_per_device"))
    );
    let few = with("").replace("requests = 8192", "requests = 10");
    assert_eq!(Config::parse(&few).unwrap().limits.requests_per_device, 5, "by default no more than half of them");
}

#[test]
fn two_sites_never_share_a_name() {
    let wrong = SOUND.replace("hosts = [\"help.kashiwani.example.jp\"]", "hosts = [\"kashiwani.example.jp\"]");
    let shared = mistakes(&wrong);
    assert!(shared.iter().any(|told| told.contains("belongs to site")), "{shared:?}");
}
