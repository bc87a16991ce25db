//! An initial password ends by itself, and an old one is not good again within the hour.

use ca_tools::acts::{By, NewPassword, ProofMethod};
use ca_tools::password;
use certs::Timestamp;

use crate::fixtures::house::House;
use crate::fixtures::registry_at::{NOW, both, operator, password as chosen, person};

const DAY: i64 = 86_400;

#[tokio::test(flavor = "multi_thread")]
async fn an_initial_password_that_nobody_changed_for_months_opens_nothing_until_it_is_reset() {
    for house in House::both() {
        let office = "office register 1272200001 --name ひだまり --application A-1";
        house.done(office);
        let add = "user add --office 1272200001 --name 佐藤 --profession 看護師 --application A-2 --id";
        let initial = house.done(&format!("{add} k.sato"))["initial_password"].as_str().unwrap().to_owned();
        let writer = house.writer().await;
        let hash = || house.answer_apart("SELECT password_hash FROM system_users WHERE login_id = 'k.sato'");
        assert!(password::matches(&initial, &hash()));
        let now = time::OffsetDateTime::now_utc().unix_timestamp();
        let on_day = |day: i64| Timestamp::from_unix(now + day * DAY);
        assert_eq!(writer.lapse_initial_passwords(on_day(89), 90).await.unwrap(), [""; 0]);
        assert_eq!(writer.lapse_initial_passwords(on_day(91), 90).await.unwrap(), ["k.sato"]);
        assert!(!password::matches(&initial, &hash()) && hash().starts_with("$argon2id$"));
        assert_eq!(writer.lapse_initial_passwords(on_day(300), 90).await.unwrap(), [""; 0]);
        assert!(!house.done("user show k.sato")["password_lapsed_at"].is_null());
        let again = house.done("user reset-password k.sato")["initial_password"].as_str().unwrap().to_owned();
        assert!(password::matches(&again, &hash()));
        assert!(house.done("user show k.sato")["password_lapsed_at"].is_null());
        assert_eq!(house.done("audit verify")["sound"], true);
        // One that the person chose has no end.
        let own = "UPDATE system_users SET password_initial = 0";
        std::thread::scope(|scope| scope.spawn(|| house.meddle(own)).join().unwrap());
        assert_eq!(writer.lapse_initial_passwords(on_day(900), 90).await.unwrap(), [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn quick_changes_make_no_old_password_good_again() {
    for registry in both().await {
        let login_id = registry.writer.add_user(&operator("setup"), person("k.sato"), chosen()).await.unwrap();
        let mut present = chosen().hash;
        let mut changes = 0;
        for day in 0..3 {
            let by = By::of(login_id.clone(), NOW.plus(10 + day * (DAY + 60)), ProofMethod::Office);
            loop {
                let hash = format!("hash {changes}");
                let new = NewPassword { hash: hash.clone() };
                match registry.writer.change_password(&by, &present, new).await {
                    Ok(_) => (present, changes) = (hash, changes + 1),
                    Err(why) => {
                        assert_eq!(why.code(), "too_many_changes");
                        break;
                    }
                }
                assert!(changes < 100);
            }
            assert_eq!(changes, 6 * (day + 1));
            let former = registry.asked("SELECT previous_hashes FROM system_users").await;
            assert_eq!(former.contains(&chosen().hash), day < 2, "{former}");
        }
    }
}
