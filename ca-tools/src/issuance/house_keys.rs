//! Which keys are the house's own? Those of every certificate and public key that lies in the CA's folder.
//!
//! The CAs in use are in the registry; a CA that is not in use yet, the signer of profiles and whatever else the house
//! keeps there are not. None of them is a device's.

use std::collections::HashSet;
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use certs::KeyPrint;

use super::issuing_ca::CaRefusal;

/// Longer files hold something else.
const LONGEST: u64 = 256 * 1024;
/// Files with these ends hold certificates and public keys.
const ENDS: [&str; 4] = ["pem", "crt", "cer", "pub"];

/// The keys in this folder and in that of the root.
pub(super) fn house_keys(directory: &Path) -> Result<HashSet<KeyPrint>, CaRefusal> {
    let mut found = HashSet::new();
    read_into(&mut found, directory)?;
    let root = directory.join("root");
    // Kept apart on a medium, as it should be; its certificate lies in the folder, too.
    if root.is_dir() {
        read_into(&mut found, &root)?;
    }
    Ok(found)
}

fn read_into(found: &mut HashSet<KeyPrint>, folder: &Path) -> Result<(), CaRefusal> {
    let missing = |path: &Path, why: std::io::Error| CaRefusal::Missing(path.to_owned(), why.to_string());
    for entry in std::fs::read_dir(folder).map_err(|why| missing(folder, why))? {
        let path = entry.map_err(|why| missing(folder, why))?.path();
        let fits = path.extension().and_then(|end| end.to_str()).is_some_and(|end| ENDS.contains(&end));
        if !fits {
            continue;
        }
        let about = match std::fs::metadata(&path) {
            Ok(about) => about,
            // Another program's name for a moment.
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => continue,
            Err(why) => return Err(missing(&path, why)),
        };
        if about.is_file() && about.len() <= LONGEST {
            let octets =
                crate::whole::octets(&path, crate::whole::Of::Certificates).map_err(|why| missing(&path, why))?;
            found.extend(keys_of(&String::from_utf8_lossy(&octets)));
        }
    }
    Ok(())
}

/// The keys of all blocks of a PEM text.
fn keys_of(text: &str) -> Vec<KeyPrint> {
    let blocks = text.split("-----BEGIN ").skip(1).filter_map(|block| {
        let (label, rest) = block.split_once("-----")?;
        let body: String = rest.split("-----END").next()?.split_whitespace().collect();
        let der = BASE64_STANDARD.decode(body).ok()?;
        match label {
            "CERTIFICATE" => KeyPrint::of_certificate(&der),
            "PUBLIC KEY" => KeyPrint::of_key(&der),
            _other_labels => None,
        }
    });
    blocks.collect()
}

#[cfg(test)]
mod tests {
    use certs::KeyKind;

    use super::*;
    use crate::key::PrivateKey;
    use crate::sign::test_support::Rehearsal;
    use crate::test_support::Folder;

    #[test]
    fn every_certificate_and_public_key_in_the_ca_s_folder_is_the_house_s() {
        let folder = Folder::new();
        let rehearsal = Rehearsal::new();
        let (key, issued) = rehearsal.issue(KeyKind::P256);
        let other = PrivateKey::make(KeyKind::P256).unwrap();
        let public = BASE64_STANDARD.encode(other.public_key());
        let both = format!("{}\n-----BEGIN PUBLIC KEY-----\n{public}\n-----END PUBLIC KEY-----\n", issued.pem());
        std::fs::write(folder.path("journal.pub"), both).unwrap();
        std::fs::write(folder.path("note.txt"), issued.pem()).unwrap();
        std::fs::create_dir(folder.path("root")).unwrap();
        let found = house_keys(&folder.path("")).unwrap();
        let print = |key: &PrivateKey| KeyPrint::of_key(&key.public_key()).unwrap();
        assert_eq!(found, HashSet::from([print(&key), print(&other)]));
    }
}
