internal import ArgumentParser
internal import Support

/// A moment on the command line: `2026-11-20T14:00:00Z`, shorter as `2026-11-20T14:00` or `2026-11-20 14:00` in UTC, with a zone as
/// `2026-11-20T15:00+01:00`, or how long ago: `90m`, `3h`, `2d`.
struct MomentArgument: ExpressibleByArgument, Sendable {
    private let moment: Moment

    private enum Moment {
        case at(Timestamp)
        case ago(Int)
    }

    init?(argument: String) {
        if let ago = TimeArgument(argument: argument) {
            moment = .ago(ago.seconds)
            return
        }
        let pattern = /(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?)?(?:Z|([+-])(\d\d):?(\d\d))?/
        guard let match = argument.wholeMatch(of: pattern) else { return nil }
        let (date, clock, second) = (match.1, match.2 ?? "00:00", match.3 ?? ":00")
        guard let time = Timestamp("\(date)T\(clock)\(second)Z") else { return nil }
        var offset: Int64 = 0
        if let sign = match.4, let hours = match.5.flatMap({ Int64($0) }), let minutes = match.6.flatMap({ Int64($0) })
        {
            guard hours <= 14, minutes < 60 else { return nil }
            offset = (hours * 3600 + minutes * 60) * (sign == "-" ? -1 : 1)
        }
        moment = .at(Timestamp(seconds: time.seconds - offset))
    }

    /// The moment, where it is now `now`.
    func time(before now: Timestamp) -> Timestamp {
        switch moment {
        case .at(let time): time
        case .ago(let seconds): Timestamp(seconds: now.seconds - Int64(seconds))
        }
    }
}
