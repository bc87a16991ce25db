//! What a PostgreSQL server refuses is told as such, and what can still be read is read.

use crate::fixtures::house::House;

#[test]
fn a_server_that_takes_no_changes_is_read_and_told_by_name() {
    let house = House::on_postgres().furnish();
    let url = house.url();
    let name = url.rsplit('/').next().unwrap().to_owned();
    servers::statement(&url, &format!("ALTER DATABASE {name} SET default_transaction_read_only = on"));
    assert_eq!(house.done("device list")[0]["device"], "DEV-000001");
    let told = house.tell("office suspend 1272200001");
    assert_eq!(told.code, 1);
    assert!(told.err.contains("サーバー（PostgreSQL）が変更を受け付けません"), "{told:?}");
    assert!(!told.err.contains("ファイルの所有者") && !told.err.contains("read-only transaction"), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_gives_up_is_not_another_program_that_holds_the_registry() {
    let house = House::on_postgres().furnish();
    let url = house.url();
    let name = url.rsplit('/').next().unwrap().to_owned();
    servers::statement(&url, &format!("ALTER DATABASE {name} SET statement_timeout = 300"));
    let held = house.hold().await;
    let told = house.tell("office suspend 1272200001");
    held.release().await;
    assert!(told.code == 1 && told.err.contains("時間切れで処理を打ち切りました"), "{told:?}");
    assert!(!told.err.contains("ほかのプログラムが使用中"), "{told:?}");
}
