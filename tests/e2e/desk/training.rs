//! A city asks for the training: who lacks it is told so, and is let in by the attendance that is put down.

use house::{House, by, empty};
use http::Method;
use registry::LoginId;

use crate::fixtures::newcomer::Newcomer;

const YEARS: &str = include_str!("../../../policies/tests/city/training.cedar");

/// The same configuration with the policies of a city that asks for it.
fn switched_on(house: &House) {
    let directory = house.dir.join("policies");
    std::fs::create_dir(&directory).unwrap();
    house::write(&directory.join("care-record.cedar"), include_str!("../../../policies/care-record.cedar"));
    house::write(&directory.join("training.cedar"), YEARS);
    let policies = format!("[policies]\ndirectory = \"{}\"\n[limits]", directory.display());
    let config = gateway::config::Config::parse(&house.configuration.replace("[limits]", &policies)).unwrap();
    house.gateway.reload_with(config).unwrap();
}

async fn attends(house: &House, person: &LoginId) {
    let now = house::now();
    let year = ca_tools::application::FiscalYear::of(now);
    let planned =
        ca_tools::acts::PlannedTraining { year, on: ca_tools::application::Day::of(now), place: String::new() };
    house.writer.hold_training(&by(), &planned).await.unwrap();
    house.writer.attend(&by(), (year, None), std::slice::from_ref(person)).await.unwrap();
    house.applied().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_city_may_ask_for_the_training_and_who_lacks_it_is_told_what_to_do() {
    let house = House::open().await;
    let newcomer = Newcomer::of(&house, 1).await;
    assert_eq!(newcomer.refusal(&house).await.0, 200, "no house asks for it by itself");
    switched_on(&house);
    assert_eq!(newcomer.refusal(&house).await, (403, "KW-113".into(), "training_needed".into()));
    let mut talk = house.talk(&newcomer.credentials).await;
    let path = format!("/rooms/{}/echo", newcomer.room);
    let asked = house.request(Method::GET, &path, Some(&newcomer.cookie)).header("accept", "text/html");
    let page = talk.ask(asked.header("accept-language", "ja").body(empty()).unwrap()).await.unwrap().text();
    for words in
        ["個人情報保護研修会の受講が確認できていません", "研修会の日程", "登録されると、すぐにご利用いただけます"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    let person: LoginId = newcomer.login_id.parse().unwrap();
    attends(&house, &person).await;
    assert_eq!(newcomer.refusal(&house).await.0, 200, "in force as soon as it is put down");
    let year = ca_tools::application::FiscalYear::of(house::now());
    house.writer.unattend(&by(), year, std::slice::from_ref(&person)).await.unwrap();
    house.applied().await;
    assert_eq!(newcomer.refusal(&house).await.2, "training_needed");
}
