import Foundation
import Images
import Support
import TestSupport
import Testing

/// Pictures against Pillow; `Fixtures/make.py` made them, and the numbers in `pictures.json`.
struct DecodingTests {
    struct Fixture: Decodable {
        struct Pixels: Decodable {
            let height: Int
            let width: Int
            let bytes: [UInt8]
        }
        struct File: Decodable {
            let file: String
            let gray: Pixels
            let colours: Pixels
        }
        let read: [File]
        let resized: [Pixels]
    }

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

    static func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appending(path: name))) }

    static func fixture() throws -> Fixture {
        try JSON.decodePlain(Fixture.self, from: bytes("pictures.json"), source: "pictures.json")
    }

    @Test func everyKindOfFileHasPillowsPixels() throws {
        let files = try Self.fixture().read
        #expect(files.count == 10)
        for test in files {
            for (channels, expected) in [(1, test.gray), (3, test.colours)] {
                let image = try ImageFile.decode(Self.bytes(test.file), channels: channels)
                #expect(image.height == expected.height && image.width == expected.width && image.channels == channels)
                #expect(image.bytes == expected.bytes, "\(test.file) with \(channels) channels")
            }
        }
    }

    @Test func everySizeHasPillowsPixels() throws {
        let expected = try Self.fixture().resized
        #expect(expected.count == 14)
        for (index, pixels) in expected.enumerated() {
            let image = try ImageFile.decode(Self.bytes("rgb.png"), channels: index < 7 ? 1 : 3)
            let geometry = ImageGeometry([.resize(height: pixels.height, width: pixels.width)])
            #expect(try geometry.applied(to: image).bytes == pixels.bytes, "\(pixels.height) x \(pixels.width)")
        }
    }

    @Test func theMiddleIsCutOut() throws {
        let image = PixelImage(height: 4, width: 5, channels: 1, bytes: Array(0..<20))
        #expect(try ImageGeometry([.crop(height: 2, width: 2)]).applied(to: image).bytes == [6, 7, 11, 12])
        #expect(try ImageGeometry([.crop(height: 4, width: 5)]).applied(to: image) == image)
        #expect(throws: ImageError.self) { try ImageGeometry([.crop(height: 5, width: 2)]).applied(to: image) }
        #expect(
            ImageGeometry([.resize(height: 8, width: 8), .crop(height: 6, width: 7)]).size(of: 1, 1).map { [$0, $1] }
                == [6, 7]
        )
    }

    @Test(arguments: ["rgb.png", "palette.png", "gray.jpg", "progressive.jpg"])
    func damageIsAnError(name: String) throws {
        let bytes = try Self.bytes(name)
        for length in [8, 20, bytes.count / 2, bytes.count - 20] {
            #expect(throws: ImageError.self, "\(name) cut off at \(length)") {
                try ImageFile.decode(Array(bytes[..<length]), channels: 3)
            }
        }
        // Whatever stands in a file: a picture or an error, and no crash.
        let random = CounterRandom(seed: 1, stream: 9)
        for number in 0..<200 {
            var damaged = bytes
            for change in 0..<3 {
                let place = random.integer(at: UInt64(number * 6 + change * 2), below: bytes.count)
                damaged[place] = UInt8(random.integer(at: UInt64(number * 6 + change * 2 + 1), below: 256))
            }
            _ = try? ImageFile.decode(damaged, channels: 1)
        }
    }

    @Test func otherFilesAreRefused() throws {
        #expect(throws: ImageError.self) { try ImageFile.decode(Array("GIF89a".utf8), channels: 3) }
        #expect(throws: ImageError.self) { try ImageFile.decode([], channels: 3) }
        let error = #expect(throws: ImageError.self) { try ImageFile.decode(Self.bytes("cmyk.jpg"), channels: 3) }
        #expect(error?.description.contains("four colours for printing") == true)
    }
}
