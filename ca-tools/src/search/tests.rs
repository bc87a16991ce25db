//! What was changed is found as it is now; of another history nothing is left.

use certs::Timestamp;
use registry::{LoginId, OfficeNo};

use super::{Search, ended};
use crate::acts::{By, Founding, OfficeForm, ProofMethod, Writer};
use crate::application::Detail;
use crate::config::{DatabaseUrl, JournalFiles};
use crate::database;
use crate::test_support::Folder;

const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

async fn registry(folder: &Folder, id: &str) -> Writer {
    let founding = Founding { id, authorities: &[], reader: None };
    let (place, files) = (DatabaseUrl::File(folder.path("registry.db")), JournalFiles::in_folder(folder.as_ref()));
    Writer::init(&place, &files, (&By::desk(NOW).unwrap(), &founding)).await.unwrap()
}

fn by() -> By {
    let operator: LoginId = "setup".parse().unwrap();
    By { application: Some("A-1".to_owned()), ..By::of(operator, NOW, ProofMethod::Console) }
}

fn named(name: &str) -> OfficeForm {
    [(Detail::Name, name)].into()
}

/// What is found once all that changed was read; how long that takes is the machine's affair.
async fn keys(search: &Search, typed: &str) -> Vec<String> {
    ended(search.catch_up()).await.unwrap();
    keys_at_once(search, typed).await
}

/// What is found by who waits no longer than anybody does.
async fn keys_at_once(search: &Search, typed: &str) -> Vec<String> {
    let found = search.find(typed).await.unwrap();
    found.page("").0.iter().map(|hit| format!("{} {}", hit.word(), hit.key())).collect()
}

#[tokio::test]
async fn what_changed_is_found_as_it_is_now_at_the_next_look() {
    let folder = Folder::new();
    let writer = registry(&folder, &"0".repeat(32)).await;
    let search = Search::of(writer.ledger());
    assert_eq!(keys(&search, "ひだまり").await, [""; 0]);
    let office: OfficeNo = "1272200001".parse().unwrap();
    writer.register_office(&by(), &office, named("訪問看護ひだまり")).await.unwrap();
    assert_eq!(keys(&search, "ヒダマリ").await, ["office 1272200001"]);
    let found = search.find("1272200001").await.unwrap();
    assert_eq!(found.one().map(|hit| hit.path()).as_deref(), Some("/console/offices/1272200001"));
    writer.update_office(&by(), &office, named("さくら")).await.unwrap();
    assert_eq!(keys(&search, "ひだまり").await, [""; 0]);
    assert_eq!(keys(&search, "サクラ").await, ["office 1272200001"]);
}

#[tokio::test]
async fn who_looks_while_something_is_read_has_the_last_whole_one_and_the_next_look_has_all() {
    let folder = Folder::new();
    let writer = registry(&folder, &"0".repeat(32)).await;
    let search = Search::of(writer.ledger());
    let office: OfficeNo = "1272200001".parse().unwrap();
    writer.register_office(&by(), &office, named("ひだまり")).await.unwrap();
    assert_eq!(keys(&search, "ひだまり").await.len(), 1);
    let reading = search.reading.lock().await;
    writer.update_office(&by(), &office, named("さくら")).await.unwrap();
    assert_eq!(keys_at_once(&search, "ひだまり").await.len(), 1, "nobody waits for what is read");
    drop(reading);
    assert_eq!(keys(&search, "さくら").await.len(), 1);
    assert_eq!(keys(&search, "ひだまり").await, [""; 0]);
}

#[tokio::test]
async fn of_another_history_all_is_read_anew_also_where_its_versions_are_the_same() {
    let folder = Folder::new();
    let writer = registry(&folder, &"0".repeat(32)).await;
    let search = Search::of(writer.ledger());
    let office: OfficeNo = "1272200001".parse().unwrap();
    writer.register_office(&by(), &office, named("ひだまり")).await.unwrap();
    assert_eq!(keys(&search, "ひだまり").await.len(), 1);
    let database = database::open(&DatabaseUrl::File(folder.path("registry.db"))).await.unwrap();
    for other in [
        "UPDATE registry SET id = '11111111111111111111111111111111'",
        "UPDATE events SET hash = 'another' WHERE version = 2",
        "INSERT INTO restorations (epoch, record, signature, version) VALUES (1, '{}', '', 1)",
    ] {
        // The row is another one, and carries the version that it had.
        let name = if keys(&search, "うらにわ").await.is_empty() { "うらにわ" } else { "ひだまり" };
        let mut tx = database.begin_write().await.unwrap();
        for sql in [other.to_owned(), format!("UPDATE offices SET name = '{name}'")] {
            tx.run_made(sql, Vec::new()).await.unwrap();
        }
        tx.commit().await.unwrap();
        assert_eq!(keys(&search, name).await.len(), 1, "{other}");
    }
}
