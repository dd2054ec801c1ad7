//! Checksums: CRC-32, CRC-CCITT, Adler-32.

const fn crc_tables() -> [[u32; 256]; 8] {
    let mut tables = [[0u32; 256]; 8];
    let mut i = 0;
    while i < 256 {
        let mut crc = i as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 != 0 { 0xEDB8_8320 ^ (crc >> 1) } else { crc >> 1 };
            bit += 1;
        }
        tables[0][i] = crc;
        i += 1;
    }
    let mut table = 1;
    while table < 8 {
        let mut i = 0;
        while i < 256 {
            let before = tables[table - 1][i];
            tables[table][i] = (before >> 8) ^ tables[0][(before & 255) as usize];
            i += 1;
        }
        table += 1;
    }
    tables
}

/// Table `k` advances a byte by `k` more bytes, so that eight bytes go at once.
static CRC: [[u32; 256]; 8] = crc_tables();

/// CRC-32 as zlib, gzip and zip use it, continued from `crc`.
pub fn crc32(crc: u32, bytes: &[u8]) -> u32 {
    let mut crc = !crc;
    let mut chunks = bytes.chunks_exact(8);
    for chunk in chunks.by_ref() {
        let low = crc ^ u32::from_le_bytes([chunk[0], chunk[1], chunk[2], chunk[3]]);
        let [a, b, c, d] = low.to_le_bytes();
        crc = CRC[7][a as usize]
            ^ CRC[6][b as usize]
            ^ CRC[5][c as usize]
            ^ CRC[4][d as usize]
            ^ CRC[3][chunk[4] as usize]
            ^ CRC[2][chunk[5] as usize]
            ^ CRC[1][chunk[6] as usize]
            ^ CRC[0][chunk[7] as usize];
    }
    for &byte in chunks.remainder() {
        crc = (crc >> 8) ^ CRC[0][((crc ^ u32::from(byte)) & 255) as usize];
    }
    !crc
}

/// CRC-CCITT as BinHex uses it.
pub fn crc_hqx(crc: u16, bytes: &[u8]) -> u16 {
    bytes.iter().fold(crc, |crc, &byte| {
        (0..8).fold(crc ^ u16::from(byte) << 8, |crc, _| if crc & 0x8000 != 0 { crc << 1 ^ 0x1021 } else { crc << 1 })
    })
}

/// Adler-32, continued from `adler`.
pub fn adler32(adler: u32, bytes: &[u8]) -> u32 {
    const BASE: u32 = 65_521;
    let (mut a, mut b) = (adler & 0xFFFF, adler >> 16);
    // So many bytes cannot overflow the sums.
    for chunk in bytes.chunks(5552) {
        for &byte in chunk {
            a += u32::from(byte);
            b += a;
        }
        a %= BASE;
        b %= BASE;
    }
    b << 16 | a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        assert_eq!(crc32(0, b"abc"), 891_568_578);
        assert_eq!(crc32(crc32(0, b"0123456789"), b"abcdefghijk"), crc32(0, b"0123456789abcdefghijk"));
        assert_eq!(crc_hqx(0, b"abc"), 40_406);
        assert_eq!(adler32(1, b"Wikipedia"), 0x11E6_0398);
    }
}
