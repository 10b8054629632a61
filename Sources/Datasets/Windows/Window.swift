/// How examples are cut out of a table that is a series: so many rows, one behind the other, and the target of a row at or
/// after their end.
///
/// No window spans two series, or a gap in one.
package struct Window: Hashable, Sendable {
    /// The most rows of a window.
    package static let longest = 1 << 20

    /// The rows of a window.
    package let length: Int
    /// The rows from the end of one window to the end of the next.
    package let stride: Int
    /// How many rows after the window's last one the target stands; 0 for the last row itself.
    package let horizon: Int
    /// The column that says which series a row belongs to; `nil` where the whole table is one.
    package let group: String?
    /// The column that tells the time of a row; `nil` where the rows stand in their order, and nothing is known of gaps.
    package let time: Time?
    /// The longest step in time, in the unit of the column and seconds for dates, that is no gap.
    ///
    /// `nil` for one and a half times the usual step of the rows that are learned from.
    package let gap: Double?
    /// Whether what the target was in the rows of the window is among the features.
    package let takesTarget: Bool

    /// A column that tells the time, and how dates are written in it.
    package struct Time: Codable, Hashable, Sendable {
        package let column: String
        package let format: CivilTime.Format

        package init(column: String, format: CivilTime.Format = .iso) {
            self.column = column
            self.format = format
        }
    }

    /// - Throws: ``DatasetError`` for a length, stride, horizon or gap that cannot be.
    package init(
        length: Int,
        stride: Int = 1,
        horizon: Int = 0,
        group: String? = nil,
        time: Time? = nil,
        gap: Double? = nil,
        takesTarget: Bool = false
    ) throws {
        let place = DatasetError.Place("windows")
        guard 1...Self.longest ~= length, 1...Self.longest ~= stride, 0...Self.longest ~= horizon else {
            throw DatasetError(
                place,
                "length \(length), stride \(stride) and horizon \(horizon) are not all between 1, or 0, and \(Self.longest)"
            )
        }
        guard gap.map({ $0 > 0 && $0.isFinite }) ?? true else {
            throw DatasetError(place, "expected a gap above 0, found \(gap ?? 0)")
        }
        guard gap == nil || time != nil else {
            throw DatasetError(
                place,
                "a gap is a step in time, and no column tells the time",
                hint: "add: time: COLUMN"
            )
        }
        guard !takesTarget || horizon > 0 else {
            throw DatasetError(
                place,
                "the target of a window's last row cannot be among its features as well",
                hint: "give a horizon of 1 or more, or drop with_target"
            )
        }
        guard group == nil || group != time?.column else {
            throw DatasetError(place, "the column `\(group ?? "")` cannot name the series and tell the time as well")
        }
        self.length = length
        self.stride = stride
        self.horizon = horizon
        self.group = group
        self.time = time
        self.gap = gap
        self.takesTarget = takesTarget
    }

    /// The columns that windows are cut by.
    package var columns: [String] { [group, time?.column].compactMap { $0 } }

    /// The same windows, with a step in time that is no gap where none was given.
    func withGap(_ usual: Double?) throws -> Window {
        guard gap == nil, let usual else { return self }
        return try Window(
            length: length,
            stride: stride,
            horizon: horizon,
            group: group,
            time: time,
            gap: usual,
            takesTarget: takesTarget
        )
    }
}

/// What is as usual is left out.
extension Window: Codable {
    private enum CodingKeys: String, CodingKey { case length, stride, horizon, group, time, gap, takesTarget }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        do {
            try self.init(
                length: container.decode(Int.self, forKey: .length),
                stride: container.decodeIfPresent(Int.self, forKey: .stride) ?? 1,
                horizon: container.decodeIfPresent(Int.self, forKey: .horizon) ?? 0,
                group: container.decodeIfPresent(String.self, forKey: .group),
                time: container.decodeIfPresent(Time.self, forKey: .time),
                gap: container.decodeIfPresent(Double.self, forKey: .gap),
                takesTarget: container.decodeIfPresent(Bool.self, forKey: .takesTarget) ?? false
            )
        } catch let error as DatasetError {
            throw DecodingError.dataCorruptedError(forKey: .length, in: container, debugDescription: error.message)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(length, forKey: .length)
        if stride != 1 { try container.encode(stride, forKey: .stride) }
        if horizon != 0 { try container.encode(horizon, forKey: .horizon) }
        try container.encodeIfPresent(group, forKey: .group)
        try container.encodeIfPresent(time, forKey: .time)
        try container.encodeIfPresent(gap, forKey: .gap)
        if takesTarget { try container.encode(true, forKey: .takesTarget) }
    }
}

extension Field {
    /// The field of a window: so many values of this one.
    func over(_ window: Window) -> Field {
        precondition(shape.isEmpty, "windows are cut out of columns of single values")
        return Field(name, kind, shape: [window.length], window: window)
    }

    /// What stands in one row of a window; the field itself where it is none.
    var step: Field { window == nil ? self : Field(name, kind) }

    /// The columns of a table in which the field stands.
    package var columnNames: [String] { window == nil ? valueNames : [name] }
}
