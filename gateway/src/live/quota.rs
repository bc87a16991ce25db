//! What is held under one bound, and who waits until less is.

use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::Context;

use futures_util::task::AtomicWaker;

/// So many octets, at most so many, and the bodies that wait.
#[derive(Debug)]
pub(super) struct Quota {
    by: By,
    held: AtomicU64,
    most: AtomicU64,
    waiting: AtomicBool,
    waiters: Mutex<Vec<Weak<Waiter>>>,
}

/// Whose bound it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum By {
    Connection = 1,
    Party = 2,
    Whole = 4,
}

/// A body that waits for room; woken when there is some.
#[derive(Debug, Default)]
pub struct Waiter {
    waker: AtomicWaker,
    /// In whose list it stands: a bit each, so that it stands in none twice.
    listed: AtomicU8,
}

impl Quota {
    pub(super) fn new(by: By, most: u64) -> Self {
        Self {
            by,
            held: AtomicU64::new(0),
            most: AtomicU64::new(most),
            waiting: AtomicBool::new(false),
            waiters: Mutex::default(),
        }
    }

    /// Another bound from now on.
    pub(super) fn bound(&self, most: u64) {
        self.most.store(most, Relaxed);
        self.wake();
    }

    pub(super) fn held(&self) -> u64 {
        self.held.load(Relaxed)
    }

    pub(super) fn is_full(&self) -> bool {
        self.held.load(SeqCst) >= self.most.load(Relaxed)
    }

    /// Down to what those who wait are let on: there is room for many then. Else each piece given back would wake them all
    /// for one.
    pub(super) fn low(&self) -> u64 {
        let most = self.most.load(Relaxed);
        most - most / 8
    }

    /// Whether somebody waits, and too much is held for them to be let on.
    pub(super) fn is_short(&self) -> bool {
        self.waiting.load(Relaxed) && self.held() > self.low()
    }

    /// Whether anybody waits who is still there.
    pub(super) fn is_waited_for(&self) -> bool {
        if !self.waiting.load(SeqCst) {
            return false;
        }
        let mut waiters = lock(&self.waiters);
        waiters.retain(|waiter| waiter.strong_count() > 0);
        self.waiting.store(!waiters.is_empty(), SeqCst);
        !waiters.is_empty()
    }

    pub(super) fn take(&self, octets: u64) {
        self.held.fetch_add(octets, SeqCst);
    }

    pub(super) fn give_back(&self, octets: u64) {
        let left = self.held.fetch_sub(octets, SeqCst) - octets;
        if self.waiting.load(SeqCst) && left < self.most.load(Relaxed) && left <= self.low() {
            self.wake();
        }
    }

    /// Lists who waits, and says whether there is still need to: what was given back before it was listed woke nobody.
    pub(super) fn still_full(&self, waiter: &Arc<Waiter>, cx: &Context<'_>) -> bool {
        waiter.waker.register(cx.waker());
        let bit = self.by as u8;
        if waiter.listed.fetch_or(bit, SeqCst) & bit == 0 {
            let mut waiters = lock(&self.waiters);
            if waiters.len() == waiters.capacity() {
                waiters.retain(|waiter| waiter.strong_count() > 0);
            }
            waiters.push(Arc::downgrade(waiter));
            self.waiting.store(true, SeqCst);
        }
        self.is_full()
    }

    fn wake(&self) {
        let waiters = {
            let mut waiters = lock(&self.waiters);
            self.waiting.store(false, SeqCst);
            std::mem::take(&mut *waiters)
        };
        for waiter in waiters.iter().filter_map(Weak::upgrade) {
            waiter.listed.fetch_and(!(self.by as u8), SeqCst);
            waiter.waker.wake();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
