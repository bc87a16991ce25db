//! The corridor that a request walks, entered without TLS, so that a test can drop the request at every point where it waits.

use std::convert::Infallible;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use access_log::{ConnectionFacts, TlsFacts};
use bytes::Bytes;
use gateway::live::admission::ClientAddress;
use gateway::run::Running;
use gateway::serve::{self, ConnectionContext};
use gateway::tls::Peer;
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1 as client;
use hyper::server::conn::http1 as server;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::{Answer, Credentials, SOON};

/// A device's way into a gateway's corridor.
#[derive(Debug)]
pub struct Corridor<'a> {
    /// The gateway.
    pub gateway: &'a Running,
    /// The certificate that is shown.
    pub credentials: &'a Credentials,
}

/// The client was gone before the answer was there.
#[derive(Debug)]
struct GivenUp;

impl std::fmt::Display for GivenUp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("given up")
    }
}

impl std::error::Error for GivenUp {}

impl Corridor<'_> {
    /// Asks, and drops the request when it has been polled so many times. The answer, if it was there by then.
    pub async fn given_up_after(&self, polls: usize, request: Request<Full<Bytes>>) -> Option<Answer> {
        let client = self.client();
        let over = Arc::new(AtomicBool::new(false));
        let answering = {
            let over = Arc::clone(&over);
            service_fn(move |request| {
                let (client, over) = (Arc::clone(&client), Arc::clone(&over));
                async move { dropped_after(polls, serve::answer(client, request), &over).await }
            })
        };
        let (near, far) = tokio::io::duplex(64 << 10);
        let serving = server::Builder::new().serve_connection(TokioIo::new(far), answering);
        let (mut sender, connection) = client::handshake(TokioIo::new(near)).await.unwrap();
        let talking = async {
            let answer = sender.send_request(request).await.ok()?;
            let (head, body) = answer.into_parts();
            let body = body.collect().await.ok()?.to_bytes();
            Some(Answer { status: head.status, headers: head.headers, body })
        };
        // Each end lets go of the line when it is done with it.
        let mut ends = tokio::task::JoinSet::new();
        ends.spawn(async { connection.await.is_ok() });
        ends.spawn(async { serving.await.is_ok() });
        let answer = tokio::time::timeout(SOON, talking).await.expect("an answer, or its end");
        if over.load(Ordering::Acquire) { None } else { answer }
    }

    /// Waits until nothing that was begun goes on.
    pub async fn at_rest(&self) {
        let acts = &self.gateway.state().acts;
        crate::until("every act has come to its end", async || acts.count() == 0).await;
    }

    fn client(&self) -> Arc<ConnectionContext> {
        let gateway = Arc::clone(self.gateway.state());
        let rules = gateway.rules.load_full();
        let address = "127.0.0.1:9".parse().unwrap();
        let site = Arc::clone(&rules.sites[0].name);
        let (connection, _) = gateway.live.enter("127.0.0.1".parse().unwrap(), ClientAddress::FromSocket).unwrap();
        let tls = TlsFacts { version: "1.3", group: "X25519", suite: "TLS13_AES_256_GCM_SHA384" };
        let facts = Arc::new(ConnectionFacts::new(Arc::clone(&site), address, Some(tls)));
        let chain: Vec<_> =
            CertificateDer::pem_slice_iter(self.credentials.chain_pem.as_bytes()).collect::<Result<_, _>>().unwrap();
        connection.handshake_done(Peer::of(Some(&chain), &rules.trust), Arc::clone(&facts));
        Arc::new(ConnectionContext {
            site: 0,
            sni: Some("localhost".into()),
            source: HeaderValue::from_static("127.0.0.1"),
            network: "127.0.0.1/32".parse().unwrap(),
            passed: gateway.metrics.of_site(&site),
            facts,
            trust_mark: rules.trust_mark.as_slice().into(),
            certificate: None,
            connection,
            gateway,
        })
    }
}

/// As hyper does when a stream is reset: the future is dropped wherever it waits.
async fn dropped_after<B>(
    polls: usize,
    answering: impl Future<Output = Result<Response<B>, Infallible>>,
    over: &AtomicBool,
) -> Result<Response<B>, GivenUp> {
    let mut answering = Box::pin(answering);
    let mut left = polls;
    let answer = poll_fn(move |cx| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        answering.as_mut().poll(cx).map(|Ok(answer)| Some(answer))
    })
    .await;
    answer.ok_or_else(|| {
        over.store(true, Ordering::Release);
        GivenUp
    })
}
