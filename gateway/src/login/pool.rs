//! Is this the password behind that hash? Worked out by as many threads as there are cores, with a short queue.
//!
//! Argon2id takes about 20 ms and 19 MiB on purpose, so it must not be had for the asking: beyond the queue a login is
//! refused at once (KW-303). For an ID that does not exist the same work is done over a hash that nothing matches, so
//! that an answer's time says nothing about who exists (別紙2 ①-9).

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

use super::form::TypedPassword;
use crate::session::NoRandomness;

/// How many may wait: at 50 hashes a second on two cores, about a second's worth.
const QUEUE: usize = 64;
/// For how long.
const PATIENCE: Duration = Duration::from_secs(3);
/// A hash in the registry that asks for more than 256 MiB, 16 passes or 16 lanes is a mistake, not a password.
const MOST_MEMORY: u32 = 256 * 1024;
const MOST_PASSES: u32 = 16;
const MOST_LANES: u32 = 16;

/// The pool. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct PasswordPool(Arc<Pool>);

#[derive(Debug)]
struct Pool {
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
    /// Memory of hashes that were worked out while others waited; given back when nobody does.
    blocks: Mutex<Vec<Vec<Block>>>,
    nobody: Arc<str>,
}

/// What came out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// It is the password.
    Matches,
    /// It is not, or the hash cannot be read, or there was none.
    Differs,
}

/// Too many logins at once.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("too many logins at once")]
pub struct HashQueueFull;

impl PasswordPool {
    /// A pool that works out so many hashes at a time.
    ///
    /// # Errors
    /// The machine has no randomness for the hash that nothing matches.
    pub fn new(at_once: usize) -> Result<Self, NoRandomness> {
        let mut random = [0; 48];
        aws_lc_rs::rand::fill(&mut random).map_err(|_| NoRandomness)?;
        let (salt, output) = random.split_at(16);
        // As `ca-tools` makes them, so that it takes as long.
        let params = Params::DEFAULT;
        let nobody = format!(
            "$argon2id$v=19$m={},t={},p={}${}${}",
            params.m_cost(),
            params.t_cost(),
            params.p_cost(),
            STANDARD_NO_PAD.encode(salt),
            STANDARD_NO_PAD.encode(output)
        );
        let turns = Arc::new(Semaphore::new(at_once.max(1)));
        Ok(Self(Arc::new(Pool {
            turns,
            waiting: AtomicUsize::new(0),
            blocks: Mutex::default(),
            nobody: nobody.into(),
        })))
    }

    /// Compares a password with a hash in PHC format, with the parameters that stand in it; `None` where there is no
    /// hash. If the caller goes away, the work is finished and its place given back all the same.
    ///
    /// # Errors
    /// [`HashQueueFull`]: nothing was compared.
    pub async fn compare(&self, password: TypedPassword, hash: Option<Arc<str>>) -> Result<Verdict, HashQueueFull> {
        let turn = {
            let _place = QueueSlot::in_queue(&self.0)?;
            let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.0.turns).acquire_owned()).await;
            turn.map_err(|_| HashQueueFull)?.map_err(|_| HashQueueFull)?
        };
        let pool = Arc::clone(&self.0);
        let worked_out = tokio::task::spawn_blocking(move || {
            let verdict = pool.verdict(&password, hash.as_deref());
            drop(turn);
            verdict
        });
        // A panic of the hash function would be a refusal, not an entrance.
        Ok(worked_out.await.unwrap_or(Verdict::Differs))
    }
}

/// A place in the queue, given back when dropped.
struct QueueSlot<'a>(&'a AtomicUsize);

impl<'a> QueueSlot<'a> {
    fn in_queue(pool: &'a Pool) -> Result<Self, HashQueueFull> {
        let place = Self(&pool.waiting);
        if pool.waiting.fetch_add(1, Relaxed) < QUEUE { Ok(place) } else { Err(HashQueueFull) }
    }
}

impl Drop for QueueSlot<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

impl Pool {
    fn verdict(&self, password: &TypedPassword, hash: Option<&str>) -> Verdict {
        let text = hash.unwrap_or(&self.nobody);
        let compared = self.compare(password, text).unwrap_or_else(|unreadable| {
            tracing::error!(unreadable, "a password hash in the registry cannot be read: nobody can log in with it");
            self.compare(password, &self.nobody).unwrap_or(Verdict::Differs)
        });
        match hash {
            Some(_) => compared,
            None => Verdict::Differs,
        }
    }

    fn compare(&self, password: &TypedPassword, hash: &str) -> Result<Verdict, &'static str> {
        let hash = PasswordHash::new(hash).map_err(|_| "not in PHC format")?;
        let (Some(salt), Some(expected)) = (hash.salt, hash.hash) else { return Err("no salt or no output") };
        let algorithm = Algorithm::try_from(hash.algorithm.as_str()).map_err(|_| "not Argon2")?;
        let version = hash.version.map_or(Ok(Version::V0x13), Version::try_from).map_err(|_| "an unknown version")?;
        let params = Params::try_from(&hash).map_err(|_| "unusable parameters")?;
        if params.m_cost() > MOST_MEMORY || params.t_cost() > MOST_PASSES || params.p_cost() > MOST_LANES {
            return Err("parameters beyond all reason");
        }
        let mut blocks = self.borrow(params.block_count());
        let mut output = [0; 64];
        let output = output.get_mut(..expected.len()).ok_or("an output too long")?;
        let worked_out = Argon2::new(algorithm, version, params).hash_password_into_with_memory(
            password.reveal().as_bytes(),
            salt.as_ref(),
            output,
            blocks.as_mut_slice(),
        );
        self.give_back(blocks);
        worked_out.map_err(|_| "parameters that do not fit together")?;
        Ok(if bool::from(output.ct_eq(expected.as_bytes())) { Verdict::Matches } else { Verdict::Differs })
    }

    fn borrow(&self, count: usize) -> Vec<Block> {
        let kept = self.blocks.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut blocks = kept.unwrap_or_default();
        blocks.resize(count, Block::new());
        blocks
    }

    fn give_back(&self, blocks: Vec<Block>) {
        let mut kept = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        if self.waiting.load(Relaxed) > 0 {
            kept.push(blocks);
        } else {
            kept.clear();
        }
    }
}
