//! The real desk of `ca-tools`, behind this house's gateway.

use ca_tools::config::KeySource;
use ca_tools::desk::{ApplyKey, At, Listeners, serve};
use ca_tools::password::Profile;
use tokio::net::UnixStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::{House, site, until};

/// The desk, open until it is closed or dropped.
#[derive(Debug)]
pub struct Desk {
    end: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

impl House {
    /// Opens the desk where the gateway looks for it; returns when it answers.
    pub async fn desk(&self) -> Desk {
        let settings = ca_tools::config::Desk {
            keys: KeySource::Url(format!("http://{}/jwks.json", self.ops_address())),
            issuer: site::ISSUER.to_owned(),
            audience: "desk".to_owned(),
            socket: None,
            public_socket: None,
        };
        let desk = ca_tools::desk::Desk::new(self.writer.clone(), settings, (Profile::default(), Vec::new()));
        let desk = desk.applying(ApplyKey::in_directory(&self.dir).unwrap());
        let socket = self.dir.join("desk.sock");
        let (end, ended) = oneshot::channel();
        let public = At::Socket(self.dir.join("desk-public.sock"));
        let doors = Listeners { private: At::Socket(socket.clone()), public: Some(public) };
        let served = tokio::spawn(async move {
            serve(desk, ca_tools::console::routes(), doors, async {
                let _ = ended.await;
            })
            .await
            .unwrap();
        });
        until("the desk is open", async || UnixStream::connect(&socket).await.is_ok()).await;
        Desk { end, served }
    }
}

impl Desk {
    /// Closes it; returns when nobody listens there any more.
    pub async fn close(self) {
        let _ = self.end.send(());
        self.served.await.unwrap();
    }
}
