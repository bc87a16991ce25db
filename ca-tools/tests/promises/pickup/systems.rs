//! Each system is given what it opens, and a window inside another program nothing.

use serde_json::json;

use crate::fixtures::open::*;

#[tokio::test(flavor = "multi_thread")]
async fn each_system_gets_its_container_and_its_steps() {
    let open = Open::new();
    let cases = [
        ("windows", WINDOWS, "application/x-pkcs12", "AES-256-CBC", "証明書のインポート ウィザード"),
        ("macos", MAC, "application/x-pkcs12", "pbeWithSHA1And3-KeyTripleDES-CBC", "「ログイン」"),
        ("android", ANDROID, "application/x-pkcs12", "pbeWithSHA1And3-KeyTripleDES-CBC", "VPNとアプリ"),
        ("linux", LINUX, "application/x-pkcs12", "AES-256-CBC", "pk12util"),
        ("ios", IPHONE, "application/x-apple-aspen-config", "", "8分以内に"),
    ];
    for (os, agent, media_type, algorithm, step) in cases {
        let (device, number, code) = open.ticket(os);
        let given = [("number", number.as_str()), ("code", code.as_str())];
        let ready = open.post("/pickup", &given, (agent, "192.0.2.1")).await;
        assert!(ready.text().contains(step), "{os}: {}", ready.text());
        assert!(ready.text().contains("<svg") && ready.body.len() < 60_000, "{os}: {}", ready.body.len());
        let password = ready.secrets()[0].clone();
        let file = open.post("/pickup/file", &given, (agent, "192.0.2.1")).await;
        assert_eq!((file.status, file.headers["content-type"].to_str().unwrap()), (200, media_type), "{os}");
        if algorithm.is_empty() {
            let profile = file.text();
            assert!(profile.contains("com.apple.security.pkcs12") && !profile.contains("<key>Password</key>"), "{os}");
        } else {
            let info = open.house.container(&file.body, &password);
            assert!(info.contains(algorithm) && info.contains(&device), "{os}: {info}");
            assert_eq!(info.contains("PBES2"), algorithm == "AES-256-CBC", "{os}: {info}");
            assert!(!info.contains("RC2"), "{os}: {info}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_inside_another_program_is_sent_to_the_browser_before_anything_is_asked() {
    let open = Open::new();
    let (device, number, code) = open.ticket("ios");
    for (agent, words) in [
        (IPHONE_CHROME, "Safari（サファリ）で開いてください"),
        (IPHONE_LINE, "Safari（サファリ）で開いてください"),
        (ANDROID_LINE, "いつものブラウザで開いてください"),
    ] {
        let shown = open.get(&format!("/pickup?number={number}"), agent).await;
        assert_eq!(shown.status, 403);
        assert!(
            shown.text().contains(words)
                && shown.text().contains(&format!("https://help.example.jp/pickup?number={number}")),
            "{}",
            shown.text()
        );
        let posted =
            open.post("/pickup", &[("number", number.as_str()), ("code", code.as_str())], (agent, "192.0.2.1")).await;
        assert!(posted.text().contains(words));
    }
    // Another system than the registered one: nothing is spent, and the way to the right one is shown.
    let given = [("number", number.as_str()), ("code", code.as_str())];
    let elsewhere = open.post("/pickup", &given, (WINDOWS, "192.0.2.1")).await;
    assert!(elsewhere.text().contains("iPhone・iPad") && elsewhere.text().contains("QRコード"), "{}", elsewhere.text());
    let here = open.post("/pickup", &[given[0], given[1], ("here", "yes")], (WINDOWS, "192.0.2.1")).await;
    assert!(here.text().contains("8分以内に"), "{}", here.text());
    assert_eq!(open.house.done(&format!("cert list --device {device}")), json!([]));
}
