//! What there is to be found, in memory, and looking through it.

use memchr::memmem::Finder;

use super::found::{Hit, SearchResult, What};
use super::numbers::{Named, event, numbers, support_code};
use super::packed::{Rank, Thing};
use super::shelf::{Shelf, ThingAt};
use crate::ledger::{Findable, History, Ledger, Noun};
use crate::refusal::Unavailable;
use crate::spelling::sought;

/// How far what is in memory is behind the registry.
pub(super) enum Behind {
    Nothing,
    /// So many that they are read as they are; what holds until them.
    Changes(History),
    /// Of the same history, and so many that all is read anew.
    TooMany,
    /// Nothing of it holds any more.
    AnotherHistory,
}

/// Further behind than this, all is read anew.
const FAR: i64 = 20_000;
/// Of more hits the best are kept; the rest is counted.
pub(super) const MOST: usize = 1_000;
/// Of a kind of which more are found, the others are not looked at: it is a letter, not something that somebody looks for.
const TOO_MANY: usize = 20_000;
/// The shortest part of a serial number that finds it.
const SHORTEST: usize = 4;

/// Everything that can be found, as it was at one version of one history.
#[derive(Clone, Debug)]
pub(super) struct Index {
    history: History,
    shelves: [Shelf; Noun::ALL.len()],
    /// The letter queued last.
    letter: i64,
}

impl Index {
    /// Reads all of it, a part at a time: whoever asks the registry meanwhile waits for a part and not for all.
    pub(super) async fn load(ledger: &Ledger) -> Result<Self, Unavailable> {
        // Its version first: what changes meanwhile is read once more.
        let history = ledger.history(0).await?.0;
        let mut shelves: [Shelf; Noun::ALL.len()] = Default::default();
        for (shelf, noun) in shelves.iter_mut().zip(Noun::ALL) {
            let (mut things, mut after) = (Vec::new(), None);
            loop {
                let (part, last) = ledger.findable_after(noun, after.as_deref()).await?;
                things = beside(move || {
                    things.extend(part.into_iter().map(|found| thing(noun, found)));
                    things
                })
                .await?;
                if last.is_none() {
                    break;
                }
                after = last;
            }
            *shelf = beside(move || Shelf::of(things)).await?;
        }
        let letter = shelves[Noun::Letter as usize].highest();
        Ok(Self { history, shelves, letter })
    }

    /// How the registry stands to it.
    pub(super) async fn behind(&self, ledger: &Ledger) -> Result<Behind, Unavailable> {
        let (now, hash) = ledger.history(self.history.version).await?;
        let ours = now.id == self.history.id && now.epoch == self.history.epoch && hash == self.history.hash;
        Ok(match now.version - self.history.version {
            0 if now == self.history => Behind::Nothing,
            behind if ours && (0..=FAR).contains(&behind) => Behind::Changes(now),
            behind if ours && behind > FAR => Behind::TooMany,
            _ => Behind::AnotherHistory,
        })
    }

    /// The same as the registry was at this version.
    pub(super) async fn follow(&self, ledger: &Ledger, now: History) -> Result<Self, Unavailable> {
        let mut next = self.clone();
        for noun in Noun::ALL {
            let after = if noun == Noun::Letter { self.letter } else { self.history.version };
            let changed = ledger.findable_since(noun, after).await?;
            if changed.is_empty() {
                continue;
            }
            if noun == Noun::Letter {
                next.letter = changed.iter().filter_map(|found| found.key.parse().ok()).fold(self.letter, i64::max);
            }
            next = beside(move || {
                next.shelves[noun as usize].put(changed.into_iter().map(|found| thing(noun, found)));
                next
            })
            .await?;
        }
        next.history = now;
        Ok(next)
    }

    fn shelf(&self, noun: Noun) -> &Shelf {
        &self.shelves[noun as usize]
    }

    /// How many things there are, and how many octets they take.
    pub(super) fn size(&self) -> (usize, usize) {
        self.shelves.iter().map(Shelf::size).fold((0, 0), |sum, size| (sum.0 + size.0, sum.1 + size.1))
    }

