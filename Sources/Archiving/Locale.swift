internal import Glibc

/// The process's character encoding, which libarchive converts member names by.
enum Locale {
    /// Sets UTF-8, once.
    ///
    /// In the C locale libarchive crashes on a name that is not ASCII.
    static let isUTF8: Bool = unsafe setlocale(LC_CTYPE, "C.UTF-8") != nil
}
