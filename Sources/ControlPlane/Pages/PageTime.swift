import FoundationEssentials

/// Times on pages: UTC to the second, which everybody can read and nobody mistakes.
enum PageTime {
    /// `2026-01-15 12:00:00 UTC`
    static func text(_ date: Date) -> String {
        Timestamp.text(date).prefix(19).replacing("T", with: " ") + " UTC"
    }
}
