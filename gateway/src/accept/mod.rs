//! Accepts connections, bounded in number and in time, and hands their requests to `serve` once TLS is done.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use access_log::{ConnectionFacts, Kind, Outcome, TlsFacts};
use http::HeaderValue;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::server::{Acceptor, ServerConnection};
use rustls::{ProtocolVersion, ServerConfig};
use socket2::{Domain, Protocol, Type};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::server::TlsStream;

use crate::budget::{Bound, NoRoom, Party};
use crate::config::Limits;
use crate::gateway::Gateway;
use crate::live::Connection;
use crate::live::HeaderTimeoutStream;
use crate::live::OpenedStreams;
use crate::live::Socket;
use crate::live::admission::ClientAddress;
use crate::live::spare_descriptors::{AcceptFailure, Refill, SpareDescriptors};
use crate::live::streams::StreamExecutor;
use crate::reports::network_of;
use crate::serve::{self, ConnectionContext};
use crate::tls::{self, Peer, proxy_header};

/// Connections the kernel may hold before we accept them.
const BACKLOG: i32 = 1024;

/// Octets of a body that a client may send before it is read: of one, and of all on a connection. With a round trip of 50 ms
/// that is 5 MB a second.
const WINDOW: u32 = 256 << 10;
const WINDOWS: u32 = 512 << 10;
/// Octets of an answer that HTTP/2 takes ahead of a client whose window is open, beside the last piece.
const AHEAD: usize = 64 << 10;

/// Opens a listening socket.
///
/// # Errors
/// The address is taken, or not ours.
pub fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = socket2::Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}

/// Descriptors kept back for newcomers, for whom somebody else then has to go.
const KEPT_BACK: usize = 8;
/// Until it is tried again, where accepting failed.
const A_WHILE: Duration = Duration::from_millis(20);

/// Accepts for the site of this index until the task is ended.
pub async fn accept(listener: TcpListener, site: usize, gateway: Arc<Gateway>) {
    let mut spare = SpareDescriptors::new(KEPT_BACK);
    loop {
        gateway.live.room_to_leave().await;
        match listener.accept().await {
            Ok((tcp, address)) => {
                let address = SocketAddr::new(address.ip().to_canonical(), address.port());
                let client_address = client_address(&gateway, site, address);
                match gateway.live.enter(address.ip(), client_address) {
                    Ok((connection, gone)) => {
                        gateway.metrics.gave_way(&gone);
                        let opened = Accepted { tcp, address, site, client_address };
                        tokio::spawn(guard(opened, connection, Arc::clone(&gateway)));
                        if client_address == ClientAddress::FromProxyHeader {
                            // So that it is named before many more come.
                            tokio::task::yield_now().await;
                        }
                    }
                    Err(full) => rejected(&gateway, full),
                }
                // Nobody is accepted at the cost of the next one.
                if spare.refill() == Refill::Less {
                    gateway.metrics.gave_way(gateway.live.relieve().as_slice());
                }
            }
            Err(error) => match spare.failed(&error, &gateway.rules.load().sites[site].name) {
                AcceptFailure::Lent => {}
                AcceptFailure::Wanting => {
                    gateway.metrics.gave_way(gateway.live.relieve().as_slice());
                    tokio::time::sleep(A_WHILE).await;
                }
                AcceptFailure::Otherwise => tokio::time::sleep(A_WHILE).await,
            },
        }
    }
}

/// Nobody gave way to a newcomer.
fn rejected(gateway: &Gateway, full: NoRoom) {
    gateway.metrics.connection_rejected();
    match full {
        NoRoom::Connections | NoRoom::Leaving => gateway.metrics.honest_refused(),
        NoRoom::Source => gateway.metrics.budget_refused(Party::Source, Bound::Connections),
        NoRoom::Device => gateway.metrics.budget_refused(Party::Device, Bound::Connections),
        // It was somebody's bound, and is counted there.
        NoRoom::Evicted => {}
    }
}

struct Accepted {
    tcp: TcpStream,
    address: SocketAddr,
    site: usize,
    client_address: ClientAddress,
}

