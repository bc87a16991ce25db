//! Gateway and desk, both real: the help site leads to the desk's public pages.

use house::{House, Plan, Talk, empty};
use http::Request;

async fn house() -> House {
    House::planned(Plan {
        more: "[[upstream]]\nname = \"desk-public\"\nurl = \"unix:{dir}/desk-public.sock\"\n".into(),
        help: "desk = \"desk-public\"".into(),
        ..Plan::default()
    })
    .await
}

#[tokio::test]
async fn the_desks_public_pages_are_read_through_the_help_site() {
    let house = house().await;
    let _desk = house.desk().await;
    let mut talk = Talk::open(&house.help_opening()).await.unwrap();
    for path in ["/pickup", "/lost"] {
        let asked = Request::builder().uri(path).header("host", house.help_host()).header("accept", "text/html");
        let answer = talk.ask(asked.body(empty()).unwrap()).await.unwrap();
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        assert!(answer.text().contains("<html lang=\"ja\""), "{path}: {}", answer.text());
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        // The support code at the page's foot stands in the access line.
        let line = house.line(|line| line["path"] == path).await;
        assert!(answer.text().contains(line["ref"].as_str().unwrap()), "{path}: {line}\n{}", answer.text());
    }
}
