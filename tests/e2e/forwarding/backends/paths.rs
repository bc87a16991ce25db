//! A path that a lenient backend reads otherwise than we do reaches none.

use house::{Plan, Recorder};
use http::Method;

use super::{PROTOCOLS, lived_in};

#[tokio::test(flavor = "multi_thread")]
async fn what_decodes_to_something_else_for_a_lenient_reader_is_refused_and_text_passes_byte_for_byte() {
    let recorder = Recorder::answering(|_| b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".to_vec()).await;
    let lived = lived_in(Plan { backend: recorder.url(), ..Plan::default() }).await;
    for alpn in PROTOCOLS {
        let mut talk = lived.talk(alpn).await;
        for (path, status) in [
            ("/rooms%c0%af..%c0%afconsole", 400),
            ("/a%252f..%252fb", 400),
            ("/a%25252fb", 400),
            ("/a%255cb", 400),
            ("/a%2500", 400),
            ("/a%25%32%66b", 400),
            ("/a%e0%80%afb", 400),
            ("/a%f8%80%80%80%afb", 400),
            ("/%98%41%97%8D%92%A0?q=%98%41", 200),
            ("/%E9%80%A3%E7%B5%A1%E5%B8%B3?q=%252f%c0%af", 200),
            ("/100%25", 200),
        ] {
            let request = lived.house.request(Method::GET, &lived.target(alpn, path), Some(&lived.cookie));
            let answer = talk.ask(request.body(house::empty()).unwrap()).await.unwrap();
            assert_eq!(answer.status, status, "{path} over {alpn}");
            let out: Vec<_> = recorder.requests().iter().map(|out| out.first_line().to_owned()).collect();
            assert_eq!(out, if status == 200 { vec![format!("GET {path} HTTP/1.1")] } else { vec![] }, "{alpn}");
        }
    }
}
