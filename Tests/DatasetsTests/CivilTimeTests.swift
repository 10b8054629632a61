import Datasets
import Testing

/// Python's `datetime` gave the seconds and weekdays.
struct CivilTimeTests {
    @Test(
        arguments: [
            ("1970-01-01", 0, 3), ("2026-11-21T14:05:00Z", 1_795_269_900, 5), ("2024-02-29 23:59:59", 1_709_251_199, 3),
            ("2026-11-21T14:05:00.25+01:00", 1_795_266_300.25, 5), ("1969-12-31T23:59:59-0030", 1_799, 2),
            ("2000-01-01T00:00", 946_684_800, 5), ("1600-03-01", -11_670_912_000, 2),
        ] as [(String, Double, Int)]
    )
    func datesAreRead(text: String, seconds: Double, weekday: Int) throws {
        let time = try #require(CivilTime(Array(text.utf8), .iso))
        #expect(time.seconds == seconds)
        #expect(time.weekday == weekday)
    }

    @Test(arguments: [
        ("21.11.2026", CivilTime.Format.dayFirst), ("21/11/2026 00:00", .dayFirst), ("11/21/2026", .monthFirst),
        ("11-21-2026 00:00:00", .monthFirst),
    ])
    func ordersOfDayAndMonth(text: String, format: CivilTime.Format) throws {
        let expected = try #require(CivilTime(Array("2026-11-21".utf8), .iso))
        #expect(CivilTime(Array(text.utf8), format) == expected)
    }

    @Test(arguments: [
        "", "2026", "2026-13-01", "2023-02-29", "2026-11-21T", "2026-11-21T25:00", "2026-11-21T10:00:00+15:00",
        "2026-11-21 10:00x", "21.11.2026", "11/21/2026", "2026.11.21", "2026-11/21", "26-11-21", "2026-11-210",
    ])
    func whatIsNoDateIsRefused(text: String) { #expect(CivilTime(Array(text.utf8), .iso) == nil) }
}
