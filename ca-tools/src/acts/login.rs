//! An operator logs in on the command line: a password shown once stands for half an hour of use, for 8 hours at most.
//!
//! What is kept beside them is a token of 256 random bits; what the registry keeps is one digest over the token, the machine,
//! the account and the registry's id, so that a copy of either opens nothing elsewhere. The login's number is the version of
//! the event that began it, and that event names the digest: a row that somebody wrote into the table is no login.
//!
//! Every change asks again, in its own transaction, whether the login stands: the person in service, with at least the roles
//! and exactly the password of then. That it was used is a fact, under no version; so is what becomes of it.

use aws_lc_rs::rand;
use certs::Timestamp;
use registry::LoginId;
use serde_json::json;
use zeroize::Zeroizing;

use super::change::RequiredRole;
use super::known::{IDLE, LONGEST, OpenLogin, over, password_digest};
use super::proof::Proof;
use super::{By, ProofMethod, Writer};
use crate::database::Transaction;
use crate::digest::sha256;
use crate::refusal::{LoginRefusal, ProofRefusal, Refusal, Unavailable};
use crate::rows;
use crate::rows::operator_login::{self, BEGINS, NewLogin};

/// So long the registry remembers a login that is over, to say why it is refused.
const REMEMBERED: i64 = 30 * 86_400;
/// The event that keeps a refused one, and of one that the registry does not know, whom it is about.
const REFUSED: &str = "operator.login_refused";
const NOBODY: &str = "unknown";
/// Of logins that nobody knows, so many a day leave an event.
const MOST_UNKNOWN: i64 = 5;

/// Under which account and on which machine a login is kept.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Keeper {
    /// machine-id(5).
    pub machine: String,
    /// The effective user.
    pub uid: u32,
}

/// How the file of a login stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct FileStands {
    /// Its permissions.
    pub mode: u32,
    /// Whose it is.
    pub owner: u32,
}

/// A login as its file shows it.
#[derive(Clone)]
pub struct ShownLogin {
    /// Of which registry.
    pub registry: String,
    /// Its number.
    pub login: i64,
    /// What nobody else has.
    pub token: Zeroizing<String>,
    /// Who shows it, and where.
    pub keeper: Keeper,
    /// The file it came out of.
    pub file: FileStands,
}

/// A login that began.
pub struct Begun {
    /// Its number.
    pub login: i64,
    /// What goes into its file.
    pub token: Zeroizing<String>,
    /// How its person acts from now on.
    pub proof: ProofMethod,
    /// When it ends, however much it is used.
    pub until: Timestamp,
}

impl std::fmt::Debug for ShownLogin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ShownLogin({}, …)", self.login)
    }
}

impl std::fmt::Debug for Begun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Begun({}, …)", self.login)
    }
}

impl Writer {
    /// Begins a login of an operator who has just shown their password.
    ///
    /// # Errors
    /// The proof no longer holds; no random octets.
    pub async fn log_in(&self, proof: &Proof, keeper: &Keeper, at: Timestamp) -> Result<Begun, Refusal> {
        let operator = proof.operator().clone();
        let registry = self.ledger().id().await?;
        let token = drawn()?;
        let by = By::of(operator.clone(), at, proof.method());
        let mut change = self.change(&by, RequiredRole::Own).await?;
        let password = password_digest(&change.still(proof).await?);
        let (_, roles) = rows::person::rank_of(&mut change, &operator).await?.unwrap_or_default();
        let digest = digest(&token, keeper, &registry);
        operator_login::forget_before(&mut change, at.plus(-REMEMBERED)).await?;
        let login = change.version();
        let (login_id, digest, password, roles) = (&operator, digest.as_str(), password.as_str(), &roles);
        operator_login::write(&mut change, NewLogin { login, login_id, digest, password, roles, at }).await?;
        let proof = ProofMethod::Login(OpenLogin::of(login));
        change.shown_by(proof);
        change.commit(BEGINS, operator.as_str(), json!({ "digest": digest })).await?;
        Ok(Begun { login, token, proof, until: at.plus(LONGEST) })
    }

    /// Whose login this is, if it stands. One that does not leaves an event, one for each reason.
    ///
    /// # Errors
    /// Why it is worth nothing here.
    pub async fn logged_in(&self, shown: &ShownLogin, at: Timestamp) -> Result<(LoginId, ProofMethod), Refusal> {
        let judged = judge(&mut self.read().await?, shown, at).await?;
        match judged {
            Ok(operator) => Ok((operator, ProofMethod::Login(OpenLogin::of(shown.login)))),
            Err(why) => {
                self.keep_refused(shown.login, &why, at).await?;
                Err(ProofRefusal::from(why).into())
            }
        }
    }

