//! Every page of the public door in English and in やさしい日本語.

use axum::body::Body;
use hyper::Request;

use crate::fixtures::open::*;

/// An address, what is typed there, and by which browser.
type Visit<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);

/// What a page says beside the switch of languages, whose words stand in themselves.
fn said(page: &str) -> String {
    let (before, rest) = page.split_once("<nav class=\"languages\"").unwrap_or((page, ""));
    let after = rest.split_once("</nav>").map_or("", |(_, after)| after);
    format!("{before}{after}")
}

async fn ask(open: &Open, asked: (&str, &[(&str, &str)]), (agent, tag): (&str, &str)) -> Answer {
    let (path, fields) = asked;
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = if fields.is_empty() { Request::get(path) } else { Request::post(path) };
    let headed = request.header("host", "desk").header("user-agent", agent).header("accept-language", tag);
    let headed = headed.header("x-forwarded-for", "192.0.2.1").header("gateway-ref", "K7Q-2XM");
    let headed = headed.header("content-type", "application/x-www-form-urlencoded");
    let answer = open.ask(headed.body(Body::from(body)).unwrap()).await;
    match answer.headers.get("location").map(|place| place.to_str().unwrap().to_owned()) {
        Some(place) => Box::pin(ask(open, (&place, &[]), (agent, tag))).await,
        None => answer,
    }
}

fn speaks(tag: &str, path: &str, page: &str) {
    let said = said(page);
    if tag == "en" {
        let kana: Vec<_> = said.lines().filter(|line| line.chars().any(|sign| matches!(sign, 'ぁ'..='ん'))).collect();
        assert!(page.contains("<html lang=\"en\">") && kana.is_empty(), "{path}: {kana:#?}");
    } else {
        assert!(page.contains("<html lang=\"ja\">"), "{path}");
        assert_eq!(pages::unread(&said), Vec::<&str>::new(), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_english_or_easy_japanese_finds_every_public_page_so() {
    let open = Open::new();
    let systems = [("windows", WINDOWS), ("macos", MAC), ("android", ANDROID), ("linux", LINUX), ("ios", IPHONE)];
    let tickets: Vec<_> = systems.iter().map(|(os, agent)| (open.ticket(os), *agent)).collect();
    for tag in ["en", "ja-x-easy"] {
        let typed = [("number", "abcd"), ("code", "x")];
        let managed = [("number", "T-000001"), ("code", "x")];
        let unknown = [("device", "DEV-000099"), ("code", "abcde-fghij")];
        let wrong = [("kind", "ids"), ("office", "?")];
        let asked = [("kind", "ids"), ("office", "1272200001")];
        let mistyped = [("kind", "first_registration"), ("mail", "?")];
        let first = [("kind", "first_registration"), ("mail", "someone@example.jp")];
        let begun = ["first_registration", "ids", "office_change", "office_number", "certificate"]
            .map(|kind| format!("/apply/begin?kind={kind}"));
        let mut visits: Vec<Visit<'_>> = vec![
            ("/apply", &[], WINDOWS),
            ("/apply/begin", &wrong, WINDOWS),
            ("/apply/begin", &asked, WINDOWS),
            ("/apply/begin", &mistyped, WINDOWS),
            ("/apply/begin", &first, WINDOWS),
            ("/apply/form?t=none", &[], WINDOWS),
            ("/lost", &[], WINDOWS),
            ("/lost", &unknown, WINDOWS),
            ("/pickup", &[], WINDOWS),
            ("/pickup", &[], IPHONE_LINE),
            ("/pickup", &[], ANDROID_LINE),
            ("/pickup", &typed, WINDOWS),
            ("/pickup", &managed, WINDOWS),
            ("/pickup/renew", &[], WINDOWS),
        ];
        visits.extend(begun.iter().map(|path| (path.as_str(), &[][..], WINDOWS)));
        for (path, fields, agent) in visits {
            let answer = ask(&open, (path, fields), (agent, tag)).await;
            assert_eq!(answer.headers["content-language"], &tag[..2], "{path}");
            speaks(tag, path, &answer.text());
        }
        for ((_, number, code), agent) in &tickets {
            let given = [("number", number.as_str()), ("code", code.as_str())];
            let ready = ask(&open, ("/pickup", &given), (agent, tag)).await;
            assert_eq!((ready.status, ready.secrets().len()), (200, 2), "{}", ready.text());
            speaks(tag, "/pickup", &ready.text());
            assert!(ready.text().contains("href=\"https://help.example.jp/install/"), "its manual: {}", ready.text());
        }
        let (_, number, code) = &tickets[4].0;
        let given = [("number", number.as_str()), ("code", code.as_str())];
        speaks(tag, "another device", &ask(&open, ("/pickup", &given), (WINDOWS, tag)).await.text());
    }
}
