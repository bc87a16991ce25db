//! Nobody learns from a failed login whether the ID exists: not from its words, and not from its time (B2-6).

use std::time::{Duration, Instant};

use ca_tools::writer::{NewPassword, Person, SetBy};
use house::{Answer, House, OFFICE, Store, Talk, by};

/// Pairs of logins measured in a round: one with an unknown ID and one with a wrong password.
const PAIRS: usize = 200;
/// An ID is locked after five.
const PER_ID: usize = 4;
/// A device is slowed after thirty.
const PAIRS_PER_DEVICE: usize = 14;
/// Another program may take the machine's time for a whole round; a difference of ours is in every round.
const ROUNDS: usize = 3;

async fn people(house: &House, round: usize, hash: &str) -> Vec<String> {
    let mut people = Vec::new();
    for number in 0..PAIRS.div_ceil(PER_ID) {
        let login_id = format!("known{round}-{number:03}");
        let person = Person {
            office: OFFICE.parse().unwrap(),
            name: "山田 太郎".into(),
            profession: "看護師".into(),
            roles: Vec::new(),
            login_id: Some(login_id.parse().unwrap()),
        };
        let password = NewPassword { hash: hash.to_owned(), set_by: SetBy::Person };
        house.writer.add_user(&by(), person, password).await.unwrap();
        people.push(login_id);
    }
    people
}

/// What can be told from an answer, without what differs from each answer to the next.
fn told(answer: &Answer) -> (u16, serde_json::Value, Vec<(String, String)>) {
    let mut problem = answer.json();
    problem["ref"] = serde_json::Value::Null;
    let headers = answer.headers.iter().filter(|(name, _)| *name != "date");
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    (answer.status.as_u16(), problem, headers)
}

async fn timed(house: &House, talk: &mut Talk, login_id: &str) -> (Duration, Answer) {
    let begun = Instant::now();
    let answer = house.try_login(talk, login_id, "Not-the-password-1").await;
    (begun.elapsed(), answer)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Medians of a round: unknown ID, wrong password.
async fn round(house: &House, number: usize, hash: &str) -> (Duration, Duration) {
    let known = people(house, number, hash).await;
    let (mut unknown, mut wrong) = (Vec::new(), Vec::new());
    let mut talk = None;
    for pair in 0..PAIRS {
        if pair % PAIRS_PER_DEVICE == 0 {
            let (_, credentials) = house.device(OFFICE).await;
            house.applied().await;
            talk = Some(house.talk(&credentials).await);
        }
        let talk = talk.as_mut().unwrap();
        let known = &known[pair / PER_ID];
        let nobody = known.replace("known", "nobdy");
        // Whoever comes second in a pair finds caches warm, so they take turns.
        let (of_nobody, of_known) = if pair % 2 == 0 {
            let of_nobody = timed(house, talk, &nobody).await;
            (of_nobody, timed(house, talk, known).await)
        } else {
            let of_known = timed(house, talk, known).await;
            (timed(house, talk, &nobody).await, of_known)
        };
        assert_eq!(of_nobody.1.problem(), (401, "KW-201".into(), "login_failed".into()));
        assert_eq!(told(&of_nobody.1), told(&of_known.1), "pair {pair}");
        unknown.push(of_nobody.0);
        wrong.push(of_known.0);
    }
    (median(unknown), median(wrong))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_id_and_a_wrong_password_get_the_same_answer_in_the_same_time() {
    let house = House::with(Store::Redis).await;
    house.office(OFFICE).await;
    // As expensive as the hashes of real people.
    let hash = ca_tools::password::hash("Kawa-no-nagare-7").unwrap();
    let mut differences = Vec::new();
    for number in 0..ROUNDS {
        let (unknown, wrong) = round(&house, number, &hash).await;
        let difference = unknown.as_secs_f64() / wrong.as_secs_f64() - 1.0;
        println!("medians of {PAIRS}: unknown ID {unknown:?}, wrong password {wrong:?}, {:+.2} %", difference * 100.0);
        if difference.abs() <= 0.05 {
            return;
        }
        differences.push(difference);
    }
    panic!("the medians differ by more than 5 % in every round: {differences:?}");
}
