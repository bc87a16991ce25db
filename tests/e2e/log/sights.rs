//! Who could see a room at a moment, as the registry answers it and as the page of their office showed it, is whom the gateway
//! let in at that moment, as its access log says.

use std::collections::{BTreeMap, HashMap};

use ca_tools::acts::{InvitationTerms, LastPost};
use ca_tools::ledger::{CouldSee, Ledger, RoomSight, SightOf};
use certs::Timestamp;
use house::{Credentials, Desk, House, PASSWORD, Plan, by, empty, now, until};
use http::Method;
use registry::{LoginId, OfficeNo, RoomRef};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::fixtures::newcomer::Newcomer;

/// Rounds of changes with requests between; each takes somewhat more than a second.
const ROUNDS: usize = 15;
const PEOPLE: usize = 3;
const ROUTES: &str = "[[site.route]]\npath = \"/rooms/{room_ref}/**\"\nupstream = \"care-record\"\n\
    [[site.route]]\npath = \"/office/**\"\nupstream = \"desk\"\narea = \"office\"\nrequest_binding = true\n\
    [[site.route]]\npath = \"/**\"\nupstream = \"care-record\"\narea = \"record\"\n";

/// The same numbers for the same seed (xorshift64*).
struct Dice(u64);

impl Dice {
    fn below(&mut self, many: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let drawn = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(drawn).unwrap() % many
    }
}

/// Somebody, and of whose office they are by now.
struct Mover {
    login_id: LoginId,
    office: usize,
    cookie: String,
}

/// The page `/office/rooms`, as somebody was shown it.
struct ShownRooms {
    at: Timestamp,
    person: LoginId,
    office: OfficeNo,
    text: String,
}

struct City {
    house: House,
    _desk: Desk,
    offices: Vec<(OfficeNo, Credentials)>,
    people: Vec<Mover>,
    rooms: Vec<RoomRef>,
    dice: Dice,
    /// Who asked, by the number in the path.
    asked: Vec<LoginId>,
    shown: Vec<ShownRooms>,
}

impl City {
    async fn of(seed: u64) -> Self {
        let house = House::planned(Plan { routes: ROUTES.into(), ..Plan::default() }).await;
        let desk = house.desk().await;
        let (mut people, mut offices) = (Vec::new(), Vec::new());
        for number in 0..PEOPLE {
            let one = Newcomer::of(&house, number + 1).await;
            let login_id = one.login_id.parse().unwrap();
            // One is no contact at first, and whoever moves is none any more.
            if number > 0 {
                house.writer.name_contact(&by(), &login_id).await.unwrap();
            }
            people.push(Mover { login_id, office: number, cookie: one.cookie });
            offices.push((one.office.parse().unwrap(), one.credentials));
        }
        let (rooms, dice, asked, shown) = (Vec::new(), Dice(seed), Vec::new(), Vec::new());
        let mut city = Self { house, _desk: desk, offices, people, rooms, dice, asked, shown };
        city.opens().await;
        city.opens().await;
        city
    }

    async fn opens(&mut self) {
        let room: RoomRef = format!("many-{}", self.rooms.len()).parse().unwrap();
        self.house.writer.open_room(&by(), &room, "部屋".into()).await.unwrap();
        self.rooms.push(room);
    }

    /// One change, whatever it is; what cannot be is not. A closed room stays closed, and another is opened.
    async fn changes(&mut self) {
        let writer = self.house.writer.clone();
        let who = self.dice.below(PEOPLE);
        let user = self.people[who].login_id.clone();
        let office = self.offices[self.people[who].office].0.clone();
        let at = self.dice.below(self.rooms.len());
        let room = self.rooms[at].clone();
        match self.dice.below(20) {
            0..=5 => drop(writer.invite(&by(), &room, &user).await),
            6..=8 => {
                let ends = i64::try_from(1 + self.dice.below(4)).unwrap();
                let terms = InvitationTerms { until: Some(now().plus(ends)), ..InvitationTerms::default() };
                drop(writer.invite_all(&by(), &room, (&[user], &terms)).await);
            }
            9 | 10 => drop(writer.remove(&by(), &room, &user).await),
            11 => drop(writer.suspend_user(&by(), &user).await),
            12 | 13 => {
                drop(writer.resume_user(&by(), &user).await);
                drop(writer.resume_office(&by(), &office).await);
            }
            14 => drop(writer.suspend_office(&by(), &office).await),
            15 if self.rooms.len() < 5 => {
                let last_post = LastPost::on("2026-04-01", now()).unwrap();
                drop(writer.close_room(&by(), &room, last_post).await);
                self.opens().await;
            }
            // The last of them goes for good, once.
            15 | 16 if who + 1 == PEOPLE => drop(writer.delete_user(&by(), &user).await),
            17 | 18 => {
                let to = self.dice.below(PEOPLE);
                if writer.move_user(&by(), &user, &self.offices[to].0).await.is_ok() {
                    self.people[who].office = to;
                }
            }
            19 => drop(writer.name_contact(&by(), &user).await),
            _ => {}
        }
    }

