//! Can this RSA key be broken by anyone who looks?
//!
//! Size says nothing about a key whose primes were drawn badly. These are the checks that
//! public CAs make (CA/Browser Forum BR §6.1.1.3).

use x509_parser::num_bigint::BigUint;
use x509_parser::public_key::RSAPublicKey;

use crate::KeyRefusal;

const EXPONENT: u64 = 65_537;
/// Trial division up to here, as boulder does (FIPS 186-5 lets primes be drawn otherwise, but none so small).
const LARGEST_SMALL_PRIME: u32 = 751;
/// The primes by which a modulus with the ROCA fault gives itself away.
const LARGEST_ROCA_PRIME: u32 = 167;
/// Rounds of Fermat's method; primes drawn honestly differ in their first hundred bits.
const FERMAT_ROUNDS: u32 = 100;

/// Refuses a key that can be factored, or whose exponent is not the usual one.
pub(crate) fn examine(key: &RSAPublicKey<'_>) -> Result<(), KeyRefusal> {
    if key.try_exponent() != Ok(EXPONENT) {
        return Err(KeyRefusal::Exponent);
    }
    let modulus = BigUint::from_bytes_be(key.modulus);
    let residues: Vec<(u32, u32)> = primes().map(|prime| (prime, residue(&modulus, prime))).collect();
    if residues.iter().any(|(_, residue)| *residue == 0) {
        return Err(KeyRefusal::SmallFactor);
    }
    let mut roca = residues.iter().filter(|(prime, _)| (3..=LARGEST_ROCA_PRIME).contains(prime));
    if roca.all(|(prime, residue)| is_power_of_exponent(*residue, *prime)) {
        return Err(KeyRefusal::Roca);
    }
    if has_close_factors(&modulus) {
        return Err(KeyRefusal::CloseFactors);
    }
    Ok(())
}

fn primes() -> impl Iterator<Item = u32> {
    (2..=LARGEST_SMALL_PRIME).filter(|n| (2..*n).take_while(|d| d * d <= *n).all(|d| n % d != 0))
}

fn residue(modulus: &BigUint, prime: u32) -> u32 {
    (modulus % prime).iter_u32_digits().next().unwrap_or(0)
}

/// Whether `residue` is a power of 65537 modulo `prime`: true of a faulty modulus for every prime,
/// of an honest one for all 38 of them with a chance of about 2^-28.
fn is_power_of_exponent(residue: u32, prime: u32) -> bool {
    let base = 65_537 % prime;
    let mut power = 1;
    for _ in 0..prime {
        if power == residue {
            return true;
        }
        power = power * base % prime;
    }
    false
}

fn has_close_factors(modulus: &BigUint) -> bool {
    let mut root = modulus.sqrt();
    if &(&root * &root) < modulus {
        root += 1_u32;
    }
    for _ in 0..FERMAT_ROUNDS {
        let square = &root * &root - modulus;
        let other = square.sqrt();
        if &other * &other == square {
            return true;
        }
        root += 1_u32;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refuses(modulus: &BigUint, exponent: &[u8]) -> Result<(), KeyRefusal> {
        examine(&RSAPublicKey { modulus: &modulus.to_bytes_be(), exponent })
    }

    const USUAL: &[u8] = &[1, 0, 1];

    #[test]
    fn a_modulus_with_a_small_factor_is_refused() {
        let modulus = (BigUint::from(1_u32) << 3071_u32) + 1_u32;
        assert_eq!(refuses(&(modulus * 3_u32), USUAL), Err(KeyRefusal::SmallFactor));
    }

    #[test]
    fn primes_side_by_side_are_refused() {
        // They need not be prime for the method to split their product, only without small factors.
        let start = BigUint::from(1_u32) << 1536_u32;
        let products = (1..).step_by(2).map(|by: u32| (&start + by) * (&start + by + 2_u32));
        let mut rough = products.filter(|product| primes().all(|prime| residue(product, prime) != 0));
        let modulus = rough.next().unwrap();
        assert_eq!(refuses(&modulus, USUAL), Err(KeyRefusal::CloseFactors));
    }

    #[test]
    fn a_modulus_shaped_like_the_faulty_chip_s_is_refused() {
        // A power of 65537 is one modulo every prime, which is all the fault leaves to see.
        let modulus = BigUint::from(65_537_u32).pow(191);
        assert_eq!(refuses(&modulus, USUAL), Err(KeyRefusal::Roca));
    }

    #[test]
    fn an_exponent_other_than_the_usual_is_refused() {
        for exponent in [&[3][..], &[1], &[1, 0, 0, 0, 0, 0, 0, 0, 1], &[0x80]] {
            assert_eq!(refuses(&BigUint::from(15_u32), exponent), Err(KeyRefusal::Exponent), "{exponent:?}");
        }
    }
}