    async fn keep_refused(&self, login: i64, why: &LoginRefusal, at: Timestamp) -> Result<(), Refusal> {
        let mut change = self.change(&By::desk(at)?, RequiredRole::Desk).await?;
        if matches!(why, LoginRefusal::FileOfAnother | LoginRefusal::FileOpen(_)) {
            // It was in other hands.
            operator_login::end(&mut change, login, at).await?;
        }
        let subject = if operator_login::is_known(&mut change, login).await? {
            match operator_login::note_refused(&mut change, login, why.as_str()).await? {
                Some(whose) => whose,
                None => return Ok(()),
            }
        } else {
            let of_a_day = rows::event::count_since(&mut change, (REFUSED, NOBODY), at.plus(-86_400)).await?;
            if of_a_day >= MOST_UNKNOWN {
                return Ok(());
            }
            NOBODY.to_owned()
        };
        change.commit(REFUSED, &subject, json!({ "login": login, "why": why.as_str() })).await.map(drop)
    }

    /// Ends the login by which this is done, or all of the operator's; how many ended.
    ///
    /// # Errors
    /// The login does not stand any more.
    pub async fn log_out(&self, by: &By, all: bool) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Own).await?;
        let ended = match by.proof {
            ProofMethod::Login(login) if !all => operator_login::end(&mut change, login.number(), by.at).await?,
            ProofMethod::Login(_)
            | ProofMethod::PasswordFile(_)
            | ProofMethod::Founding
            | ProofMethod::Console
            | ProofMethod::Office
            | ProofMethod::Desk => operator_login::end_all(&mut change, &by.operator, by.at).await?,
        };
        change.commit("operator.logout", by.operator.as_str(), json!({ "ended": ended })).await?;
        Ok(ended)
    }

    /// When the logins of this person began that may still be used.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn open_logins(&self, login_id: &LoginId, at: Timestamp) -> Result<Vec<Timestamp>, Unavailable> {
        let after = (at.plus(-IDLE), at.plus(-LONGEST));
        operator_login::open_of(&mut self.read().await?, login_id, after).await
    }

    /// Whether the registry knows no operator in service: then whoever holds its file is one.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn is_founding(&self) -> Result<bool, Unavailable> {
        Ok(!rows::person::any_operator(&mut self.read().await?).await?)
    }
}

async fn judge(
    tx: &mut Transaction,
    shown: &ShownLogin,
    at: Timestamp,
) -> Result<Result<LoginId, LoginRefusal>, Unavailable> {
    let registry = rows::registry::id(tx).await?;
    if shown.registry != registry {
        return Ok(Err(LoginRefusal::OtherRegistry));
    }
    let Some(stored) = operator_login::stored(tx, shown.login).await? else {
        return Ok(Err(LoginRefusal::Unknown));
    };
    if stored.digest != digest(&shown.token, &shown.keeper, &registry) {
        return Ok(Err(LoginRefusal::Elsewhere));
    }
    if let Err(why) = fits(shown.file, shown.keeper.uid) {
        return Ok(Err(why));
    }
    Ok(match over(tx, &stored, at).await? {
        Some(why) => Err(why),
        None => Ok(stored.login_id),
    })
}

/// Nobody but who shows it may have read the file.
fn fits(file: FileStands, uid: u32) -> Result<(), LoginRefusal> {
    if file.owner != uid {
        return Err(LoginRefusal::FileOfAnother);
    }
    if file.mode & 0o077 != 0 {
        return Err(LoginRefusal::FileOpen(file.mode & 0o7777));
    }
    Ok(())
}

/// 256 random bits.
fn drawn() -> Result<Zeroizing<String>, Unavailable> {
    let mut octets = Zeroizing::new([0_u8; 32]);
    rand::fill(octets.as_mut()).map_err(|_| Unavailable::Other("no random octets".to_owned()))?;
    Ok(Zeroizing::new(hex::encode(octets.as_ref())))
}

/// One over all on which a login rests: each part is of one line, so none can be taken for two.
fn digest(token: &str, keeper: &Keeper, registry: &str) -> String {
    let Keeper { machine, uid } = keeper;
    sha256(Zeroizing::new(format!("sekisho operator login\n{token}\n{machine}\n{uid}\n{registry}")).as_bytes())
}