    /// Everybody asks for every room and for the page of their office, on connections of their own: the ones before may have
    /// been cut. Whose session ended with a hold or at another office logs in anew.
    async fn asks(&mut self) {
        let house = &self.house;
        for person in &mut self.people {
            let (office, credentials) = &self.offices[person.office];
            let mut over = false;
            for room in &self.rooms {
                // As many octets as were asked for before: so the path says which request it was.
                let path = format!("/rooms/{room}/bytes/{}", self.asked.len());
                self.asked.push(person.login_id.clone());
                let request = house.request(Method::GET, &path, Some(&person.cookie));
                let answer = house.talk(credentials).await.ask(request.body(empty()).unwrap()).await;
                over |= answer.is_ok_and(|answer| answer.status == 401);
            }
            if over {
                let mut talk = house.talk(credentials).await;
                let answer = house.try_login(&mut talk, person.login_id.as_str(), PASSWORD).await;
                person.cookie = answer.cookie().unwrap_or_else(|| person.cookie.clone());
            }
            let at = now();
            let answer = house.get(&mut house.talk(credentials).await, "/office/rooms", Some(&person.cookie)).await;
            if answer.status == 200 && now() == at {
                let (person, office, text) = (person.login_id.clone(), office.clone(), answer.text());
                self.shown.push(ShownRooms { at, person, office, text });
            }
        }
    }

    /// Each line of a request for a room of which it is known in which second it was decided says what the registry does.
    async fn lines_agree(&self, seed: u64) -> HashMap<(bool, &'static str), usize> {
        let ledger = self.house.writer.ledger();
        let mut counted: HashMap<_, usize> = HashMap::new();
        let last = format!("/bytes/{}", self.asked.len() - 1);
        self.house.line(|line| line["path"].as_str().is_some_and(|path| path.ends_with(&last))).await;
        for line in self.house.lines() {
            let Some((room, number)) = asked_for(&line) else { continue };
            let Some(at) = second(&line) else { continue };
            let user = &self.asked[number];
            let sight = one_answer(&ledger, (&room, user), at).await.map(|one| one.sight);
            let let_in = line["outcome"] == "passed";
            assert_eq!(
                let_in,
                sight == Some(CouldSee::Could),
                "seed {seed}: {user}: {sight:?} at {at}, and the log says {line}"
            );
            *counted.entry((let_in, sight.map_or("never_invited", CouldSee::as_str))).or_default() += 1;
        }
        counted
    }

    /// Each page said of each room who of the office could see it in that second; how many pages said something.
    async fn pages_agree(&self, seed: u64) -> [usize; 3] {
        let (ledger, mut told) = (self.house.writer.ledger(), [0; 3]);
        for page in &self.shown {
            let sights = ledger.could_see(SightOf::Office(&page.office), page.at).await.unwrap();
            let contact = page.text.contains("事業所の人が招待されている部屋");
            let mut expected: BTreeMap<String, String> = BTreeMap::new();
            for room in sights.iter().map(|one| &one.room) {
                let of_room = || sights.iter().filter(|one| one.room == *room);
                let could = of_room().filter(|one| one.sight == CouldSee::Could);
                let held = of_room().filter(|one| one.sight == CouldSee::PersonSuspended).count();
                let mine = could.clone().any(|one| one.login_id == page.person.as_str());
                let said = match (contact, could.count()) {
                    (true, 0) if held == 0 => continue,
                    (true, could) => {
                        let mine = if mine { "（あなたを含む）" } else { "" };
                        let held = if held > 0 { format!("、ほかに停止中{held}人") } else { String::new() };
                        format!("{could}人{mine}{held}")
                    }
                    (false, _) if mine => "あなた".to_owned(),
                    (false, _) => continue,
                };
                expected.insert(room.clone(), said);
            }
            let shown = rooms_of(&page.text);
            // A page without a room does not say whose it is.
            assert_eq!(shown, expected, "seed {seed}: {} of {} at {}", page.person, page.office, page.at);
            let kind = if shown.is_empty() { 0 } else { 1 + usize::from(contact) };
            told[kind] += 1;
        }
        told
    }
}

