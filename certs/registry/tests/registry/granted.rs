//! A gateway's role on PostgreSQL may read what its reader asks for, and nothing else.

use registry::reader::{READ, Reader, Source};
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};

use crate::forked::{event, held, lived_in, put_back};
use crate::signed::Signer;
use crate::written::{Folder, Written, applied, certificate, user};

const OFFICE: &str = "1272201234";

/// As `ca-tools init --reader` grants it.
async fn granted(written: &Written) -> String {
    let role = format!("gateway_{}", written.url.split('?').next().unwrap().rsplit('/').next().unwrap());
    let mut statements = vec![format!("CREATE ROLE {role} LOGIN"), format!("GRANT USAGE ON SCHEMA public TO {role}")];
    for (table, columns) in READ {
        statements.push(format!("GRANT SELECT ({}) ON {table} TO {role}", columns.join(", ")));
    }
    for statement in statements {
        written.run(&statement).await;
    }
    written.url.replace("postgres@", &format!("{role}@"))
}

#[tokio::test]
async fn with_these_grants_every_question_of_a_gateway_is_answered() {
    let written = Written::server("one").await;
    let url = granted(&written).await;
    let signer = Signer::new();
    lived_in(&written).await;
    written.change(&[user("k.sato", OFFICE), certificate('1', 1)].concat()).await;
    // Read whole, in changes, and anew after a restore.
    let (state, key) = (Folder::new(), signer.public());
    let feed = registry::Feed::follow(&url, &state.join("state"), Some(key)).unwrap();
    applied(&feed, 4).await;
    let lists = "INSERT INTO device_users VALUES (1, 'k.sato', 'listed', :v); \
                 INSERT INTO rooms (room, name, state, version) VALUES ('r-1', 'x', 'open', :v); \
                 INSERT INTO invitations (room, login_id, state, version) VALUES ('r-1', 'k.sato', 'invited', :v);";
    written.change(lists).await;
    applied(&feed, 5).await;
    assert_eq!(feed.newest().unwrap().room("r-1").unwrap().members.len(), 1);
    let from = written.asked("SELECT hash FROM events WHERE version = 2").await;
    put_back(&written, &[event(10), signer.restoration(1, "one", (2, &from), 10)].concat()).await;
    applied(&feed, 10).await;
    assert!(!held(&feed));
    let mut reader = Reader::open(&url.parse::<Source>().unwrap()).await.unwrap();
    assert_eq!(reader.head().await.unwrap().version, 10);
}

#[tokio::test]
async fn whatever_is_not_in_the_list_is_refused_by_the_server() {
    let written = Written::server("one").await;
    for migration in ["0002_desk.sql", "0003_told_days.sql"] {
        let path = format!("{}/migrations/{migration}", env!("CARGO_MANIFEST_DIR"));
        written.run(&std::fs::read_to_string(path).unwrap()).await;
    }
    let mut gateway = PgConnection::connect(&granted(&written).await).await.unwrap();
    let mut admin = PgConnection::connect(&written.url).await.unwrap();
    let all = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'";
    let (mut read, mut refused) = (0, 0);
    for row in sqlx::query(all).fetch_all(&mut admin).await.unwrap() {
        let (table, column): (String, String) = (row.get(0), row.get(1));
        let may = READ.iter().any(|(name, columns)| *name == table && columns.contains(&column.as_str()));
        let question = AssertSqlSafe(format!("SELECT {column} FROM {table}"));
        match sqlx::query(question).fetch_all(&mut gateway).await {
            Ok(_) if may => read += 1,
            Err(error) if !may && error.to_string().contains("permission denied") => refused += 1,
            answer => panic!("{table}.{column}: {answer:?}"),
        }
    }
    assert_eq!(read, READ.iter().map(|(_, columns)| columns.len()).sum::<usize>());
    assert!(refused > 100, "only {refused} columns were refused");
}
