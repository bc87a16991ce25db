//! Waiting where there is no runtime.

use std::time::{Duration, Instant};

use crate::{Found, PATIENCE};

/// Between two looks, of which many start a program.
const PAUSE: Duration = Duration::from_millis(20);

/// Waits until it holds, or is there.
///
/// # Panics
/// It never came.
pub fn until<F: Found>(what: &str, look: impl FnMut() -> F) -> F::Thing {
    within(PATIENCE, what, look)
}

/// As [`until`], in this time.
///
/// # Panics
/// It did not come in time.
pub fn within<F: Found>(time: Duration, what: &str, look: impl FnMut() -> F) -> F::Thing {
    waited(time, look, || format!("never: {what}"))
}

/// As [`until`]; where it never came, these are the words.
///
/// # Panics
/// It never came.
pub fn until_or<F: Found>(look: impl FnMut() -> F, otherwise: impl Fn() -> String) -> F::Thing {
    waited(PATIENCE, look, otherwise)
}

fn waited<F: Found>(time: Duration, mut look: impl FnMut() -> F, otherwise: impl Fn() -> String) -> F::Thing {
    let deadline = Instant::now() + time;
    loop {
        if let Some(thing) = look().thing() {
            return thing;
        }
        assert!(Instant::now() < deadline, "{}", otherwise());
        std::thread::sleep(PAUSE);
    }
}
