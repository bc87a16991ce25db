//! A form with a file in it (multipart/form-data, RFC 7578), read from a body that is all here: no larger than its door lets in.

use std::convert::Infallible;

use axum::body::Bytes;
use futures_util::stream;
use multer::{Multipart, parse_boundary};

use super::form::Fields;

/// Fields of our largest form, and then some.
const MOST_PARTS: usize = 64;

/// A file that was chosen.
#[derive(Clone, Eq, PartialEq)]
pub(crate) struct SentFile {
    /// What it is called on the sender's machine: shown, and used for nothing.
    pub(crate) name: String,
    pub(crate) octets: Bytes,
}

impl std::fmt::Debug for SentFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SentFile({} octets)", self.octets.len())
    }
}

/// Its fields, and the file in which something stands; `None` where the body is no such form.
pub(crate) async fn parts_of(kind: &str, body: Bytes) -> Option<(Fields, Option<SentFile>)> {
    let boundary = parse_boundary(kind).ok()?;
    let whole = stream::once(async move { Ok::<_, Infallible>(body) });
    let mut parts = Multipart::new(whole, boundary);
    let (mut fields, mut file) = (Vec::new(), None);
    while let Some(part) = parts.next_field().await.ok()? {
        if fields.len() >= MOST_PARTS {
            return None;
        }
        let name = part.name()?.to_owned();
        match part.file_name().map(str::to_owned) {
            None => fields.push((name, part.text().await.ok()?)),
            Some(called) => {
                let octets = part.bytes().await.ok()?;
                // A field in which nothing was chosen is sent, too.
                if !(called.is_empty() && octets.is_empty()) && file.is_none() {
                    file = Some(SentFile { name: called, octets });
                }
                fields.push((name, String::new()));
            }
        }
    }
    Some((fields.into_iter().collect(), file))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: &str = "multipart/form-data; boundary=X";

    async fn read(body: &str) -> Option<(Fields, Option<SentFile>)> {
        parts_of(KIND, Bytes::copy_from_slice(body.replace('\n', "\r\n").as_bytes())).await
    }

    #[tokio::test]
    async fn a_file_and_the_fields_beside_it_are_told_apart() {
        let head = "--X\nContent-Disposition: form-data; name=";
        let body = format!(
            "{head}\"why\"\n\n移行\n{head}\"file\"; filename=\"a.csv\"\nContent-Type: text/csv\n\na,b\n--X--\n"
        );
        let (fields, file) = read(&body).await.unwrap();
        assert_eq!(fields.get("why"), "移行");
        let file = file.unwrap();
        assert_eq!((file.name.as_str(), &*file.octets), ("a.csv", b"a,b".as_slice()));
        // Nothing chosen.
        let (_, none) = read(&format!("{head}\"file\"; filename=\"\"\n\n\n--X--\n")).await.unwrap();
        assert_eq!(none, None);
    }

    #[tokio::test]
    async fn what_is_no_such_form_is_none() {
        assert!(parts_of("multipart/form-data", Bytes::new()).await.is_none());
        assert!(read("").await.is_none());
        assert!(read("--X\nContent-Disposition: form-data; name=\"a\"\n\nno end").await.is_none());
        let many = "--X\nContent-Disposition: form-data; name=\"a\"\n\n1\n".repeat(MOST_PARTS + 1);
        assert!(read(&format!("{many}--X--\n")).await.is_none());
    }
}
