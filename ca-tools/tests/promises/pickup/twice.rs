//! A second press, a reload and Back: the same file, the same page, and no harm.

use crate::fixtures::open::*;

const HERE: (&str, &str) = (LINUX, "192.0.2.1");

fn first_use(open: &Open, device: &str) {
    let held = open.house.done(&format!("cert list --device {device}"));
    let serial = held[0]["serial"].as_str().unwrap().parse().unwrap();
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let by = ca_tools::acts::By::desk(certs::Timestamp::from_unix(i64::try_from(now).unwrap())).unwrap();
    let house = &open.house;
    tokio::task::block_in_place(|| {
        tokio::runtime::Handle::current()
            .block_on(async { house.writer().await.first_use(&by, &serial).await.unwrap() })
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_press_gives_the_same_file_and_a_reload_the_same_password() {
    let mut open = Open::new();
    let (device, number, code) = open.ticket("linux");
    let given = [("number", number.as_str()), ("code", code.as_str())];
    let page = open.led("/pickup", &given, HERE).await;
    assert!(!page.contains(&number) && !page.contains(&code.replace('-', "")), "its address tells nothing: {page}");
    let ready = open.get(&page, LINUX).await;
    assert!(ready.text().contains("電子証明書をダウンロードする"), "{}", ready.text());
    let file = open.post("/pickup/file", &given, HERE).await;
    assert_eq!(file.status, 200, "{}", file.text());
    for round in 0..2 {
        let reloaded = open.get(&page, LINUX).await;
        assert_eq!((reloaded.status, reloaded.secrets()), (200, ready.secrets()), "round {round}");
        assert!(reloaded.text().contains("ダウンロード済み") && reloaded.text().contains("もう一度ダウンロードする"));
        let again = open.post("/pickup/file", &given, HERE).await;
        assert_eq!((again.status, &again.body), (200, &file.body), "round {round}: {}", again.text());
        // And after the desk was started anew.
        open.kill();
        open.again();
    }
    assert_eq!(open.house.done(&format!("cert list --device {device}")).as_array().unwrap().len(), 1);
    let told = open.house.ask("SELECT CAST(COUNT(*) AS TEXT) FROM events WHERE action = 'ticket.file-again'");
    assert_eq!(told, "2", "who took it again is in the chain");
    // Number and code typed once more lead to the same page.
    assert_eq!(open.post("/pickup", &given, HERE).await.secrets(), ready.secrets());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_waits_sealed_for_an_hour_and_not_once_it_was_used() {
    let open = Open::new();
    let (device, number, code) = open.ticket("linux");
    let given = [("number", number.as_str()), ("code", code.as_str())];
    let file = open.post("/pickup/file", &given, HERE).await;
    let sealed = open.house.ask("SELECT sealed FROM kept_files");
    let sealed = base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, sealed).unwrap();
    assert_eq!(sealed.len(), 12 + file.body.len() + 16, "a nonce, the file and its tag");
    assert!(!sealed.windows(32).any(|part| file.body.windows(32).any(|plain| plain == part)), "no part of it is plain");
    // Not beyond the hour.
    let until = open
        .house
        .ask("SELECT CAST(k.kept_until - t.used_at AS TEXT) FROM kept_files k JOIN tickets t ON t.serial = k.serial");
    assert!((3_590..=3_610).contains(&until.parse::<i64>().unwrap()), "{until}");
    // Not while the device is on hold.
    open.house.done(&format!("device suspend {device} --why 確認"));
    let held = open.post("/pickup/file", &given, HERE).await;
    assert_eq!(held.status, 409, "{}", held.text());
    open.house.done(&format!("device resume {device} --why 確認"));
    assert_eq!(open.post("/pickup/file", &given, HERE).await.body, file.body);
    // Not after it was seen to work.
    first_use(&open, &device);
    assert_eq!(open.house.ask("SELECT CAST(COUNT(*) AS TEXT) FROM kept_files"), "0");
    let gone = open.post("/pickup/file", &given, HERE).await;
    assert!(gone.status == 403 && gone.text().contains("すでに電子証明書を取得しています"), "{}", gone.text());
    let page = open.post("/pickup", &given, HERE).await;
    assert!(page.text().contains("ダウンロード済み") && !page.text().contains("もう一度ダウンロードする"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_file_opens_with_number_code_and_the_desks_key_together_and_with_no_two_of_them() {
    let open = Open::new();
    let (_, number, code) = open.ticket("linux");
    let given = [("number", number.as_str()), ("code", code.as_str())];
    let ready = open.post("/pickup", &given, HERE).await;
    assert_eq!(open.post("/pickup/file", &given, HERE).await.status, 200);
    let mut open = open;
    open.kill();
    std::fs::remove_file(open.house.folder.join("ca/apply.key")).unwrap();
    open.again();
    let other = open.post("/pickup", &given, HERE).await;
    assert_ne!(other.secrets(), ready.secrets(), "what is told is not made of number and code alone");
    let again = open.post("/pickup/file", &given, HERE).await;
    assert_eq!(again.status, 503, "{}", again.text());
    let wrong = [given[0], ("code", "abcde-fghij")];
    assert_eq!(open.post("/pickup/file", &wrong, HERE).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_of_a_mistake_costs_no_try_and_tells_the_same() {
    let open = Open::new();
    let (_, number, code) = open.ticket("linux");
    let wrong = [("number", number.as_str()), ("code", "abcde-fghij")];
    let told = open.led("/pickup", &wrong, HERE).await;
    for _ in 0..8 {
        let page = open.get(&told, LINUX).await;
        assert!(page.status == 403 && page.text().contains("（あと4回で"), "{}", page.text());
    }
    let given = [("number", number.as_str()), ("code", code.as_str())];
    assert_eq!(open.post("/pickup", &given, HERE).await.status, 200);
    for address in ["/pickup/told?of=", "/pickup/told", "/pickup/ready?of=AAAA", "/pickup/ready"] {
        let page = open.get(address, LINUX).await;
        assert!(page.status == 422 && page.text().contains("もう一度入力してください"), "{address}: {}", page.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_sent_twice_is_answered_twice_with_one_certificate() {
    let open = Open::new();
    let (device, number, code) = open.ticket("linux");
    let key = "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj /CN=x";
    open.house.program("openssl", &format!("{key} -keyout own.key -out own.csr"));
    open.house.program("openssl", &format!("{key} -keyout other.key -out other.csr"));
    let request = |name: &str| std::fs::read_to_string(open.house.folder.join(name)).unwrap();
    let (own, other) = (request("own.csr"), request("other.csr"));
    let with = |request: &str| [("number", number.clone()), ("code", code.clone()), ("request", request.to_owned())];
    let send = async |request: &str| {
        let fields = with(request);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        open.post("/pickup/request", &fields, HERE).await
    };
    let signed = send(&own).await;
    let again = send(&own).await;
    assert_eq!((signed.status, again.status, signed.body == again.body), (200, 200, true), "{}", again.text());
    assert_eq!(send(&other).await.status, 403, "another key is another request");
    assert_eq!(open.house.done(&format!("cert list --device {device}")).as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_city_s_number_for_a_ticket_is_told_apart_from_the_one_in_the_mail() {
    let open = Open::new();
    let (_, _, code) = open.ticket("linux");
    for typed in ["T-000004", "t000004", "Ｔ－０００００４"] {
        let told = open.post("/pickup", &[("number", typed), ("code", &code)], HERE).await;
        assert_eq!(told.status, 422);
        assert!(
            told.text().contains("管理番号です") && told.text().contains("メールか、用紙にあります"),
            "{}",
            told.text()
        );
    }
    let listed = open.house.run(&["--config", "ca/ca.toml", "--operator", "setup", "ticket", "list"]);
    assert!(listed.out.contains("管理番号") && !listed.out.contains("取得用番号"), "{listed:?}");
}