fn client_address(gateway: &Gateway, site: usize, address: SocketAddr) -> ClientAddress {
    let rules = gateway.rules.load();
    let balancers = &rules.config.sites[site].proxy_protocol_from;
    if balancers.iter().any(|network| network.contains(&address.ip())) {
        ClientAddress::FromProxyHeader
    } else {
        ClientAddress::FromSocket
    }
}

/// Serves until the far end closes, or the connection is cancelled.
async fn guard(opened: Accepted, connection: Arc<Connection>, gateway: Arc<Gateway>) {
    let cancel = Arc::clone(&connection);
    let mut serving = pin!(serve(opened, connection, gateway));
    poll_fn(|cx| {
        if cancel.cancel.poll_cancelled(cx).is_ready() {
            return std::task::Poll::Ready(());
        }
        serving.as_mut().poll(cx)
    })
    .await;
}

async fn serve(mut opened: Accepted, connection: Arc<Connection>, gateway: Arc<Gateway>) {
    let rules = gateway.rules.load_full();
    let limits = rules.config.limits.clone();
    connection.deadline.begin(limits.client_hello);
    let _ = opened.tcp.set_nodelay(true);
    let site = Arc::clone(&rules.sites[opened.site].name);
    if opened.client_address == ClientAddress::FromProxyHeader {
        match proxy_header::read(&mut opened.tcp).await {
            Ok(client) => opened.address = client.unwrap_or(opened.address),
            Err(_) => return failed(&gateway, ConnectionFacts::new(site, opened.address, None), "proxy_header"),
        }
        match connection.come_from(opened.address.ip()) {
            Ok(gone) => gateway.metrics.gave_way(&gone),
            Err(full) => return rejected(&gateway, full),
        }
    }
    let Some(tls) =
        shake_hands(opened.tcp, &connection, limits.handshake, Arc::clone(&rules.sites[opened.site].tls)).await
    else {
        return failed(&gateway, ConnectionFacts::new(site, opened.address, None), "failed");
    };
    let (_, session) = tls.get_ref();
    let spoken = spoken(session);
    gateway.metrics.handshake(spoken, session.handshake_kind());
    let peer = Peer::of(session.peer_certificates(), &rules.trust);
    let certificate = session.peer_certificates().and_then(<[_]>::first).map(|leaf| leaf.to_vec().into_boxed_slice());
    let h2 = session.alpn_protocol() == Some(b"h2");
    let client = Arc::new(ConnectionContext {
        site: opened.site,
        sni: session.server_name().map(Into::into),
        source: written(opened.address.ip()),
        network: network_of(opened.address.ip()),
        passed: gateway.metrics.of_site(&site),
        facts: Arc::new(ConnectionFacts::new(site, opened.address, Some(spoken))),
        trust_mark: rules.trust_mark.as_slice().into(),
        certificate: certificate.filter(|_| rules.sends_certificates(opened.site)),
        connection: Arc::clone(&connection),
        gateway: Arc::clone(&gateway),
    });
    connection.handshake_done(peer, Arc::clone(&client.facts));
    connection.deadline.begin(limits.first_request);
    drop(rules);
    let ended = if h2 { speak_h2(tls, &client, &limits).await } else { speak_h1(tls, &client, &limits).await };
    if let Err(error) = ended {
        serve::unreadable(&client, &error);
    }
}

/// A handshake that did not come about leaves its line.
fn failed(gateway: &Gateway, facts: ConnectionFacts, outcome: &'static str) {
    let mut line = facts.line(Kind::Handshake, std::time::SystemTime::now());
    line.outcome = Some(Outcome::Malformed);
    gateway.log.append(&line);
    gateway.metrics.handshake_failed(outcome);
}

async fn shake_hands(
    tcp: TcpStream,
    connection: &Arc<Connection>,
    limit: Duration,
    tls: Arc<ServerConfig>,
) -> Option<TlsStream<Socket>> {
    let socket = Socket::new(tcp, Arc::clone(connection));
    let hello = LazyConfigAcceptor::new(Acceptor::default(), socket).await.ok()?;
    connection.begins();
    connection.deadline.begin(limit);
    hello.into_stream(tls).await.ok()
}

