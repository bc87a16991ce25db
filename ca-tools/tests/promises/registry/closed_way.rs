//! Nobody reads along on the way to a server, and nobody answers in its place.

use ca_tools::journal::Files;
use ca_tools::words::for_operators;
use ca_tools::writer::{Founding, Place, Refusal, Unavailable, Writer};
use registry::reader::{ReadRefusal, Reader, Source};
use servers::Postgres;

use crate::fixtures::house::folder;
use crate::fixtures::registry_at::by;

const FOUNDING: Founding<'_> = Founding { id: "00112233445566778899aabbccddeeff", authorities: &[], reader: None };

/// The URL of a database by this name of its server, whom this certificate vouches for.
fn by_tls(database: &str, host: &str, root: &str) -> String {
    let url = database.replace("127.0.0.1", host);
    format!("{url}?sslmode=verify-full&sslrootcert={}", Postgres::shared_by_tls().certificate(root).display())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_written_and_read_by_tls_when_it_proves_its_name() {
    let database = Postgres::shared_by_tls().database();
    let url = by_tls(&database, "localhost", "ca.pem");
    let folder = folder();
    let journal = Files::in_folder(&folder);
    let writer = Writer::init(&url.parse().unwrap(), &journal, (&by(), &FOUNDING)).await.unwrap();
    let mut reader = Reader::open(&url.parse::<Source>().unwrap()).await.unwrap();
    assert_eq!(reader.head().await.unwrap().version, 1);
    assert_eq!(writer.version().await.unwrap(), 1);
    let name = database.rsplit('/').next().unwrap();
    let plain = format!(
        "SELECT count(*) FILTER (WHERE s.ssl), count(*) FILTER (WHERE NOT s.ssl) FROM pg_stat_ssl s \
         JOIN pg_stat_activity a USING (pid) WHERE a.datname = '{name}'"
    );
    let counted = servers::statement(&database.replace(name, "postgres"), &plain);
    let (closed, open) = counted.split_once('|').unwrap();
    assert!(closed.parse::<u32>().unwrap() >= 2 && open == "0", "by TLS {closed}, in the clear {open}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_cannot_prove_its_name_is_told_nothing() {
    let database = Postgres::shared_by_tls().database();
    let good: Place = by_tls(&database, "localhost", "ca.pem").parse().unwrap();
    let folder = folder();
    let journal = Files::in_folder(&folder);
    drop(Writer::init(&good, &journal, (&by(), &FOUNDING)).await.unwrap());
    for (host, root, words) in [
        ("localhost", "stranger.pem", "UnknownIssuer"),
        ("127.0.0.1", "ca.pem", "certificate not valid for name"),
        ("127.0.0.1", "stranger.pem", "invalid peer certificate"),
    ] {
        let url = by_tls(&database, host, root);
        let refused = Writer::open(&url.parse().unwrap(), &journal).await.unwrap_err();
        assert!(matches!(refused, Unavailable::Untrusted(_)), "{host} {root}: {refused:?}");
        let told = for_operators(&Refusal::from(refused));
        assert!(told.ja.starts_with("台帳のサーバーが本物か確かめられません"), "{told:?}");
        assert!(told.en.contains(words), "{host} {root}: {told:?}");
        let refused = Reader::open(&url.parse::<Source>().unwrap()).await.unwrap_err();
        assert!(matches!(&refused, ReadRefusal::Database(why) if why.contains(words)), "{host} {root}: {refused:?}");
    }
}
