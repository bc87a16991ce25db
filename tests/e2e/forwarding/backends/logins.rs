//! A connection to a backend is nobody's: no person's login comes over it into another's hands.

use house::{Backend, Ending, Plan, Recorder, Script, empty};
use http::Method;

use super::{ANYWHERE, PROTOCOLS, lived_in};

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_that_would_log_in_the_connection_is_refused_and_others_are_not() {
    let ask = |challenge: &str| {
        let said = format!("HTTP/1.1 401 Unauthorized\r\n{challenge}Content-Length: 2\r\n\r\nno");
        Script::once(said, Ending::Next)
    };
    let scripts = vec![
        ("ntlm", ask("WWW-Authenticate: NTLM\r\n")),
        ("negotiate", ask("WWW-Authenticate: Negotiate\r\n")),
        ("token", ask("WWW-Authenticate: negotiate oYG2MIGzoAMKAQE=\r\n")),
        ("beside", ask("WWW-Authenticate: Basic realm=\"x\", NTLM\r\n")),
        ("below", ask("WWW-Authenticate: Basic realm=\"x\"\r\nWWW-Authenticate: Negotiate\r\n")),
        ("basic", ask("WWW-Authenticate: Basic realm=\"NTLM, Negotiate\"\r\n")),
    ];
    let backend = Backend::start(ANYWHERE.parse().unwrap(), scripts);
    let lived = lived_in(Plan { backend: format!("http://{}", backend.address()), ..Plan::default() }).await;
    for alpn in PROTOCOLS {
        let mut talk = lived.talk(alpn).await;
        for path in ["/ntlm", "/negotiate", "/token", "/beside", "/below", "/basic"] {
            let answer = lived.house.get(&mut talk, &lived.target(alpn, path), Some(&lived.cookie)).await;
            if path == "/basic" {
                assert_eq!((answer.status.as_u16(), &*answer.text()), (401, "no"), "{alpn}");
                continue;
            }
            assert_eq!(answer.problem(), (503, "KW-301".into(), "backend_unavailable".into()), "{path} over {alpn}");
            assert_eq!(answer.headers.get("www-authenticate"), None, "{path} over {alpn}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_of_the_connection_reaches_no_backend() {
    let recorder = Recorder::answering(|_| b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".to_vec()).await;
    let lived = lived_in(Plan { backend: recorder.url(), ..Plan::default() }).await;
    for alpn in PROTOCOLS {
        let mut talk = lived.talk(alpn).await;
        for (credentials, status) in [
            ("NTLM TlRMTVNTUAABAAAAB4IIogAAAAAAAAAAAAAAAAAAAAAKAGFKAAAADw==", 503),
            ("Negotiate YIIJvwYGKwYBBQUCoIIJszCC", 503),
            ("nEGOTIATE x", 503),
            ("Basic TlRMTTp4", 200),
            ("Bearer NTLM", 200),
        ] {
            let request = lived.house.request(Method::GET, &lived.target(alpn, "/x"), Some(&lived.cookie));
            let answer = talk.ask(request.header("authorization", credentials).body(empty()).unwrap()).await.unwrap();
            assert_eq!(answer.status, status, "{credentials} over {alpn}");
            let out = recorder.requests();
            let told: Vec<_> = out.iter().flat_map(|request| request.values("authorization")).collect();
            assert_eq!(told, if status == 200 { vec![credentials] } else { vec![] }, "{alpn}");
        }
    }
}