    /// What this finds, the best first.
    pub(super) fn find(&self, typed: &str) -> SearchResult {
        let text = sought(typed);
        if text.is_empty() {
            return SearchResult::default();
        }
        let mut ranked: [Vec<Hit>; Rank::ALL.len()] = Default::default();
        let mut total = 0;
        // Of what is only counted nothing is made: a letter that stands in everything is found a hundred thousand times.
        let mut keep = |rank: Rank, hit: &dyn Fn() -> Hit| {
            total += 1;
            let hits = &mut ranked[rank as usize];
            if hits.len() < MOST {
                hits.push(hit());
            }
        };
        let short: Vec<_> =
            numbers(&text).into_iter().filter(|(noun, key)| self.shelf(*noun).shown(key).is_some()).collect();
        for (noun, key) in &short {
            if let Some(shown) = self.shelf(*noun).shown(key) {
                keep(Rank::Number, &|| self.hit(*noun, shown, Rank::Number));
            }
        }
        let finder = Finder::new(text.as_bytes());
        let mut cut = false;
        // Of a certificate nothing shorter counts.
        let looked_at = |noun: &Noun| *noun != Noun::Certificate || text.len() >= SHORTEST;
        for noun in Noun::ALL.into_iter().filter(looked_at) {
            let again = |place: ThingAt<'_>| short.iter().any(|(other, key)| *other == noun && key == place.key());
            cut |= self.shelf(noun).find(&finder, TOO_MANY, |place, rank| {
                if fits(noun, &text, place, rank) && !again(place) {
                    keep(rank, &|| self.hit(noun, place.shown(), rank));
                }
            });
        }
        if let Some((version, named)) = event(&text).filter(|(version, _)| *version <= self.history.version) {
            let rank = match named {
                Named::InWords => Rank::Number,
                Named::ByDigits => Rank::Within,
            };
            keep(rank, &|| Hit::event(version, rank));
        }
        if let Some(code) = support_code(&text) {
            keep(Rank::Within, &|| Hit::code(code.clone()));
        }
        let mut hits: Vec<Hit> = ranked.into_iter().flatten().collect();
        hits.sort_by(|one, other| one.place().cmp(&other.place()));
        hits.truncate(MOST);
        SearchResult { hits, total, cut }
    }

    fn hit(&self, noun: Noun, shown: [&str; 4], rank: Rank) -> Hit {
        let [key, title, home, state] = shown;
        let called = |noun: Noun| self.shelf(noun).shown(home).map(|shown| shown[1].to_owned()).unwrap_or_default();
        let home_called = match noun {
            Noun::Person | Noun::Device | Noun::Application => called(Noun::Office),
            Noun::Certificate | Noun::Ticket => called(Noun::Device),
            Noun::Letter if home.starts_with("DEV-") => called(Noun::Device),
            Noun::Letter => called(Noun::Office),
            Noun::Office | Noun::Room | Noun::Proposal | Noun::Training | Noun::Campaign | Noun::Incident => {
                String::new()
            }
        };
        Hit {
            what: What::Thing(noun),
            key: key.to_owned(),
            title: title.to_owned(),
            home: home.to_owned(),
            home_called,
            state: state.to_owned(),
            rank,
        }
    }
}

/// A serial number is found by its beginning and by its end: what stands within any of a hundred thousand is no help.
fn fits(noun: Noun, text: &str, place: ThingAt<'_>, rank: Rank) -> bool {
    match rank {
        Rank::Number | Rank::Whole => true,
        Rank::Begins | Rank::Within if noun != Noun::Certificate => true,
        Rank::Begins => text.len() >= SHORTEST,
        Rank::Within => text.len() >= SHORTEST && place.key().ends_with(text),
    }
}

fn thing(noun: Noun, found: Findable) -> Thing {
    let Findable { key, title, home, state, by } = found;
    let number = match noun {
        // Alone, digits are a device.
        Noun::Letter => format!("mail{key}"),
        Noun::Training => sought(&format!("{key}年度")),
        Noun::Office
        | Noun::Person
        | Noun::Device
        | Noun::Certificate
        | Noun::Room
        | Noun::Application
        | Noun::Ticket
        | Noun::Proposal
        | Noun::Campaign
        | Noun::Incident => sought(&key),
    };
    // A kind, a purpose: words of ours, by which nothing is found.
    let called = match noun {
        Noun::Office | Noun::Person | Noun::Device | Noun::Room | Noun::Training => sought(&title),
        Noun::Certificate
        | Noun::Application
        | Noun::Ticket
        | Noun::Letter
        | Noun::Proposal
        | Noun::Campaign
        | Noun::Incident => String::new(),
    };
    let by = by.iter().map(|part| sought(part)).collect::<Vec<_>>();
    Thing::new([&key, &title, &home, &state], [number, called].into_iter().chain(by))
}

/// Does this where no request waits for it.
async fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Unavailable> {
    tokio::task::spawn_blocking(work).await.map_err(|why| Unavailable::Other(why.to_string()))
}
