//! The ciphers there are: names, lengths, what they cost. Knows of no host.

use super::failure::Failure;

/// What encrypts a block, or makes a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Aes128,
    Aes192,
    Aes256,
    /// With two keys.
    TripleDes2,
    TripleDes3,
    ChaCha20,
}

/// How blocks become a text's cipher.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Ecb,
    Cbc,
    Ctr,
    Cfb,
    Cfb8,
    Ofb,
    Gcm,
    Ccm,
    Ocb,
    Wrap,
    ChaCha20,
    ChaCha20Poly1305,
}

impl Mode {
    /// As Node names it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Mode::Ecb => "ecb",
            Mode::Cbc => "cbc",
            Mode::Ctr => "ctr",
            Mode::Cfb | Mode::Cfb8 => "cfb",
            Mode::Ofb => "ofb",
            Mode::Gcm => "gcm",
            Mode::Ccm => "ccm",
            Mode::Ocb => "ocb",
            Mode::Wrap => "wrap",
            Mode::ChaCha20 | Mode::ChaCha20Poly1305 => "stream",
        }
    }

    /// Whether an authentication tag may have this length.
    pub(crate) fn takes_tag_of(self, length: usize) -> bool {
        match self {
            Mode::Gcm => matches!(length, 4 | 8 | 12..=16),
            Mode::Ccm => matches!(length, 4 | 6 | 8 | 10 | 12 | 14 | 16),
            Mode::ChaCha20Poly1305 => (1..=16).contains(&length),
            Mode::Ocb => length <= 16,
            _ => true,
        }
    }
}

/// A cipher, as the table has it.
#[derive(Debug)]
pub(crate) struct CipherRow {
    /// What Node calls it when asked about it.
    pub(crate) name: &'static str,
    /// Every name in Node's list.
    pub(crate) names: &'static [&'static str],
    pub(crate) nid: u32,
    pub(crate) algorithm: Algorithm,
    pub(crate) mode: Mode,
    pub(crate) key_length: usize,
    /// Zero where there is none.
    pub(crate) iv_length: usize,
    pub(crate) block_size: usize,
}

macro_rules! rows {
    ($($name:literal $names:tt $nid:literal $algorithm:ident $mode:ident $key:literal $iv:literal $block:literal;)*) => {
        &[$(CipherRow {
            name: $name, names: &$names, nid: $nid, algorithm: Algorithm::$algorithm, mode: Mode::$mode,
            key_length: $key, iv_length: $iv, block_size: $block,
        }),*]
    };
}

/// Name, names in lists, number, algorithm, mode, and the lengths of key, vector and block.
#[rustfmt::skip]
pub(crate) const CIPHERS: &[CipherRow] = rows! {
    "aes-128-cbc" ["aes-128-cbc", "aes128"] 419 Aes128 Cbc 16 16 16;
    "aes-128-cfb" ["aes-128-cfb"] 421 Aes128 Cfb 16 16 1;
    "aes-128-cfb8" ["aes-128-cfb8"] 653 Aes128 Cfb8 16 16 1;
    "aes-128-ctr" ["aes-128-ctr"] 904 Aes128 Ctr 16 16 1;
    "aes-128-ecb" ["aes-128-ecb"] 418 Aes128 Ecb 16 0 16;
    "aes-128-ofb" ["aes-128-ofb"] 420 Aes128 Ofb 16 16 1;
    "aes-128-ocb" ["aes-128-ocb"] 958 Aes128 Ocb 16 12 16;
    "id-aes128-ccm" ["aes-128-ccm", "id-aes128-CCM"] 896 Aes128 Ccm 16 12 1;
    "id-aes128-gcm" ["aes-128-gcm", "id-aes128-GCM"] 895 Aes128 Gcm 16 12 1;
    "id-aes128-wrap" ["aes128-wrap", "id-aes128-wrap"] 788 Aes128 Wrap 16 8 8;
    "id-aes128-wrap-pad" ["id-aes128-wrap-pad"] 897 Aes128 Wrap 16 4 8;
    "aes-192-cbc" ["aes-192-cbc", "aes192"] 423 Aes192 Cbc 24 16 16;
    "aes-192-cfb" ["aes-192-cfb"] 425 Aes192 Cfb 24 16 1;
    "aes-192-cfb8" ["aes-192-cfb8"] 654 Aes192 Cfb8 24 16 1;
    "aes-192-ctr" ["aes-192-ctr"] 905 Aes192 Ctr 24 16 1;
    "aes-192-ecb" ["aes-192-ecb"] 422 Aes192 Ecb 24 0 16;
    "aes-192-ofb" ["aes-192-ofb"] 424 Aes192 Ofb 24 16 1;
    "aes-192-ocb" ["aes-192-ocb"] 959 Aes192 Ocb 24 12 16;
    "id-aes192-ccm" ["aes-192-ccm", "id-aes192-CCM"] 899 Aes192 Ccm 24 12 1;
    "id-aes192-gcm" ["aes-192-gcm", "id-aes192-GCM"] 898 Aes192 Gcm 24 12 1;
    "id-aes192-wrap" ["aes192-wrap", "id-aes192-wrap"] 789 Aes192 Wrap 24 8 8;
    "id-aes192-wrap-pad" ["id-aes192-wrap-pad"] 900 Aes192 Wrap 24 4 8;
    "aes-256-cbc" ["aes-256-cbc", "aes256"] 427 Aes256 Cbc 32 16 16;
    "aes-256-cfb" ["aes-256-cfb"] 429 Aes256 Cfb 32 16 1;
    "aes-256-cfb8" ["aes-256-cfb8"] 655 Aes256 Cfb8 32 16 1;
    "aes-256-ctr" ["aes-256-ctr"] 906 Aes256 Ctr 32 16 1;
    "aes-256-ecb" ["aes-256-ecb"] 426 Aes256 Ecb 32 0 16;
    "aes-256-ofb" ["aes-256-ofb"] 428 Aes256 Ofb 32 16 1;
    "aes-256-ocb" ["aes-256-ocb"] 960 Aes256 Ocb 32 12 16;
    "id-aes256-ccm" ["aes-256-ccm", "id-aes256-CCM"] 902 Aes256 Ccm 32 12 1;
    "id-aes256-gcm" ["aes-256-gcm", "id-aes256-GCM"] 901 Aes256 Gcm 32 12 1;
    "id-aes256-wrap" ["aes256-wrap", "id-aes256-wrap"] 790 Aes256 Wrap 32 8 8;
    "id-aes256-wrap-pad" ["id-aes256-wrap-pad"] 903 Aes256 Wrap 32 4 8;
    "chacha20" ["chacha20"] 1019 ChaCha20 ChaCha20 32 16 1;
    "chacha20-poly1305" ["chacha20-poly1305"] 1018 ChaCha20 ChaCha20Poly1305 32 12 1;
    "des-ede" ["des-ede", "des-ede-ecb"] 32 TripleDes2 Ecb 16 0 8;
    "des-ede-cbc" ["des-ede-cbc"] 43 TripleDes2 Cbc 16 8 8;
    "des-ede-cfb" ["des-ede-cfb"] 60 TripleDes2 Cfb 16 8 1;
    "des-ede-ofb" ["des-ede-ofb"] 62 TripleDes2 Ofb 16 8 1;
    "des-ede3" ["des-ede3", "des-ede3-ecb"] 33 TripleDes3 Ecb 24 0 8;
    "des-ede3-cbc" ["des-ede3-cbc", "des3"] 44 TripleDes3 Cbc 24 8 8;
    "des-ede3-cfb" ["des-ede3-cfb"] 61 TripleDes3 Cfb 24 8 1;
    "des-ede3-cfb8" ["des-ede3-cfb8"] 659 TripleDes3 Cfb8 24 8 1;
    "des-ede3-ofb" ["des-ede3-ofb"] 63 TripleDes3 Ofb 24 8 1;
    "id-smime-alg-cms3deswrap" ["des3-wrap", "id-smime-alg-CMS3DESwrap"] 246 TripleDes3 Wrap 24 0 8;
};

