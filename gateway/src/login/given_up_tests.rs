//! A guess that is given up half-way, wherever that is, and guesses that are none: neither leaves half a count behind.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use certs::{DeviceNo, Timestamp};

use super::tests::{Door, WRONG, counted};
use super::{Guess, LoginRefusal, ReserveRefusal, Reserved};
use crate::session::Sessions;
use crate::session::tests::{NOON, follow};

/// Polls a future so many times and then drops it, as a client's reset does; what it came to, if it was over before.
async fn given_up_after<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(move |cx| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(cx).map(Some)
    })
    .await
}

fn guess(id: &str, device: u32) -> Guess<'_> {
    let device = DeviceNo::new(device).unwrap();
    Guess { typed_id: id, device, counts_from: Timestamp::from_unix(0), now: NOON }
}

async fn each_store() -> (servers::Redis, Vec<Sessions>) {
    let server = servers::Redis::keeping(&[]);
    let stores = vec![follow(&server.url()).await, follow("memory:").await];
    (server, stores)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guess_given_up_at_any_point_is_counted_against_device_and_id_or_against_neither() {
    let (_server, stores) = each_store().await;
    for sessions in stores {
        for (polls, device) in (1..).zip(1_u32..) {
            let id = format!("guess-{polls}");
            let over = given_up_after(polls, Reserved::make(&sessions, guess(&id, device))).await;
            let (of_device, of_id) = counted(&sessions, &id, device).await;
            assert_eq!(of_device, of_id, "after {polls} polls");
            if over.is_some() {
                assert_eq!(of_id, 1);
                break;
            }
            assert!(polls < 100, "it never ends");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guess_taken_back_is_taken_back_from_both_or_from_neither_wherever_that_is_given_up() {
    let (_server, stores) = each_store().await;
    for sessions in stores {
        for right in [false, true] {
            for (polls, device) in (1..).zip(if right { 200_u32.. } else { 100_u32.. }) {
                let id = format!("guess-{device}");
                let reserved = Reserved::make(&sessions, guess(&id, device)).await.unwrap();
                let over = if right {
                    given_up_after(polls, reserved.succeed(&sessions)).await
                } else {
                    given_up_after(polls, reserved.release(&sessions)).await
                };
                let (of_device, of_id) = counted(&sessions, &id, device).await;
                assert_eq!(of_device, of_id, "after {polls} polls");
                if over.is_some() {
                    assert_eq!(of_id, 0);
                    break;
                }
                assert!(polls < 100, "it never ends");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slowed_device_never_reaches_an_id_not_for_a_moment() {
    let (_server, stores) = each_store().await;
    for sessions in stores {
        for n in 0..30 {
            let _failed = Reserved::make(&sessions, guess(&format!("guess-{n}"), 7)).await.unwrap();
        }
        let guesses: Vec<_> = (0..60)
            .map(|_| {
                let sessions = sessions.clone();
                tokio::spawn(async move {
                    for _ in 0..20 {
                        let refused = Reserved::make(&sessions, guess("k.sato", 7)).await.unwrap_err();
                        assert!(matches!(refused, ReserveRefusal::DeviceSlowed(_)), "{refused:?}");
                    }
                })
            })
            .collect();
        let owner = Door { device: 8, ..Door::to(&sessions) };
        while !guesses.iter().all(tokio::task::JoinHandle::is_finished) {
            assert_eq!(counted(&sessions, "k.sato", 7).await, (30, 0));
            let wrong = owner.tries("t.mori", WRONG, 0).await;
            assert!(!matches!(wrong, Err(LoginRefusal::StoreSilent(_))), "{wrong:?}");
        }
        for guess in guesses {
            guess.await.unwrap();
        }
    }
}
