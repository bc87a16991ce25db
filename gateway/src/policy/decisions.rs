//! Decisions that were made before, reused only while every fact in them is the same.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use certs::Fingerprint;
use http::Request;
use registry::Moment;

use super::authorize::{self, AccessRequest, Authorized, Decision, DecisionFacts, Denied};
use super::resource::Resource;
use crate::session::{SessionRecord, TwoFactor};

/// The decisions of one gateway. What is not found is decided anew; what is found must agree in every fact.
#[derive(Debug)]
pub struct Decisions<D = ()> {
    shards: Vec<Mutex<HashMap<u64, Remembered<D>>>>,
}

#[derive(Debug)]
struct Remembered<D> {
    session: Arc<SessionRecord>,
    certificate: Fingerprint,
    resource: Resource,
    write: bool,
    registry: Moment,
    rules: u64,
    minute: i64,
    decision: Arc<Decision<D>>,
}

const SHARDS: usize = 64;
/// Decisions remembered in each shard; beyond it the shard starts anew.
const PER_SHARD: usize = 1024;

impl<D> Default for Decisions<D> {
    fn default() -> Self {
        Self { shards: (0..SHARDS).map(|_| Mutex::default()).collect() }
    }
}

impl<D: Default> Decisions<D> {
    /// Lets a request pass by a decision of before, or a new one; `rules` is the generation of the configuration that
    /// the policies came with.
    ///
    /// # Errors
    /// The first thing that says no: the person, the initial password, the room or the area. A refusal is never
    /// remembered.
    pub fn authorize<B>(
        &self,
        request: Request<B>,
        who: TwoFactor,
        asked: AccessRequest<'_>,
        facts: DecisionFacts<'_>,
        rules: u64,
    ) -> Result<Authorized<Request<B>, D>, Denied> {
        let number = number(&who, asked);
        let shard = &self.shards[usize::from(number.to_le_bytes()[0]) % SHARDS];
        let minute = facts.now.unix().div_euclid(60);
        if let Some(found) = shard.lock().unwrap_or_else(PoisonError::into_inner).get(&number)
            && found.registry == facts.registry.moment()
            && found.rules == rules
            && found.minute == minute
            && found.decision.lasts(facts.now)
            && found.write == asked.write
            && found.certificate == who.device().fingerprint()
            && found.resource == *asked.resource
            && Arc::ptr_eq(&found.session, who.session().record())
        {
            return Ok(authorize::again(request, who, Arc::clone(&found.decision)));
        }
        let remembered = Remembered {
            session: Arc::clone(who.session().record()),
            certificate: who.device().fingerprint(),
            resource: asked.resource.clone(),
            write: asked.write,
            registry: facts.registry.moment(),
            rules,
            minute,
            decision: Arc::new(authorize::evaluate(&who, asked, facts)?),
        };
        let authorized = authorize::again(request, who, Arc::clone(&remembered.decision));
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        if shard.len() >= PER_SHARD {
            shard.clear();
        }
        shard.insert(number, remembered);
        Ok(authorized)
    }
}

/// Where to look. Two questions with one number only push each other out.
fn number(who: &TwoFactor, asked: AccessRequest<'_>) -> u64 {
    let resource = match asked.resource {
        Resource::Room(room) => room.as_str(),
        Resource::Area(area) => area.as_str(),
        Resource::Own => "",
    };
    let mut number = u64::from_le_bytes(who.session().key().first_octets());
    for octet in resource.bytes() {
        number = (number ^ u64::from(octet)).wrapping_mul(0x0100_0000_01b3);
    }
    number ^ u64::from(asked.write)
}