async fn speak_h1(tls: TlsStream<Socket>, client: &Arc<ConnectionContext>, limits: &Limits) -> hyper::Result<()> {
    let answering = {
        let client = Arc::clone(client);
        service_fn(move |request| Box::pin(serve::answer(Arc::clone(&client), request)))
    };
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(None)
        .half_close(true)
        .max_headers(limits.header_count * 2)
        .max_buf_size(limits.header_bytes.max(8 << 10) + (8 << 10))
        .serve_connection(TokioIo::new(HeaderTimeoutStream::of_h1(tls, &client.connection, limits.headers)), answering)
        .with_upgrades();
    let mut serving = pin!(serving);
    let mut draining = false;
    poll_fn(|cx| {
        if !draining && client.connection.drain.poll_cancelled(cx).is_ready() {
            draining = true;
            serving.as_mut().graceful_shutdown();
        }
        serving.as_mut().poll(cx)
    })
    .await
}

async fn speak_h2(tls: TlsStream<Socket>, client: &Arc<ConnectionContext>, limits: &Limits) -> hyper::Result<()> {
    client.connection.has_streams();
    let opened = Arc::new(OpenedStreams::default());
    let answering = {
        let (client, opened) = (Arc::clone(client), Arc::clone(&opened));
        service_fn(move |request| {
            opened.request();
            Box::pin(serve::answer(Arc::clone(&client), request))
        })
    };
    let serving = http2::Builder::new(StreamExecutor)
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.streams)
        .max_pending_accept_reset_streams(limits.resets)
        .max_local_error_reset_streams(limits.resets)
        .max_header_list_size(head_octets(limits))
        .initial_stream_window_size(WINDOW)
        .initial_connection_window_size(WINDOWS)
        .max_send_buf_size(AHEAD)
        .serve_connection(
            TokioIo::new(HeaderTimeoutStream::of_h2(tls, &client.connection, limits.headers, &opened)),
            answering,
        );
    let mut serving = pin!(serving);
    let mut draining = false;
    let ended = poll_fn(|cx| {
        if !draining && client.connection.drain.poll_cancelled(cx).is_ready() {
            draining = true;
            serving.as_mut().graceful_shutdown();
        }
        let polled = serving.as_mut().poll(cx);
        // What comes while we take leave is asked again elsewhere, and no fault of whoever asks.
        if polled.is_pending() && !draining {
            serve::never_asked(client, opened.lost());
        }
        polled
    })
    .await;
    let lost = if draining { 0 } else { opened.lost_at_last() };
    serve::never_asked(client, lost);
    // What broke the connection was one of these, if there are any.
    if lost > 0 { Ok(()) } else { ended }
}

/// What h2 reads of a head, which it reckons with 32 octets more a field (RFC 9113 §6.5.2): enough that a head over our own
/// bounds still becomes a request, and is refused by name.
fn head_octets(limits: &Limits) -> u32 {
    let octets = limits.header_bytes.saturating_mul(2).saturating_add(limits.header_count.saturating_mul(64));
    u32::try_from(octets.saturating_add(8 << 10)).unwrap_or(u32::MAX)
}

fn written(address: std::net::IpAddr) -> HeaderValue {
    HeaderValue::try_from(address.to_string()).unwrap_or(HeaderValue::from_static("unknown"))
}
fn spoken(session: &ServerConnection) -> TlsFacts {
    let version = match session.protocol_version() {
        Some(ProtocolVersion::TLSv1_3) => "1.3",
        Some(ProtocolVersion::TLSv1_2) => "1.2",
        _ => "other",
    };
    let group = session.negotiated_key_exchange_group().map(|group| group.name());
    let group = group.map_or("other", tls::group_word);
    let suite = session.negotiated_cipher_suite().and_then(|suite| suite.suite().as_str()).unwrap_or("other");
    TlsFacts { version, group, suite }
}
