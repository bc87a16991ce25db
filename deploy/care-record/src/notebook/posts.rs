//! What stands in the rooms, and which rooms has somebody been in? In memory, bounded, gone with the process.

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use serde::Deserialize;

/// Characters in one post.
pub const LONGEST_POST: usize = 2000;
/// A room keeps its newest posts.
const MOST_POSTS: usize = 500;
/// Rooms and users beyond this are not remembered: a stand-in must not grow for ever under a load test.
const MOST_NAMES: usize = 10_000;

/// One entry of a room's 連絡帳.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Post {
    /// Who wrote it, as shown.
    pub author: String,
    /// Profession or office, as shown.
    pub affiliation: String,
    /// When: seconds since 1970.
    pub at: i64,
    /// What was written.
    pub text: String,
}

/// A room with what is already in it, for a demonstration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoomAtStart {
    /// The registry's reference of the room.
    pub room: String,
    /// Its heading.
    pub name: String,
    /// Oldest first.
    #[serde(default)]
    pub posts: Vec<Post>,
}

/// Why a post was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PostRefusal {
    /// Nothing was written.
    #[error("empty")]
    Empty,
    /// More than [`LONGEST_POST`] characters.
    #[error("too long")]
    TooLong,
}

/// All rooms.
#[derive(Debug, Default)]
pub struct Notebook(Mutex<Inside>);

#[derive(Debug, Default)]
struct Inside {
    rooms: HashMap<String, Room>,
    seen: HashMap<String, BTreeSet<String>>,
}

#[derive(Debug, Default)]
struct Room {
    name: Option<String>,
    posts: VecDeque<Post>,
}

impl Notebook {
    /// A notebook in which something is written already.
    #[must_use]
    pub fn with(rooms: Vec<RoomAtStart>) -> Self {
        let rooms = rooms.into_iter();
        let rooms = rooms.map(|room| (room.room, Room { name: Some(room.name), posts: room.posts.into() })).collect();
        Self(Mutex::new(Inside { rooms, seen: HashMap::new() }))
    }

    /// The rooms in which this user has been, with their headings, in order of their reference.
    #[must_use]
    pub fn rooms_of(&self, login_id: &str) -> Vec<(String, String)> {
        let inside = self.inside();
        let seen = inside.seen.get(login_id).into_iter().flatten();
        seen.map(|room| (room.clone(), inside.heading(room))).collect()
    }

    /// The user is in the room: its heading and posts, newest first.
    #[must_use]
    pub fn enter(&self, room: &str, login_id: &str) -> (String, Vec<Post>) {
        let mut inside = self.inside();
        if inside.seen.len() < MOST_NAMES || inside.seen.contains_key(login_id) {
            inside.seen.entry(login_id.to_owned()).or_default().insert(room.to_owned());
        }
        let posts = inside.rooms.get(room).map(|room| room.posts.iter().rev().cloned().collect());
        (inside.heading(room), posts.unwrap_or_default())
    }

    /// Writes into a room.
    ///
    /// # Errors
    /// Nothing but white space, or too long.
    pub fn write(&self, room: &str, post: Post) -> Result<(), PostRefusal> {
        if post.text.trim().is_empty() {
            return Err(PostRefusal::Empty);
        }
        if post.text.chars().count() > LONGEST_POST {
            return Err(PostRefusal::TooLong);
        }
        let mut inside = self.inside();
        if inside.rooms.len() >= MOST_NAMES && !inside.rooms.contains_key(room) {
            return Ok(());
        }
        let posts = &mut inside.rooms.entry(room.to_owned()).or_default().posts;
        if posts.len() == MOST_POSTS {
            posts.pop_front();
        }
        posts.push_back(post);
        Ok(())
    }

    fn inside(&self) -> std::sync::MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inside {
    fn heading(&self, room: &str) -> String {
        let name = self.rooms.get(room).and_then(|room| room.name.clone());
        name.unwrap_or_else(|| format!("部屋 {room}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(text: &str) -> Post {
        Post { author: "KW0001".into(), affiliation: "1270001".into(), at: 0, text: text.into() }
    }

    #[test]
    fn a_post_is_read_newest_first_in_its_own_room_only() {
        let notebook = Notebook::default();
        notebook.write("a", says("朝の様子")).unwrap();
        notebook.write("a", says("夕方の様子")).unwrap();
        let (heading, posts) = notebook.enter("a", "KW0001");
        assert_eq!(heading, "部屋 a");
        assert_eq!(posts.iter().map(|post| &post.text[..]).collect::<Vec<_>>(), ["夕方の様子", "朝の様子"]);
        assert!(notebook.enter("b", "KW0001").1.is_empty());
    }

    #[test]
    fn an_empty_or_endless_post_is_refused() {
        let notebook = Notebook::default();
        assert_eq!(notebook.write("a", says(" \n　")), Err(PostRefusal::Empty));
        assert_eq!(notebook.write("a", says(&"あ".repeat(LONGEST_POST + 1))), Err(PostRefusal::TooLong));
        notebook.write("a", says(&"あ".repeat(LONGEST_POST))).unwrap();
    }

    #[test]
    fn a_user_sees_the_rooms_they_have_been_in() {
        let notebook = Notebook::with(vec![RoomAtStart { room: "a".into(), name: "さん".into(), posts: vec![] }]);
        assert!(notebook.rooms_of("KW0001").is_empty());
        let _ = notebook.enter("a", "KW0001");
        assert_eq!(notebook.rooms_of("KW0001"), [("a".to_owned(), "さん".to_owned())]);
        assert!(notebook.rooms_of("KW0002").is_empty());
    }
}