/// The same answer to the question of the room, of the person, and of the office they were of.
async fn one_answer(ledger: &Ledger, (room, user): (&RoomRef, &LoginId), at: Timestamp) -> Option<RoomSight> {
    let of_room = ledger.could_see(SightOf::Room(room), at).await.unwrap();
    let of_room = of_room.into_iter().find(|one| one.login_id == user.as_str());
    let of_person = ledger.could_see(SightOf::Person(user), at).await.unwrap();
    assert_eq!(of_room, of_person.into_iter().find(|one| one.room == room.as_str()));
    if let Some(one) = &of_room {
        let of_office = ledger.could_see(SightOf::Office(&one.office.parse().unwrap()), at).await.unwrap();
        let same = |other: &RoomSight| other.room == room.as_str() && other.login_id == user.as_str();
        assert_eq!(of_room, of_office.into_iter().find(same));
    }
    of_room
}

/// What each line of the page's table says of which room.
fn rooms_of(page: &str) -> BTreeMap<String, String> {
    let line = |line: &str| {
        let (room, rest) = line.split_once("</th>").unwrap();
        let room = room.strip_suffix("</a>").map_or(room, |link| link.rsplit_once('>').unwrap().1);
        let said = rest.split_once("data-label=\"招待\">").unwrap().1.split_once("</td>").unwrap().0;
        (room.to_owned(), said.to_owned())
    };
    page.split("<tr><th scope=\"row\">").skip(1).map(line).collect()
}

/// Which room a line's request asked for, and the how manieth request it was. What lacked a session lacked the second factor:
/// the registry says nothing of that.
fn asked_for(line: &serde_json::Value) -> Option<(RoomRef, usize)> {
    let path = line["path"].as_str().filter(|_| line["kind"] == "request" && line["status"] != 401)?;
    let (room, number) = path.strip_prefix("/rooms/")?.split_once("/bytes/")?;
    Some((room.parse().ok()?, number.parse().ok()?))
}

/// The clock shows another second: what is done from here on is not of the second of what was done before.
async fn next_second() {
    let before = now();
    until("the clock goes on", async || now() != before).await;
}

/// When a line's request came and when it had ended, by the second: of one that lasted over two, nobody can say in which it was
/// decided.
fn second(line: &serde_json::Value) -> Option<Timestamp> {
    let time = OffsetDateTime::parse(line["time"].as_str()?, &Rfc3339).ok()?;
    let took = time::Duration::microseconds(line["duration_us"].as_i64().unwrap_or_default() + 2_000);
    let seconds = [time - took, time, time + took].map(OffsetDateTime::unix_timestamp);
    (seconds[0] == seconds[2]).then(|| Timestamp::from_unix(seconds[1]))
}

async fn agrees(seed: u64) {
    let mut city = City::of(seed).await;
    for _ in 0..ROUNDS {
        next_second().await;
        for _ in 0..=city.dice.below(3) {
            city.changes().await;
        }
        city.house.applied().await;
        city.asks().await;
    }
    let (lines, pages) = (city.lines_agree(seed).await, city.pages_agree(seed).await);
    println!("seed {seed:x}: {lines:?}, pages {pages:?}");
    let of = |wanted: bool| lines.iter().filter(|((let_in, _), _)| *let_in == wanted).map(|(_, n)| n).sum::<usize>();
    assert!(of(true) >= 8 && of(false) >= 30, "seed {seed} says little: {lines:?}");
    assert!(lines.len() >= 5, "seed {seed} is of few kinds: {lines:?}");
    assert!(pages[1] + pages[2] >= 5, "seed {seed} says little of pages: {pages:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_could_see_a_room_at_a_moment_is_whom_the_gateway_let_in_and_whom_the_page_of_their_office_showed() {
    tokio::join!(agrees(0x5eed_0001), agrees(0x5eed_0002));
}
