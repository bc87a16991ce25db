//! `POST /desk/reports`: a batch is taken once, however often it comes.
//!
//! The gateway drops what is answered 400, 413 or 422 and keeps the rest: what may be otherwise in a moment (clocks that
//! are apart, a key not yet known, a registry that does not answer) is told again.

use std::collections::BTreeSet;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use certs::Serial;

use super::state::Desk;
use crate::acts::{By, Writer};
use crate::assertion::{AssertionRefusal, gateway_of};
use crate::clock::now;
use crate::refusal::{Kind, Refusal};
use crate::reports::Batch;

/// Where gateways report.
pub(crate) const PATH: &str = "/desk/reports";
const HEADER: &str = "gateway-report";

/// `POST /desk/reports`.
pub(crate) async fn taken(State(desk): State<Desk>, headers: HeaderMap, body: Bytes) -> Response {
    match take(&desk, &headers, &body).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(why) => {
            tracing::warn!(%why, "a gateway's report was not taken");
            why.status().into_response()
        }
    }
}

async fn take(desk: &Desk, headers: &HeaderMap, body: &[u8]) -> Result<(), NotTaken> {
    let mut named = headers.get_all(HEADER).iter();
    let (Some(token), None) = (named.next(), named.next()) else { return Err(AssertionRefusal::Missing.into()) };
    let token = token.to_str().map_err(|_| AssertionRefusal::Malformed)?;
    let key = desk.key_of(token).await?;
    let gateway = gateway_of(token, &key, &desk.issuer, body, now())?;
    let batch: Batch = serde_json::from_slice(body).map_err(|why| NotTaken::Malformed(why.to_string()))?;
    if batch.gateway != gateway {
        return Err(NotTaken::OtherGateway(gateway, batch.gateway));
    }
    let writer = &desk.writer;
    let news = writer.take_report(&batch, now()).await.map_err(Refusal::from)?;
    if !news {
        tracing::debug!(gateway, batch.sequence, "a report came again");
    }
    // Also of a repeat: the desk may have ended between the two.
    let serials: BTreeSet<_> = batch.sightings.iter().map(|sighting| sighting.serial.as_str()).collect();
    for serial in serials {
        follow(writer, serial, desk).await?;
    }
    Ok(())
}

/// What follows from a sighting; one of a certificate that nobody knows leads to nothing.
async fn follow(writer: &Writer, serial: &str, desk: &Desk) -> Result<(), Refusal> {
    let Ok(known) = serial.parse::<Serial>() else { return Ok(()) };
    match writer.first_use(&By::desk(now())?, &known).await {
        Ok(_) => {}
        Err(Refusal::Unknown(Kind::Certificate, _)) => {
            tracing::warn!(serial, "a gateway saw a certificate that the registry does not know");
            return Ok(());
        }
        Err(why) => return Err(why),
    }
    writer.suspect(serial, desk.clones, now()).await
}

/// Why a batch was not taken.
#[derive(Debug, thiserror::Error)]
enum NotTaken {
    #[error(transparent)]
    Assertion(#[from] AssertionRefusal),
    #[error("the batch cannot be read: {0}")]
    Malformed(String),
    #[error("{0} speaks for {1}")]
    OtherGateway(String, String),
    #[error(transparent)]
    Registry(#[from] Refusal),
}

impl NotTaken {
    fn status(&self) -> StatusCode {
        match self {
            Self::Assertion(AssertionRefusal::UnknownKey) | Self::Registry(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Assertion(
                AssertionRefusal::Expired
                | AssertionRefusal::Lifetime
                | AssertionRefusal::Malformed
                | AssertionRefusal::Missing
                | AssertionRefusal::NotForUs
                | AssertionRefusal::OneFactor
                | AssertionRefusal::OtherRequest
                | AssertionRefusal::Signature,
            ) => StatusCode::UNAUTHORIZED,
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::OtherGateway(..) => StatusCode::FORBIDDEN,
        }
    }
}
