//! Waiting in a test's runtime.

use std::time::{Duration, Instant};

use crate::{Found, PATIENCE};

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(2);

/// Waits until it holds, or is there.
///
/// # Panics
/// It never came.
pub async fn until<F: Found>(what: &str, look: impl AsyncFnMut() -> F) -> F::Thing {
    until_or(look, || format!("never: {what}")).await
}

/// As [`until`]; where it never came, these are the words.
///
/// # Panics
/// It never came.
pub async fn until_or<F: Found>(mut look: impl AsyncFnMut() -> F, otherwise: impl Fn() -> String) -> F::Thing {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(thing) = look().await.thing() {
            return thing;
        }
        assert!(Instant::now() < deadline, "{}", otherwise());
        tokio::time::sleep(PAUSE).await;
    }
}
