//! Whoever changes, removes or cuts off an event is found out.

use ca_tools::audit::{self, Broken, Fault};
use registry::Ownership;

use crate::fixtures::registry_at::both;

#[tokio::test(flavor = "multi_thread")]
async fn the_first_event_that_does_not_hold_is_named() {
    let table: [(&'static str, i64, Fault); 5] = [
        ("UPDATE events SET why = 'x' WHERE version = 3", 3, Fault::Changed),
        ("UPDATE events SET operator = 'someone' WHERE version = 2", 2, Fault::Changed),
        ("UPDATE events SET prev = hash WHERE version = 4", 4, Fault::Unlinked),
        ("DELETE FROM events WHERE version = 3", 3, Fault::Missing),
        ("DELETE FROM events WHERE version = 5", 5, Fault::CutOff),
    ];
    for (sql, version, why) in table {
        for registry in both().await {
            registry.approved(Ownership::Office, &[]).await;
            assert_eq!(audit::verify(&registry.writer).await.unwrap().broken, None);
            registry.meddle(sql).await;
            let walk = audit::verify(&registry.writer).await.unwrap();
            assert_eq!(walk.broken, Some(Broken { version, why }), "{sql}");
        }
    }
}
