//! A wrong ticket gives its own words, and never a certificate (SECURITY.md#what-others-fell-to).

use std::sync::Arc;

use serde_json::json;

use crate::fixtures::open::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_ticket_gives_its_own_words_and_never_a_certificate() {
    let open = Open::new();
    let (device, number, code) = open.ticket("windows");
    let (killed_device, killed, killed_code) = open.ticket("windows");
    open.house.done("ticket kill T-000003");
    let (expired_device, expired, expired_code) = open.ticket("windows");
    let sql = format!("UPDATE tickets SET until = 1000000000 WHERE device = {}", &expired_device[4..]);
    std::thread::scope(|scope| scope.spawn(|| open.house.meddle(&sql)).join().unwrap());
    let (held_device, held, held_code) = open.ticket("windows");
    open.house.done(&format!("device suspend {held_device}"));
    let old = open.ticket("windows");
    let newer = open.house.done(&format!("ticket issue --device {}", old.0));
    assert_ne!(newer["confirmation_code"], old.2.as_str());
    let nobodys = "abcd-efgh-ijkm-npqr";
    let cases: [(&str, &str, &str, u16, &str); 11] = [
        ("", "", "/pickup", 422, "届いたとおりに入力してください"),
        (&number, "", "/pickup/file", 422, "届いたとおりに入力してください"),
        ("0000-0000-0000-0000", &code, "/pickup", 422, "届いたとおりに入力してください"),
        (nobodys, &code, "/pickup", 403, "（あと4回で、この番号は使えなくなります）"),
        (&number, "abcde-fghij", "/pickup/file", 403, "（あと4回で、この番号は使えなくなります）"),
        (&number, &killed_code, "/pickup/request", 403, "（あと3回で、この番号は使えなくなります）"),
        (&killed, &killed_code, "/pickup/file", 403, "この取得用番号は使えなくなっています"),
        (&expired, &expired_code, "/pickup/file", 403, "取得の期限（2001年9月9日 10時46分）を過ぎました"),
        (&number, &code, "/pickup/other", 403, "まだ電子証明書を取得していません"),
        (&old.1, &old.2, "/pickup/file", 403, "この取得用番号は使えなくなっています"),
        (&held, &held_code, "/pickup/file", 409, "一時停止中か、承認の期限が過ぎています"),
    ];
    for (number, code, path, status, words) in cases {
        let answer = open.post(path, &[("number", number), ("code", code)], (WINDOWS, "192.0.2.1")).await;
        assert_eq!(answer.status, status, "{number} {code} {path}: {}", answer.text());
        assert!(answer.text().contains(words), "{number} {code} {path}: {}", answer.text());
    }
    for device in [&device, &killed_device, &expired_device, &held_device, &old.0] {
        assert_eq!(open.house.done(&format!("cert list --device {device}")), json!([]), "{device}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn five_wrong_codes_kill_a_number_and_one_that_never_was_dies_alike() {
    let open = Open::new();
    let (device, number, code) = open.ticket("linux");
    for number in [number.as_str(), "abcd-efgh-ijkm-npqr"] {
        let mut said = Vec::new();
        for _ in 0..6 {
            let fields = [("number", number), ("code", "abcde-fghij")];
            let answer = open.post("/pickup", &fields, (LINUX, "192.0.2.9")).await;
            assert_eq!(answer.status, 403);
            said.push(answer.between("aria-hidden=\"true\">！</span>", "</p>"));
        }
        let left: Vec<_> = said.iter().map(|said| said.contains("あと")).collect();
        assert_eq!(left, [true, true, true, true, false, false], "{said:?}");
        assert_eq!(said[4], said[5]);
    }
    let dead =
        open.post("/pickup/file", &[("number", number.as_str()), ("code", code.as_str())], (LINUX, "192.0.2.10")).await;
    assert_eq!(dead.status, 403, "{}", dead.text());
    assert_eq!(open.house.done(&format!("cert list --device {device}")), json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_guesses_is_stopped_and_others_are_not() {
    let open = Open::new();
    let (_, number, code) = open.ticket("linux");
    let mut last = 0;
    for guess in 0..21 {
        let nobodys = format!("abcd-efgh-ijkm-{:0>4}", guess).replace(['0', '1'], "z");
        last = open
            .post("/pickup", &[("number", nobodys.as_str()), ("code", "abcde-fghij")], (LINUX, "192.0.2.66"))
            .await
            .status;
    }
    assert_eq!(last, 429);
    let given = [("number", number.as_str()), ("code", code.as_str())];
    let stopped = open.post("/pickup", &given, (LINUX, "192.0.2.66")).await;
    assert_eq!(stopped.status, 429);
    assert!(stopped.headers.contains_key("retry-after"));
    assert_eq!(open.post("/pickup", &given, (LINUX, "192.0.2.67")).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_guesses_judges_no_more_than_may_be_and_neither_does_a_48() {
    let open = Arc::new(Open::new());
    let (_, number, code) = open.ticket("linux");
    for (source, most) in [("192.0.2.66", 20), ("2001:db8:7:{}::1", 80)] {
        let mut guesses = tokio::task::JoinSet::new();
        for guess in 0..100 {
            let nobodys = format!("abcd-efgh-ijkm-{guess:0>4}").replace(['0', '1'], "z");
            let (open, source) = (Arc::clone(&open), source.replace("{}", &format!("{guess:x}")));
            guesses.spawn(async move {
                open.post("/pickup", &[("number", &nobodys), ("code", "abcde-fghij")], (LINUX, &source)).await.status
            });
        }
        let told = guesses.join_all().await;
        let count = |status| told.iter().filter(|told| **told == status).count();
        assert!(count(403) <= most && count(403) > 0 && count(403) + count(429) == 100, "{told:?}");
    }
    let given = [("number", number.as_str()), ("code", code.as_str())];
    assert_eq!(open.post("/pickup", &given, (LINUX, "192.0.2.67")).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_cannot_be_taken_opens_no_key_and_counts_like_a_guess() {
    let open = Open::new();
    let (_, number, code) = open.ticket("linux");
    let key = open.house.folder.join("ca/issuing.key");
    std::fs::rename(&key, open.house.folder.join("issuing.key.away")).unwrap();
    let fields = [("number", number.as_str()), ("code", code.as_str()), ("request", "no request")];
    for time in 0..21 {
        let answer = open.post("/pickup/request", &fields, (LINUX, "192.0.2.66")).await;
        assert_eq!(answer.status, if time < 20 { 422 } else { 429 }, "{time}: {}", answer.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_door_has_no_other_path() {
    let open = Open::new();
    for path in [
        "/desk/password",
        "/desk/reports",
        "/office/",
        "/office/renew",
        "/healthz",
        "/metrics",
        "/pickup/",
        "/",
        "/lost/x",
    ] {
        assert_eq!(open.get(path, LINUX).await.status, 404, "{path}");
        assert_eq!(open.post(path, &[], (LINUX, "192.0.2.1")).await.status, 404, "{path}");
    }
    assert_eq!(open.get("/pickup/file", LINUX).await.status, 405);
}
