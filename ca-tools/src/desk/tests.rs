//! A desk of an empty registry, and what its pages say.

use axum::response::Response;
use certs::Timestamp;
use pages::Locale;

use super::state::Desk;
use crate::acts::{By, Founding, Writer};
use crate::config::DatabaseUrl;
use crate::config::JournalFiles;
use crate::config::{self, KeySource};
use crate::password::Profile;
use crate::test_support::Folder;

pub(super) const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

/// A desk that knows nobody, with its files in this folder.
pub(super) async fn empty(folder: &Folder) -> Desk {
    let founding = Founding { id: &"0".repeat(32), authorities: &[], reader: None };
    let (place, files) = (DatabaseUrl::File(folder.path("registry.db")), JournalFiles::in_folder(folder.as_ref()));
    let writer = Writer::init(&place, &files, (&By::desk(NOW).unwrap(), &founding)).await.unwrap();
    let settings = config::Desk {
        keys: KeySource::File(folder.path("keys.json")),
        issuer: String::new(),
        audience: String::new(),
        socket: None,
        public_socket: None,
    };
    Desk::new(writer, settings, (Profile::default(), Vec::new()))
}

/// All of an answer.
pub(super) async fn body(answer: Response) -> String {
    let octets = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(octets.to_vec()).unwrap()
}

/// That a page speaks so, and in no other way.
pub(super) fn speaks(locale: Locale, page: &str) {
    match locale {
        Locale::Japanese => assert!(page.contains("<html lang=\"ja\">") && !page.contains("<ruby>"), "{page}"),
        Locale::EasyJapanese => assert_eq!(pages::unread(page), Vec::<&str>::new(), "{page}"),
        Locale::English => {
            let japanese = |line: &&str| line.contains(|sign| matches!(sign, 'ぁ'..='ん')) && !line.contains("<style>");
            assert_eq!(page.lines().filter(japanese).collect::<Vec<_>>(), Vec::<&str>::new());
            assert!(page.contains("<html lang=\"en\">"), "{page}");
        }
    }
}
