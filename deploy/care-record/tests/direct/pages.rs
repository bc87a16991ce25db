//! Rooms can be read and posted to.

use axum::body::Body;
use hyper::{Request, header};

use crate::gateway::{Answer, House, claims};

async fn posts(house: &House, room: &str, text: &str) -> Answer {
    let request = Request::post(format!("{}/rooms/{room}/posts", house.url))
        .header("gateway-assertion", house.key.sign(&claims(Some(room))))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let escaped: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    house.send(request, Body::from(format!("text={escaped}"))).await
}

#[tokio::test]
async fn what_is_posted_is_read_in_that_room_and_in_no_other() {
    let house = House::new().await;
    let answer = posts(&house, "r1", "本日の訪問で\r\n<b>血圧</b>は 128/76").await;
    assert_eq!((answer.status, answer.headers[header::LOCATION].to_str().unwrap()), (303, "/rooms/r1/"));
    let page = house.get("/rooms/r1/", &house.key.sign(&claims(Some("r1")))).await;
    assert!(page.text().contains("本日の訪問で\n&#60;b&#62;血圧&#60;/b&#62;は 128/76"), "{}", page.text());
    assert!(page.text().contains("KW000001"));
    let other = house.get("/rooms/r2/", &house.key.sign(&claims(Some("r2")))).await;
    assert!(!other.text().contains("血圧"));
}

#[tokio::test]
async fn an_empty_post_is_told_so_beside_the_field() {
    let house = House::new().await;
    let answer = posts(&house, "r1", "　").await;
    assert_eq!(answer.status, 422);
    assert!(answer.text().contains("内容を入力してください。"));
    let endless = posts(&house, "r1", &"あ".repeat(2001)).await;
    assert_eq!(endless.status, 422);
    assert!(endless.text().contains("2000文字以内で入力してください。") && endless.text().contains("ああああ"));
}

#[tokio::test]
async fn the_first_page_lists_the_rooms_the_user_has_been_in() {
    let house = House::new().await;
    let token = house.key.sign(&claims(Some("r1")));
    assert!(!house.get("/", &token).await.text().contains("/rooms/r1/"));
    house.get("/rooms/r1/", &token).await;
    assert!(house.get("/", &token).await.text().contains(r#"<a href="/rooms/r1/">部屋 r1</a>"#));
}

#[tokio::test]
async fn a_room_is_opened_by_its_number() {
    let house = House::new().await;
    let token = house.key.sign(&claims(None));
    let answer = house.get("/open?room=+r-1_A+", &token).await;
    assert_eq!((answer.status, answer.headers[header::LOCATION].to_str().unwrap()), (303, "/rooms/r-1_A/"));
    for wrong in ["", "..%2Fx", "%2F%2Felsewhere", "部屋", &"a".repeat(65)] {
        assert_eq!(house.get(&format!("/open?room={wrong}"), &token).await.status, 422, "{wrong}");
    }
}

#[tokio::test]
async fn a_page_runs_its_own_script_alone_asks_its_own_site_alone_and_is_kept_by_nobody() {
    let house = House::new().await;
    let page = house.get("/", &house.key.sign(&claims(None))).await;
    let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(policy.contains("; script-src 'sha256-") && policy.contains("; connect-src 'self';"), "{policy}");
    assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
    assert!(page.text().contains(r#"<html lang="ja">"#));
    assert_eq!(page.text().matches("<script>").count(), 1);
}

#[tokio::test]
async fn what_is_not_there_is_told_in_japanese_with_a_way_back() {
    let house = House::new().await;
    let page = house.get("/console/", &house.key.sign(&claims(None))).await;
    assert_eq!(page.status, 404);
    assert!(page.text().contains("ページが見つかりませんでした") && page.text().contains(r#"<a href="/">"#));
}

#[tokio::test]
async fn where_one_writes_to_leads_back_to_the_room() {
    let house = House::new().await;
    let answer = house.get("/rooms/r1/posts", &house.key.sign(&claims(Some("r1")))).await;
    assert_eq!((answer.status, answer.headers[header::LOCATION].to_str().unwrap()), (303, "/rooms/r1/"));
    assert_eq!(house.get("/awake", &house.key.sign(&claims(None))).await.status, 204);
}