/// What OpenSSL knows and, as it is not secure, does not do any more.
const RETIRED: &[&str] = &[
    "bf",
    "bf-cbc",
    "bf-cfb",
    "bf-ecb",
    "bf-ofb",
    "blowfish",
    "cast",
    "cast-cbc",
    "cast5-cbc",
    "cast5-cfb",
    "cast5-ecb",
    "cast5-ofb",
    "des",
    "des-cbc",
    "des-cfb",
    "des-cfb1",
    "des-cfb8",
    "des-ecb",
    "des-ofb",
    "desx",
    "desx-cbc",
    "idea",
    "idea-cbc",
    "idea-cfb",
    "idea-ecb",
    "idea-ofb",
    "rc2",
    "rc2-128",
    "rc2-40",
    "rc2-40-cbc",
    "rc2-64",
    "rc2-64-cbc",
    "rc2-cbc",
    "rc2-cfb",
    "rc2-ecb",
    "rc2-ofb",
    "rc4",
    "rc4-40",
    "rc4-hmac-md5",
    "seed",
    "seed-cbc",
    "seed-cfb",
    "seed-ecb",
    "seed-ofb",
];

impl CipherRow {
    /// The cipher that `name` stands for, in any case.
    pub(crate) fn named(name: &str) -> Result<&'static CipherRow, Failure> {
        let is_it = |known: &&str| known.eq_ignore_ascii_case(name);
        if let Some(row) = CIPHERS.iter().find(|row| is_it(&row.name) || row.names.iter().any(is_it)) {
            return Ok(row);
        }
        if RETIRED.iter().any(is_it) {
            return Err(Failure::openssl("0308010C", "digital envelope routines", "EVP_", "unsupported"));
        }
        Err(Failure::error("ERR_CRYPTO_UNKNOWN_CIPHER", "Unknown cipher"))
    }

    /// Nanoseconds that a byte takes, at most about.
    pub(crate) fn cost_per_byte(&self) -> u64 {
        match (self.algorithm, self.mode) {
            (Algorithm::TripleDes2 | Algorithm::TripleDes3, Mode::Cfb8) => 700,
            (Algorithm::TripleDes3, Mode::Wrap) => 250,
            (Algorithm::TripleDes2 | Algorithm::TripleDes3, _) => 90,
            (_, Mode::Wrap) => 50,
            (_, Mode::Cfb8) => 25,
            (_, Mode::Ccm | Mode::Ocb) => 8,
            (_, Mode::Cfb) => 4,
            _ => 2,
        }
    }
}
