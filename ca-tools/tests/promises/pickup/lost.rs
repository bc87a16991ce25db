//! The code told at pick-up puts a lost device on hold, and does nothing else.

use crate::fixtures::open::*;

#[tokio::test(flavor = "multi_thread")]
async fn who_knows_the_telephone_code_stops_the_device_and_nothing_else() {
    let open = Open::new();
    let (device, number, code) = open.ticket("linux");
    let given = [("number", number.as_str()), ("code", code.as_str())];
    let ready = open.post("/pickup", &given, (LINUX, "192.0.2.1")).await;
    let loss_code = ready.secrets()[1].clone();
    let lost =
        |device: &str, code: &str| [("device".to_owned(), device.to_owned()), ("code".to_owned(), code.to_owned())];
    let report = async |fields: &[(String, String)]| {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        open.post("/lost", &fields, (LINUX, "192.0.2.1")).await
    };
    // Before the certificate was taken there is nothing to stop, and the code is not known.
    assert_eq!(report(&lost(&device, &loss_code)).await.status, 403);
    assert_eq!(open.post("/pickup/file", &given, (LINUX, "192.0.2.1")).await.status, 200);
    for (device, code) in
        [(device.as_str(), "abcde-fghij"), ("DEV-000099", loss_code.as_str()), ("", ""), (&device, &code)]
    {
        let refused = report(&lost(device, code)).await;
        assert_eq!(refused.status, 403, "{device} {code}");
        assert!(refused.text().contains("端末番号または利用停止コードをご確認ください"));
    }
    assert_eq!(open.house.done(&format!("device show {device}"))["suspended"], false);
    let stopped = report(&lost(&device.to_lowercase(), &loss_code.to_uppercase())).await;
    assert_eq!(stopped.status, 303, "{}", stopped.text());
    // What was done stands on a page of its own, which a reload shows again and stops nothing.
    let place = stopped.headers["location"].to_str().unwrap().to_owned();
    let events = || open.house.ask("SELECT CAST(COUNT(*) AS TEXT) FROM events WHERE action = 'device.report-lost'");
    let reported = events();
    for _ in 0..2 {
        let told = open.get(&place, LINUX).await;
        assert!(told.status == 200 && told.text().contains(&device) && told.text().contains("止めました"));
    }
    assert_eq!(events(), reported);
    let forged = place.replace(&device, "DEV-000099");
    assert!(!open.get(&forged, LINUX).await.text().contains("止めました"), "nobody is shown a stop that never was");
    let shown = open.house.done(&format!("device show {device}"));
    assert_eq!(shown["suspended"], true);
    assert_eq!(open.house.tell(&format!("device resume {device}")).json()["refused"], "reported_lost");
    assert_eq!(report(&lost(&device, &loss_code)).await.status, 303, "a second report does no harm");
    open.house.done(&format!("device resume {device} --why 本人が見つけた"));
    assert_eq!(open.house.done(&format!("device show {device}"))["suspended"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn forty_right_codes_are_one_stop_one_letter_and_one_event() {
    let open = Open::new();
    let (device, number, code) = open.ticket("linux");
    let given = [("number", number.as_str()), ("code", code.as_str())];
    let loss_code = open.post("/pickup", &given, (LINUX, "192.0.2.1")).await.secrets()[1].clone();
    assert_eq!(open.post("/pickup/file", &given, (LINUX, "192.0.2.1")).await.status, 200);
    let told = || {
        let counts = "SELECT (SELECT count(*) FROM events) || ' ' || (SELECT count(*) FROM mails) || ' ' || \
            (SELECT count(*) FROM mails WHERE kind = 'device_on_hold')";
        open.house.ask(counts).split(' ').map(|count| count.parse().unwrap()).collect::<Vec<i64>>()
    };
    let lost = [("device", device.as_str()), ("code", loss_code.as_str())];
    let report = async || open.post("/lost", &lost, (LINUX, "192.0.2.1")).await;
    let before = told();
    let first = report().await;
    assert_eq!(first.status, 303);
    let once = told();
    assert_eq!([once[0] - before[0], once[2] - before[2]], [1, 1]);
    for _ in 0..39 {
        let again = report().await;
        assert_eq!((again.status, &again.headers["location"]), (303, &first.headers["location"]), "the same answer");
    }
    // The courier records that the letter went, once.
    let after = told();
    assert_eq!((after[1], after[2]), (once[1], once[2]));
    let reports = open.house.ask("SELECT count(*) || '' FROM events WHERE action = 'device.report-lost'");
    assert_eq!(reports, "1");
    // A device that came back and is lost again is news.
    open.house.done(&format!("device resume {device} --why 本人が見つけた"));
    assert_eq!(report().await.status, 303);
    assert_eq!(open.house.done(&format!("device show {device}"))["suspended"], true);
}
