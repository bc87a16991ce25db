//! Nobody learns from a failed login whether the ID exists: not from its words, and not from its time (別紙2 ①-9).

use std::time::{Duration, Instant};

use ca_tools::acts::{NewPassword, Person};
use house::{Answer, House, OFFICE, Store, Talk, by};

/// Pairs of logins measured in a round: one with an unknown ID and one with a wrong password.
const PAIRS: usize = 200;
/// An ID is locked after five.
const PER_ID: usize = 4;
/// A device is slowed after thirty.
const PAIRS_PER_DEVICE: usize = 14;
/// A difference of ours is in every round, and on the same side.
const ROUNDS: usize = 3;
/// In how many standard deviations from an even share of the pairs the same one is the slower. Whatever else the machine
/// does falls on either login of a pair alike, so that chance comes as far once in some ten thousand rounds; a hash that is
/// not made, or made at another cost, is slower or faster in nearly every pair, at 14.
const UNEVEN: f64 = 4.0;

async fn people(house: &House, round: usize, hash: &str) -> Vec<String> {
    let mut people = Vec::new();
    for number in 0..PAIRS.div_ceil(PER_ID) {
        let login_id = format!("known{round}-{number:03}");
        let person = Person {
            office: OFFICE.parse().unwrap(),
            name: "山田 太郎".into(),
            kana: String::new(),
            profession: "看護師".into(),
            roles: Vec::new(),
            login_id: Some(login_id.parse().unwrap()),
        };
        let password = NewPassword { hash: hash.to_owned() };
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

/// By how many standard deviations more often the first of a pair is the slower than chance has it (the sign test).
fn unevenness(pairs: &[(Duration, Duration)]) -> f64 {
    let pairs = pairs.iter().map(|(first, second)| f64::from(i8::from(first > second) - i8::from(first < second)));
    pairs.clone().sum::<f64>() / (pairs.count() as f64).sqrt()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// The pairs of a round: unknown ID, wrong password.
async fn round(house: &House, number: usize, hash: &str) -> Vec<(Duration, Duration)> {
    let known = people(house, number, hash).await;
    let mut pairs = Vec::new();
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
        pairs.push((of_nobody.0, of_known.0));
    }
    pairs
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_id_and_a_wrong_password_get_the_same_answer_in_the_same_time() {
    let house = House::with(Store::Redis).await;
    house.office(OFFICE).await;
    // As expensive as the hashes of real people.
    let hash = ca_tools::password::hash("Kawa-no-nagare-7").unwrap();
    let mut rounds = Vec::new();
    for number in 0..ROUNDS {
        let pairs = round(&house, number, &hash).await;
        let uneven = unevenness(&pairs);
        let (unknown, wrong) = pairs.into_iter().unzip();
        let (unknown, wrong) = (median(unknown), median(wrong));
        println!("medians of {PAIRS}: unknown ID {unknown:?}, wrong password {wrong:?}; uneven by {uneven:+.2}");
        if uneven.abs() <= UNEVEN || rounds.iter().any(|before: &f64| before.signum() != uneven.signum()) {
            return;
        }
        rounds.push(uneven);
    }
    panic!("one is the slower in every round: {rounds:?}");
}
