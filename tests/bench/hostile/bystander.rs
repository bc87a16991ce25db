//! Who else would an attack hurt? Each row names one; he asks in his own way, and is refused or not.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::ask::{self, LOGIN};
use crate::dial::Dialer;
use crate::environment::Environment;
use crate::honest::Came;

/// The bystander of a row.
#[derive(Clone, Debug)]
pub(crate) enum Bystander {
    /// Someone at another address opens the site for the first time.
    Newcomer(Dialer),
    /// The owner of an ID logs in with the right password.
    Owner(Arc<Owner>),
    /// Someone at another address reports a lost device.
    Reporter(Dialer),
}

/// The owner of an ID, in one browser: each login shows the cookie of the last one, which it ends.
#[derive(Debug)]
pub(crate) struct Owner {
    dialer: Dialer,
    id: String,
    password: String,
    cookie: Mutex<String>,
}

impl Owner {
    pub(crate) fn of(env: &Environment, dialer: Dialer) -> std::io::Result<Self> {
        let (id, password) = (env.value("LOGIN_ID")?.to_owned(), env.value("PASSWORD")?.to_owned());
        Ok(Self { dialer, id, password, cookie: Mutex::default() })
    }
}

impl Bystander {
    /// How often he asks.
    pub(crate) fn pace(&self) -> Duration {
        match self {
            Self::Newcomer(_) => Duration::from_millis(500),
            Self::Owner(_) => Duration::from_millis(1_500),
            // His code is wrong, and after twenty wrong ones the desk makes an address wait.
            Self::Reporter(_) => Duration::from_millis(2_500),
        }
    }

    pub(crate) async fn ask(self) -> Came {
        let (dialer, request) = match &self {
            Self::Newcomer(dialer) => (dialer, ask::get(dialer, "/.gateway/check", "")),
            Self::Owner(owner) => {
                let cookie = owner.cookie.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let fields = [("login_id", owner.id.as_str()), ("password", &owner.password), ("return_to", "/")];
                (&owner.dialer, ask::form(&owner.dialer, LOGIN, &cookie, &fields))
            }
            Self::Reporter(dialer) => {
                let words = "x".repeat(2_000);
                (dialer, ask::form(dialer, "/lost", "", &[("device", "DEV-999999"), ("what", &words)]))
            }
        };
        let answer = match request {
            Ok(request) => ask::ask(dialer, request).await,
            Err(error) => Err(error),
        };
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => return Came::Failed(error.to_string()),
        };
        let status = answer.status.as_u16();
        let right = match &self {
            Self::Owner(owner) => match ask::cookie_of(&answer) {
                Some(cookie) => {
                    *owner.cookie.lock().unwrap_or_else(PoisonError::into_inner) = cookie;
                    true
                }
                None => false,
            },
            // What it is answered is the desk's business; only that it was heard counts.
            Self::Newcomer(_) | Self::Reporter(_) => status != 429 && status < 500,
        };
        if right { Came::Right } else { Came::Refused(answer.status.to_string()) }
    }
}
