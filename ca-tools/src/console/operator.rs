//! Who asks? A person of the city with the roles that this address takes, by the registry as it is now, or a page that says why
//! not.

use axum::extract::{FromRequest, Request};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use certs::Timestamp;
use registry::change::Rank;

use super::frame::{Frame, page};
use super::may::{May, Right};
use super::missing::{NoRole, not_yours};
use crate::acts::{By, ProofMethod};
use crate::clock::now;
use crate::desk::{Desk, Fields, Person, SentFile};

/// An operator with both factors and a role, and what they sent.
#[derive(Debug)]
pub(crate) struct Operator {
    person: Person,
    /// What the address asks, of a request that only reads: a link fills in the form that it leads to.
    asked: Option<Fields>,
    name: String,
    rank: Rank,
}

impl Operator {
    /// Their login ID.
    pub(crate) fn login_id(&self) -> &registry::LoginId {
        self.person.login_id()
    }

    /// Their name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Their roles, as the registry has them now.
    pub(crate) fn rank(&self) -> &Rank {
        &self.rank
    }

    /// What they may see and do.
    pub(crate) fn may(&self) -> May {
        May::of(&self.rank)
    }

    /// The form that was sent; of a request that only reads, what its address asks.
    pub(crate) fn fields(&self) -> &Fields {
        self.asked.as_ref().unwrap_or(&self.person.fields)
    }

    /// The file that was sent beside them.
    pub(crate) fn file(&self) -> Option<&SentFile> {
        self.person.file.as_ref()
    }

    /// The request as it came: body, kind of body, browser.
    pub(crate) fn sent(&self) -> &Person {
        &self.person
    }

    /// The support code of this request.
    pub(crate) fn reference(&self) -> &str {
        &self.person.reference
    }

    /// As whom a change of theirs is recorded, with the reason and the application of the form, and with the version at which
    /// its page was made: what others changed about the same after that is not overwritten.
    pub(crate) fn by(&self, at: Timestamp) -> By {
        let field = |name: &str| Some(self.fields().get(name).trim().to_owned()).filter(|text| !text.is_empty());
        By {
            why: field("why"),
            application: field("application"),
            request: self.person.request.clone(),
            seen: self.fields().get("seen").parse().ok(),
            ..By::of(self.login_id().clone(), at, ProofMethod::Console)
        }
    }
}

impl FromRequest<Desk> for Operator {
    type Rejection = Response;

    async fn from_request(request: Request, desk: &Desk) -> Result<Self, Self::Rejection> {
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        let right = Right::at(request.uri().path(), reads);
        let asked =
            (request.method() == Method::GET).then(|| Fields::of(request.uri().query().unwrap_or_default().as_bytes()));
        let person = Person::from_request(request, desk).await?;
        let found = desk.writer().ledger().operator(person.login_id()).await;
        let (name, rank) = found.map_err(|why| {
            tracing::warn!(%why, "the registry does not answer");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        })?;
        let operator = Self { person, asked, name, rank };
        if operator.rank.is_none() {
            let frame = Frame::of(desk, &operator, now(), "この画面を使う権限がありません");
            return Err(page(StatusCode::FORBIDDEN, &NoRole { frame }));
        }
        match right.filter(|right| !operator.may().has(*right)) {
            Some(missing) => Err(not_yours(desk, &operator, missing)),
            None => Ok(operator),
        }
    }
}
