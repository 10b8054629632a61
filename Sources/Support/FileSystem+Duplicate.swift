internal import Glibc

extension FileSystem {
    /// Makes a second tree of a directory.
    ///
    /// Files for which `areShared` holds, by their path below the directory, become second names of the same file where the file
    /// system can do that: it costs nothing, and is for files that are replaced and never changed. Others are copied.
    package static func duplicate(
        _ source: String,
        to destination: String,
        areShared: (String) -> Bool
    ) throws(SystemError) {
        try duplicate(source, destination, below: "", areShared)
    }

    private static func duplicate(
        _ source: String,
        _ destination: String,
        below prefix: String,
        _ areShared: (String) -> Bool
    ) throws(SystemError) {
        try createDirectory(destination)
        for name in try names(in: source) {
            let (from, to, place) = ("\(source)/\(name)", "\(destination)/\(name)", prefix + name)
            if let target = targetOfSymbolicLink(from) {
                try createSymbolicLink(to, to: target)
            } else if isDirectory(from) {
                try duplicate(from, to, below: "\(place)/", areShared)
            } else {
                if areShared(place), unsafe link(from, to) == 0 { continue }
                // What was there a moment ago may be gone: others go on working in the tree.
                guard exists(from) else { continue }
                let bytes = try read(from)
                try File(writing: to).write(bytes)
            }
        }
    }
}
